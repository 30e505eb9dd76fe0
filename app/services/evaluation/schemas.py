"""A model on a site's own scans: what is known of each scan, and the report that is made of them."""

from pydantic import AwareDatetime, Field, field_validator

from app.models.classes import CLASSES, DISCLAIMER, TumorClass
from app.models.measured.test_set import PartReport, Proportion
from app.models.problems import ProblemBody
from app.models.site_file import SiteFit
from app.models.strict import Fraction, Strict
from app.models.thresholds import Decision

MAX_SCANS = 10_000
MAX_NAME = 300


class EvaluatedScan(Strict):
    """One scan whose class is known, and what the network says of it."""

    scan: str = Field(max_length=MAX_NAME, description="What the report calls it: a path, or a number.")
    tumor: TumorClass = Field(alias="class", description="Its class, as the site knows it.")
    patient: str | None = Field(
        None, max_length=MAX_NAME, description="Scans of one patient share it; null where that is not known."
    )
    probabilities: tuple[Fraction, ...] = Field(
        min_length=len(CLASSES), max_length=len(CLASSES), description="Calibrated, in the model's order."
    )
    gate_score: float | None = Field(
        None, allow_inf_nan=False, description="How unlike the training scans it is; null where the gate is off."
    )

    @field_validator("probabilities")
    @classmethod
    def _check_sum(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if abs(sum(value) - 1) > 1e-3:
            raise ValueError("the probabilities have to sum to 1")
        return value


class LeftOut(Strict):
    """A scan that counts nowhere in the figures."""

    scan: str = Field(max_length=MAX_NAME, description="What the report calls it.")
    reason: str = Field(max_length=MAX_NAME, description="Why.")


class EvaluationRequest(Strict):
    """What is known of a site's scans: the figures that the service gave, beside the classes."""

    model: str | None = Field(None, description="Name of the model that was asked; the default one where absent.")
    version: str = Field(max_length=MAX_NAME, description="Its version, as it was given with the figures.")
    scans: tuple[EvaluatedScan, ...] = Field(min_length=1, max_length=MAX_SCANS)
    left_out: tuple[LeftOut, ...] = Field((), max_length=MAX_SCANS, description="What else there was, and why not.")


class MeasuredScan(Strict):
    """What the network says of one image, or its problem."""

    index: int = Field(ge=0, description="Place in the request, from 0.")
    probabilities: tuple[Fraction, ...] | None = Field(description="Calibrated, in the model's order.")
    gate_score: float | None = Field(description="How unlike the training scans it is; null where the gate is off.")
    copy_of_training_scan: bool | None = Field(
        description="Whether it is a copy of a scan that the network was trained on, which counts for nothing; null "
        "where that cannot be told."
    )
    problem: ProblemBody | None


class MeasuredScans(Strict):
    """What the network says of images, in their order."""

    model: str = Field(description="Name of the model.")
    version: str
    results: tuple[MeasuredScan, ...]


class Interval(Strict):
    """A figure with its 95 % interval, of whole patients drawn at random with replacement (bootstrap)."""

    value: float
    low: float = Field(description="2.5th percentile.")
    high: float = Field(description="97.5th percentile.")


class ClassIntervals(Strict):
    """One class against the three others; null where no scan is of it, or none of the others."""

    sensitivity: Interval | None
    specificity: Interval | None


class PatientIntervals(Strict):
    """Intervals that know that scans of one patient are alike; wider than Wilson's where they are."""

    patients: int = Field(gt=0, description="How many; a scan without a patient counts as one of its own.")
    resamples: int = Field(gt=0)
    accuracy: Interval
    missed_tumors: Interval | None = Field(description="Null where no scan is of a tumor.")
    per_class: dict[TumorClass, ClassIntervals]
    nll: Interval
    brier: Interval
    ece: Interval


class SetCoverage(Strict):
    """Prediction sets of one coverage, on these scans."""

    coverage: Fraction = Field(description="The share that the thresholds promise, of each class.")
    covered: Proportion = Field(description="Scans whose set has their class.")
    per_class: dict[TumorClass, Proportion]
    mean_size: float = Field(ge=0, description="Classes in a set, on average.")


class Trusted(Strict):
    """What the answers' decisions, sets and gate are worth on these scans."""

    outside: Proportion | None = Field(description="Scans that the gate takes for no brain MRI; null without a gate.")
    decisions: dict[Decision, Proportion] = Field(description="Scans with each decision.")
    right_where_answered: Proportion = Field(description="Called rightly, of those with the decision `answer`.")
    sets: tuple[SetCoverage, ...]


class MeasuredModel(Strict):
    """Which model was measured."""

    name: str
    version: str = Field(description="With `+site.` in it where a site's file was in use.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the weights file.")


class Misread(Strict):
    """A scan that was called wrongly."""

    scan: str
    tumor: TumorClass = Field(alias="class", description="Its class, as the site knows it.")
    predicted: TumorClass
    confidence: Fraction


class EvaluationReport(Strict):
    """All that was measured of one model on a site's own scans."""

    model: MeasuredModel
    created_at: AwareDatetime = Field(description="UTC.")
    service: str = Field(description="Version of the service.")
    left_out: tuple[LeftOut, ...] = Field(description="Scans that count in no figure, and why.")
    copies_looked_for: bool = Field(description="Whether copies of training scans were looked for, and left out.")
    measured: PartReport = Field(description="With Wilson's intervals, which take every scan for one of its own.")
    by_patient: PatientIntervals | None = Field(description="Null where no scan has a patient.")
    trusted: Trusted | None = Field(description="Null where the model has no thresholds.")
    misread: tuple[Misread, ...] = Field(description="The most confident first, at most 100.")
    fit: SiteFit | None = Field(description="Null where there are too few scans for one.")
    no_fit: str | None = Field(description="Why there is no fit.")
    disclaimer: str = DISCLAIMER
