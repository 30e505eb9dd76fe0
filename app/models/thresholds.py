"""What an answer can be trusted with: thresholds that belong to a model's weights, and the decision they lead to."""

from enum import StrEnum

from pydantic import Field

from app.models.classes import TumorClass
from app.models.strict import Fraction, Strict


class Decision(StrEnum):
    """What a reader may do with an answer."""

    ANSWER = "answer"
    UNCERTAIN = "uncertain"
    OUTSIDE = "outside"


class SetMethod(StrEnum):
    """How a class's nonconformity score is computed of the probabilities."""

    LAC = "lac"
    RAPS = "raps"


class GateSpec(Strict):
    """Which inputs are brain MRI like those the network was trained on."""

    method: str = Field(description="How the OOD score is computed.")
    layers: tuple[str, ...] = Field(description="Layers whose features it reads, in the order of `features`.")
    threshold: float = Field(description="An OOD score above it is outside.")
    statistics: str = Field(pattern=r"^[\w.-]+$", description="File of its arrays, in the folder of the weights.")
    statistics_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of that file.")


class SetSpec(Strict):
    """Conformal prediction sets of one coverage."""

    coverage: Fraction = Field(description="Share of the images of each class whose set holds that class.")
    thresholds: dict[TumorClass, float] = Field(
        description="A class belongs to the set where its nonconformity score is at most this."
    )


class Trust(Strict):
    """Thresholds fitted to the weights of one model; whoever changes the weights has none until they are fitted."""

    gate: GateSpec
    set_method: SetMethod = Field(description="How a nonconformity score is computed.")
    sets: tuple[SetSpec, ...] = Field(min_length=1, description="From the smallest coverage to the largest.")
    deciding_coverage: Fraction = Field(description="Coverage of the sets that decisions are made by.")
    min_confidence: Fraction = Field(description="Less confident answers are uncertain.")
