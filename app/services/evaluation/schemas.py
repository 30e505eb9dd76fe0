"""Bodies of evaluations: the labelled scans a client sends, and the report it gets."""

from typing import Final, Literal

from pydantic import AwareDatetime, Field, field_validator

from app.models.acquisition import MriSequence, Plane
from app.models.classes import CLASSES, DISCLAIMER, TumorClass
from app.models.measured.test_set import PartReport, Proportion
from app.models.problem_body import ProblemBody
from app.models.site_file import SiteFit
from app.models.strict import Fraction, Strict
from app.models.thresholds import Decision

MAX_SCANS = 10_000
MAX_NAME = 300
OTHER: Final = "other"
# The class of a labelled scan, or `other` for one that shows none of the classes.
LabelledClass = TumorClass | Literal["other"]


class EvaluatedScan(Strict):
    """A labelled scan and the network's output for it."""

    scan: str = Field(max_length=MAX_NAME, description="Name in the report: a path or a number.")
    tumor: LabelledClass = Field(
        alias="class", description="Class confirmed by the site; `other` for a scan that shows none of the classes."
    )
    patient: str | None = Field(
        None, max_length=MAX_NAME, description="Identifies the scans of one patient; null if unknown."
    )
    probabilities: tuple[Fraction, ...] = Field(
        min_length=len(CLASSES), max_length=len(CLASSES), description="Calibrated, in the model's class order."
    )
    gate_score: float | None = Field(
        None, allow_inf_nan=False, description="Out-of-distribution score; null if the gate is off."
    )
    other_score: float | None = Field(
        None,
        allow_inf_nan=False,
        description="Log-odds that the scan shows none of the classes; null for a model without further heads.",
    )
    sequence: MriSequence | None = Field(None, description="The recognised sequence; null where there is none.")
    plane: Plane | None = Field(None, description="The recognised plane; null where there is none.")

    @field_validator("probabilities")
    @classmethod
    def _check_sum(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if abs(sum(value) - 1) > 1e-3:
            raise ValueError("the probabilities must sum to 1")
        return value


class LeftOut(Strict):
    """A scan that was not measured."""

    scan: str = Field(max_length=MAX_NAME, description="Name in the report.")
    reason: str = Field(max_length=MAX_NAME, description="Why it was left out.")


class EvaluationRequest(Strict):
    """A site's labelled scans with the probabilities that the service returned for them."""

    model: str | None = Field(
        None, description="Name of the model that classified the scans; the default model if absent."
    )
    version: str = Field(max_length=MAX_NAME, description="Version of the model, as returned with the probabilities.")
    scans: tuple[EvaluatedScan, ...] = Field(min_length=1, max_length=MAX_SCANS)
    left_out: tuple[LeftOut, ...] = Field(
        (), max_length=MAX_SCANS, description="Scans that were not measured, with the reason."
    )

    @field_validator("scans")
    @classmethod
    def _check_classes(cls, value: tuple[EvaluatedScan, ...]) -> tuple[EvaluatedScan, ...]:
        if all(scan.tumor == OTHER for scan in value):
            raise ValueError(f"at least one scan must be of a class: {', '.join(CLASSES)}")
        return value


class MeasuredScan(Strict):
    """The network's output for one image, or the problem with it."""

    index: int = Field(ge=0, description="Position, from 0, of the file in the request, with archives unpacked.")
    name: str = Field(description="Name of the file as sent; in a ZIP archive its path.")
    probabilities: tuple[Fraction, ...] | None = Field(description="Calibrated, in the model's class order.")
    gate_score: float | None = Field(description="Out-of-distribution score; null if the gate is off.")
    other_score: float | None = Field(
        description="Log-odds that the scan shows none of the classes; null for a model without further heads."
    )
    sequence: MriSequence | None = Field(description="The recognised sequence; null where there is none.")
    plane: Plane | None = Field(description="The recognised plane; null where there is none.")
    copy_of_training_scan: bool | None = Field(
        description="Whether it is a copy of a training scan, which must not count; null if the training fingerprints "
        "are missing."
    )
    problem: ProblemBody | None


class MeasuredScans(Strict):
    """The network's output for several images, in the order of the request."""

    model: str = Field(description="Name of the model.")
    version: str
    results: tuple[MeasuredScan, ...]


class Interval(Strict):
    """A figure with its 95 % interval by bootstrap over patients."""

    value: float
    low: float = Field(description="2.5th percentile.")
    high: float = Field(description="97.5th percentile.")


class ClassIntervals(Strict):
    """One class against the other three; null if the scans have no case of that side."""

    sensitivity: Interval | None
    specificity: Interval | None


class PatientIntervals(Strict):
    """Intervals that take into account that scans of one patient are alike."""

    patients: int = Field(gt=0, description="Number of patients; a scan without a patient counts as one.")
    resamples: int = Field(gt=0)
    accuracy: Interval
    missed_tumors: Interval | None = Field(description="Null if no scan shows a tumor.")
    per_class: dict[TumorClass, ClassIntervals]
    nll: Interval
    brier: Interval
    ece: Interval


class SetCoverage(Strict):
    """Prediction sets of one nominal coverage, on these scans."""

    coverage: Fraction = Field(description="Nominal coverage of each class.")
    covered: Proportion = Field(description="Scans whose set contains their class.")
    per_class: dict[TumorClass, Proportion]
    mean_size: float = Field(ge=0, description="Mean number of classes in a set.")


class AcquiredPart(Strict):
    """The scans of the four classes with one recognised sequence or plane."""

    label: str = Field(description="Name of the sequence or plane.")
    accuracy: Proportion
    decisions: dict[Decision, Proportion] = Field(description="Scans with each decision.")
    right_where_answered: Proportion = Field(description="Accuracy of the scans with the decision `answer`.")


class Trusted(Strict):
    """Decisions, prediction sets and gate, measured on these scans."""

    outside: Proportion | None = Field(
        description="Scans that the gate rejects as not a brain MRI; null without a gate."
    )
    decisions: dict[Decision, Proportion] = Field(description="Scans with each decision.")
    right_where_answered: Proportion = Field(description="Accuracy of the scans with the decision `answer`.")
    sets: tuple[SetCoverage, ...]
    by_sequence: tuple[AcquiredPart, ...] = Field(description="Empty for a model that does not recognise sequences.")
    by_plane: tuple[AcquiredPart, ...] = Field(description="Empty for a model that does not recognise planes.")
    others: dict[Decision, Proportion] | None = Field(
        description="Decisions on the scans labelled `other`, which count nowhere else; null if there are none."
    )


class MeasuredModel(Strict):
    """The model that was measured."""

    name: str
    version: str = Field(description="Contains `+site.` if a site's file was in use.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the weights file.")


class Misread(Strict):
    """A misclassified scan."""

    scan: str
    tumor: TumorClass = Field(alias="class", description="Class confirmed by the site.")
    predicted: TumorClass
    confidence: Fraction


class EvaluationReport(Strict):
    """The evaluation of one model on a site's labelled scans."""

    model: MeasuredModel
    created_at: AwareDatetime = Field(description="UTC.")
    service: str = Field(description="Version of the service.")
    left_out: tuple[LeftOut, ...] = Field(description="Scans that were not measured, with the reason.")
    copies_looked_for: bool = Field(description="Whether copies of training scans were searched for and left out.")
    measured: PartReport = Field(description="Figures with Wilson intervals, which treat scans as independent.")
    by_patient: PatientIntervals | None = Field(description="Null if no scan has a patient.")
    trusted: Trusted | None = Field(description="Null if the model has no thresholds.")
    misread: tuple[Misread, ...] = Field(description="Most confident first, at most 100.")
    fit: SiteFit | None = Field(description="Null if there are too few scans.")
    no_fit: str | None = Field(description="Why there is no fit.")
    disclaimer: str = DISCLAIMER
