"""What was measured of a model's gate, prediction sets and confidence: `models/<name>_trust_report.json`.

Written by `python -m research.pipeline trust`; figures and model card are drawn from it alone.
"""

from datetime import date

from pydantic import Field

from app.models.classes import TumorClass
from app.models.measured.test_set import Proportion, RiskAtCoverage
from app.models.strict import Fraction, Strict
from app.models.thresholds import SetMethod


class KindReport(Strict):
    """One kind of outsiders against the test scans."""

    images: int = Field(gt=0)
    auroc: Fraction = Field(description="How often an outsider has the higher score of a pair with a test scan.")
    taken_for_scans: Fraction = Field(description="Share below the score that 95 % of the test scans do not pass.")
    refused: Proportion = Field(description="At the method's threshold, which was fitted to validation scans.")


class MethodReport(Strict):
    """One way of telling scans from everything else."""

    name: str
    served: bool = Field(description="Whether the service uses it.")
    test_refused: Proportion = Field(description="Test scans that are refused.")
    mean_auroc: Fraction = Field(description="Over the kinds.")
    mean_taken_for_scans: Fraction = Field(description="Over the kinds.")
    mean_refused: Fraction = Field(description="Over the kinds.")
    kinds: dict[str, KindReport] = Field(description="Each judged by a gate that was not shown this kind.")


class SetReport(Strict):
    """Prediction sets of one coverage on one part of the images."""

    method: SetMethod
    promised: Fraction
    part: str
    coverage: Proportion = Field(description="Sets that hold the true class.")
    per_class: dict[TumorClass, Proportion] = Field(description="The same, class by class.")
    mean_size: float = Field(ge=0, description="Classes in a set.")
    empty: Proportion
    several: Proportion = Field(description="Sets of more than one class.")


class DecisionReport(Strict):
    """What the decisions are on one part of the images, the gate left aside."""

    part: str
    answered: Proportion
    accuracy: Proportion = Field(description="Of those answered.")


class TrustReport(Strict):
    """All that was measured."""

    model: str
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the weights file.")
    measured_on: date
    threshold: float
    min_confidence: Fraction
    set_method: SetMethod
    deciding_coverage: Fraction
    methods: tuple[MethodReport, ...]
    scans_refused: dict[str, Proportion] = Field(description="By the served gate: scans of each part or quality.")
    sets: tuple[SetReport, ...]
    decisions: tuple[DecisionReport, ...]
    risk_coverage: tuple[RiskAtCoverage, ...] = Field(description="On the test images.")
