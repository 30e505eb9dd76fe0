"""The thresholds that belong to a model's weights, and the decisions that depend on them."""

from enum import StrEnum

from pydantic import Field

from app.models.classes import TumorClass
from app.models.strict import Fraction, Strict


class Decision(StrEnum):
    """How far an answer may be used.

    `answer`: the class is the network's answer; `uncertain`: a person must decide; `other`: the slice shows something
    that is none of the four classes, such as another tumor or a lesion; `outside`: the image is not a brain MRI like
    the training scans, and the answer has no meaning.
    """

    ANSWER = "answer"
    UNCERTAIN = "uncertain"
    OTHER = "other"
    OUTSIDE = "outside"

    @property
    def names_class(self) -> bool:
        """Whether the most probable class may be named: as the answer, or as one of those left open."""
        return self in (Decision.ANSWER, Decision.UNCERTAIN)


class SetMethod(StrEnum):
    """Nonconformity score of a class; see `app.services.trust.conformal`."""

    LAC = "lac"
    RAPS = "raps"


class HeatmapMethod(StrEnum):
    """What a heat-map shows: the evidence for a class (Grad-CAM), or the probability of a tumor at each place."""

    GRAD_CAM = "grad-cam"
    PLACE = "place"


class HeadsSpec(Strict):
    """The further heads of a network."""

    file: str = Field(pattern=r"^[\w.-]+$", description="File of the heads' weights, in the models folder.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of that file.")
    other_from: float = Field(description="Log-odds of something else from which the decision is `other`.")
    heatmap: HeatmapMethod = Field(description="The heat-map that fits the masks of tumors better: the one shown.")


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
    heads: HeadsSpec | None = Field(None, description="Null for a model without further heads.")
    set_method: SetMethod = Field(description="Nonconformity score of the sets.")
    sets: tuple[SetSpec, ...] = Field(min_length=1, description="In the order of increasing coverage.")
    deciding_coverage: Fraction = Field(description="Coverage of the prediction set that the decision depends on.")
    min_confidence: Fraction = Field(description="Answers with a lower confidence are uncertain.")
