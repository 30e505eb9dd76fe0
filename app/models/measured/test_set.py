"""The report on a model's accuracy on the test images: `models/<name>_report.json`.

`python -m research.pipeline evaluate` writes it. Figures, model card and documentation are made only from it.
"""

from datetime import date

from pydantic import Field

from app.models.classes import TumorClass
from app.models.strict import Fraction, Strict


class Proportion(Strict):
    """A share with its 95 % interval (Wilson 1927)."""

    count: int = Field(ge=0, description="Number out of `total`.")
    total: int = Field(ge=0)
    value: Fraction | None = Field(description="count / total; null where total is 0.")
    low: Fraction = Field(description="Lower end of the Wilson 95 % interval.")
    high: Fraction = Field(description="Upper end of the Wilson 95 % interval.")


class ClassReport(Strict):
    """Measures of one class against the three others."""

    images: int = Field(ge=0)
    sensitivity: Proportion
    specificity: Proportion
    ppv: Proportion = Field(description="Positive predictive value, for this mix of classes only.")
    f1: Fraction
    auroc: Fraction | None = Field(
        description="Area under the ROC curve; null without images of the class, or of other classes."
    )


class ReliabilityBin(Strict):
    """Predictions in one bin of confidence."""

    low: Fraction
    high: Fraction
    images: int = Field(ge=0)
    confidence: Fraction | None = Field(description="Mean confidence; null where the bin is empty.")
    accuracy: Fraction | None = Field(description="Null where the bin is empty.")


class Calibration(Strict):
    """Agreement of the probabilities with the observed accuracy."""

    temperature: float = Field(gt=0)
    nll: float = Field(ge=0, description="Negative log-likelihood, in nats.")
    brier: float = Field(ge=0, description="Mean squared distance to the one-hot label, summed over classes (0 to 2).")
    ece: Fraction = Field(description="Expected calibration error, 15 bins of equal width.")
    bins: tuple[ReliabilityBin, ...]


class RiskAtCoverage(Strict):
    """Error rate among the most confident predictions."""

    coverage: Fraction
    risk: Fraction = Field(description="Share of these predictions that are wrong.")


class PartReport(Strict):
    """Measures of a part of the test images."""

    images: int = Field(gt=0)
    accuracy: Proportion
    missed_tumors: Proportion = Field(description="Tumors that are classified as 'no tumor', of all tumors.")
    macro_f1: Fraction
    confusion: tuple[tuple[int, ...], ...] = Field(
        description="Rows: true class; columns: predicted class; in the order of the model."
    )
    per_class: dict[TumorClass, ClassReport]
    uncalibrated: Calibration = Field(description="At temperature 1.")
    calibrated: Calibration
    risk_coverage: tuple[RiskAtCoverage, ...]


class OtherSource(Strict):
    """Tumors of unrecorded type, from the source of most 'no tumor' images."""

    images: int = Field(ge=0)
    found: Proportion = Field(description="Images that are classified as one of the three tumors.")
    called: dict[TumorClass, int] = Field(description="Number of images predicted as each class.")


class CorruptionReport(Strict):
    """All test images with one corruption."""

    name: str
    accuracy: Proportion
    missed_tumors: Proportion


class HeatmapChecks(Strict):
    """Tests of whether the heat-maps depend on the network and show the areas that it uses."""

    images: int = Field(gt=0)
    randomised_correlation: float = Field(
        ge=-1, le=1, description="Mean rank correlation with the heat-maps of untrained networks (Adebayo et al. 2018)."
    )
    deletion: dict[str, Fraction] = Field(
        description="Mean area under the curve of the probability while areas are blacked out, the hottest first; by "
        "order: grad-cam, random, centre. Lower is better (Petsiuk et al. 2018)."
    )
    insertion: dict[str, Fraction] = Field(
        description="The same while areas are restored, the hottest first; higher is better."
    )


class OriginalProtocol(Strict):
    """Accuracy by the protocol of the original research: on a random, stratified half of the test images.

    The exact half cannot be reproduced: the order in which its files were listed is unknown.
    """

    images: int = Field(gt=0, description="Number of images in a half.")
    published: Fraction = Field(description="Accuracy that the original research reported for its network.")
    halves: int = Field(gt=0, description="Number of random halves.")
    mean: Fraction
    low: Fraction = Field(description="2.5th percentile over the halves.")
    high: Fraction = Field(description="97.5th percentile over the halves.")


class Peer(Strict):
    """Another published classifier on the same images."""

    name: str
    version: str
    description: str
    accuracy: Proportion
    accuracy_without_copies: Proportion
    missed_tumors: Proportion
    other_source_found: Proportion | None


class Mistake(Strict):
    """A test image that is misclassified."""

    file: str
    label: TumorClass
    predicted: TumorClass
    confidence: Fraction
    has_copy_in_training: bool


class TestSetReport(Strict):
    """All measures of a model on the test images."""

    model: str
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the weights file.")
    evaluated_on: date
    dataset: str
    test: PartReport = Field(description="All images of the official test set.")
    without_copies: PartReport = Field(description="Images without a copy, mirrored or not, in the training set.")
    undisputed: PartReport = Field(description="Images whose label is not known to be wrong or doubtful.")
    disputed: dict[TumorClass, int] = Field(
        description="Predicted classes of the other images; `test` counts their labels as correct."
    )
    origins: dict[str, Proportion] = Field(
        description="Accuracy by the prefix of the file names, which identifies a source."
    )
    other_source: OtherSource | None = Field(description="Null where no such images were measured.")
    corruptions: tuple[CorruptionReport, ...]
    corruption_mean: Fraction | None = Field(
        description="Mean accuracy over the corruptions; null where none were measured."
    )
    heatmaps: HeatmapChecks | None = Field(
        description="Measured on some tumors of the test set; null where not measured."
    )
    original_protocol: OriginalProtocol
    peers: tuple[Peer, ...]
    mistakes: tuple[Mistake, ...] = Field(
        description="All misclassified test images, in the order of decreasing confidence."
    )
