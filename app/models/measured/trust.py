"""The report on a model's gate, prediction sets and confidence: `models/<name>_trust_report.json`.

`python -m research.pipeline trust` writes it. Figures and model card are made only from it.
"""

from datetime import date

from pydantic import Field

from app.models.classes import TumorClass
from app.models.measured.test_set import Proportion, RiskAtCoverage
from app.models.strict import Fraction, Strict
from app.models.thresholds import SetMethod


class KindReport(Strict):
    """One kind of out-of-distribution images, compared with the test scans."""

    images: int = Field(gt=0)
    auroc: Fraction = Field(description="Probability that such an image has a higher score than a test scan.")
    taken_for_scans: Fraction = Field(description="Share with a score below the 95th percentile of the test scans.")
    refused: Proportion = Field(
        description="Rejected images, at the method's threshold, which was fitted to validation scans."
    )


class MethodReport(Strict):
    """One method of out-of-distribution detection."""

    name: str
    served: bool = Field(description="Whether the service uses the method.")
    test_refused: Proportion = Field(description="Rejected test scans.")
    mean_auroc: Fraction = Field(description="Mean over the kinds.")
    mean_taken_for_scans: Fraction = Field(description="Mean over the kinds.")
    mean_refused: Fraction = Field(description="Mean over the kinds.")
    kinds: dict[str, KindReport] = Field(description="Each kind is measured with a gate that was fitted without it.")


class SetReport(Strict):
    """Prediction sets with one coverage, on one part of the images."""

    method: SetMethod
    promised: Fraction
    part: str
    coverage: Proportion = Field(description="Sets that contain the true class.")
    per_class: dict[TumorClass, Proportion] = Field(description="Sets that contain the true class, by class.")
    mean_size: float = Field(ge=0, description="Mean number of classes in a set.")
    empty: Proportion
    several: Proportion = Field(description="Sets of more than one class.")


class DecisionReport(Strict):
    """Decisions on one part of the images, without the gate."""

    part: str
    answered: Proportion
    accuracy: Proportion = Field(description="Accuracy on the answered images.")


class TrustReport(Strict):
    """All measures of a model's trust thresholds."""

    model: str
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the weights file.")
    measured_on: date
    threshold: float
    min_confidence: Fraction
    set_method: SetMethod
    deciding_coverage: Fraction
    methods: tuple[MethodReport, ...]
    scans_refused: dict[str, Proportion] = Field(
        description="Scans of each part or quality that the gate of the service rejects."
    )
    sets: tuple[SetReport, ...]
    decisions: tuple[DecisionReport, ...]
    risk_coverage: tuple[RiskAtCoverage, ...] = Field(description="On the test images.")
