"""The thresholds that belong to a model's weights, and the decisions that depend on them."""

from enum import StrEnum

from pydantic import Field

from app.models.classes import TumorClass
from app.models.strict import Fraction, Strict


class Decision(StrEnum):
    """How far an answer may be used.

    `answer`: the class is the network's answer; `uncertain`: a person must decide; `outside`: the image is not a brain
    MRI like the training scans, and the answer has no meaning.
    """

    ANSWER = "answer"
    UNCERTAIN = "uncertain"
    OUTSIDE = "outside"


class SetMethod(StrEnum):
    """Nonconformity score of a class; see `app.services.trust.conformal`."""

    LAC = "lac"
    RAPS = "raps"


class GateSpec(Strict):
    """The gate, which rejects images that are not brain MRI scans like the training scans."""

    method: str = Field(description="Method of the out-of-distribution score.")
    layers: tuple[str, ...] = Field(
        description="Parts whose statistics the gate uses: layers of the network, then measures of the image."
    )
    threshold: float = Field(description="Images with a higher out-of-distribution score are outside.")
    statistics: str = Field(pattern=r"^[\w.-]+$", description="File of the fitted arrays, in the models folder.")
    statistics_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of that file.")


class SetSpec(Strict):
    """Conformal prediction sets with one coverage."""

    coverage: Fraction = Field(description="Probability, for each class, that the set of a scan contains its class.")
    thresholds: dict[TumorClass, float] = Field(
        description="A class belongs to the set if its nonconformity score is at most its threshold."
    )


class Trust(Strict):
    """Thresholds fitted to the weights of one model. Other weights need new thresholds."""

    gate: GateSpec
    set_method: SetMethod = Field(description="Nonconformity score of the sets.")
    sets: tuple[SetSpec, ...] = Field(min_length=1, description="In the order of increasing coverage.")
    deciding_coverage: Fraction = Field(description="Coverage of the prediction set that the decision depends on.")
    min_confidence: Fraction = Field(description="Answers with a lower confidence are uncertain.")
