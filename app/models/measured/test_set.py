"""The evaluation report that ships beside a model's weights: `models/<name>_report.json`.

Written by `python -m research.pipeline evaluate`; figures, model card and documentation are drawn from it alone.
"""

from datetime import date

from pydantic import Field

from app.models.classes import TumorClass
from app.models.strict import Fraction, Strict


class Proportion(Strict):
    """A share, with its Wilson 95 % interval."""

    count: int = Field(ge=0, description="How many of `total`.")
    total: int = Field(ge=0)
    value: Fraction | None = Field(description="count / total; null where total is 0.")
    low: Fraction = Field(description="Lower end of the Wilson 95 % interval.")
    high: Fraction = Field(description="Upper end of the Wilson 95 % interval.")


class ClassReport(Strict):
    """One class against the three others."""

    images: int = Field(ge=0)
    sensitivity: Proportion
    specificity: Proportion
    ppv: Proportion = Field(description="Positive predictive value; holds for this mix of classes only.")
    f1: Fraction
    auroc: Fraction | None = Field(description="Null where only one side has images.")


class ReliabilityBin(Strict):
    """Predictions of one bin of confidence."""

    low: Fraction
    high: Fraction
    images: int = Field(ge=0)
    confidence: Fraction | None = Field(description="Mean confidence; null where the bin is empty.")
    accuracy: Fraction | None = Field(description="Share called rightly; null where the bin is empty.")


class Calibration(Strict):
    """How far the probabilities can be taken at their word."""

    temperature: float = Field(gt=0)
    nll: float = Field(ge=0, description="Negative log-likelihood, in nats.")
    brier: float = Field(ge=0, description="Mean squared distance to the one-hot label, summed over classes (0 to 2).")
    ece: Fraction = Field(description="Expected calibration error, 15 bins of equal width.")
    bins: tuple[ReliabilityBin, ...]


class RiskAtCoverage(Strict):
    """The errors left if only the most confident predictions are taken."""

    coverage: Fraction
    risk: Fraction = Field(description="Share called wrongly of those taken.")


class PartReport(Strict):
    """A part of the test images."""

    images: int = Field(gt=0)
    accuracy: Proportion
    missed_tumors: Proportion = Field(description="Tumors that were called 'no tumor', of all tumors.")
    macro_f1: Fraction
    confusion: tuple[tuple[int, ...], ...] = Field(description="Rows: true class; columns: predicted; model order.")
    per_class: dict[TumorClass, ClassReport]
    uncalibrated: Calibration = Field(description="At temperature 1.")
    calibrated: Calibration
    risk_coverage: tuple[RiskAtCoverage, ...]


class OtherSource(Strict):
    """Tumors of unrecorded type, of the source that most 'no tumor' images come from."""

    images: int = Field(ge=0)
    found: Proportion = Field(description="Called any of the three tumors.")
    called: dict[TumorClass, int] = Field(description="How many were called what.")


class CorruptionReport(Strict):
    """All test images under one corruption."""

    name: str
    accuracy: Proportion
    missed_tumors: Proportion


class HeatmapChecks(Strict):
    """Whether the heat-maps depend on the network and show what it uses."""

    images: int = Field(gt=0)
    randomised_correlation: float = Field(
        ge=-1, le=1, description="Mean rank correlation with the maps of untrained networks (Adebayo et al. 2018)."
    )
    deletion: dict[str, Fraction] = Field(
        description="Mean area under the probability as the hottest are blacked out first; by order: grad-cam, random, "
        "centre. Lower is better (Petsiuk et al. 2018)."
    )
    insertion: dict[str, Fraction] = Field(description="The same as the hottest are put back first; higher is better.")


class OriginalProtocol(Strict):
    """Accuracy as the original research measured it: on a random, stratified half of the test images.

    The very half cannot be drawn again: the order in which its files were listed is not known.
    """

    images: int = Field(gt=0, description="Images of a half.")
    published: Fraction = Field(description="What the original research reported of its own network.")
    halves: int = Field(gt=0, description="Random halves drawn.")
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
    """A test image that was called wrongly."""

    file: str
    label: TumorClass
    predicted: TumorClass
    confidence: Fraction
    has_copy_in_training: bool


class TestSetReport(Strict):
    """All that was measured of one model."""

    model: str
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the weights file.")
    evaluated_on: date
    dataset: str
    test: PartReport = Field(description="All images of the official test part.")
    without_copies: PartReport = Field(
        description="Those without a copy, mirrored ones included, in the training part."
    )
    undisputed: PartReport = Field(description="Those whose label is not known to be wrong or in doubt.")
    disputed: dict[TumorClass, int] = Field(description="What the others were called; their labels count above.")
    origins: dict[str, Proportion] = Field(
        description="Accuracy by the prefix of the file names, which tells a source."
    )
    other_source: OtherSource | None = Field(description="Null where no such images were given.")
    corruptions: tuple[CorruptionReport, ...]
    corruption_mean: Fraction | None = Field(
        description="Mean accuracy over the corruptions; null where none were run."
    )
    heatmaps: HeatmapChecks | None = Field(description="On some tumors of the test part; null where not run.")
    original_protocol: OriginalProtocol
    peers: tuple[Peer, ...]
    mistakes: tuple[Mistake, ...] = Field(description="Of all test images, the most confident first.")
