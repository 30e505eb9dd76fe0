"""Response bodies of drift monitoring, and the facts of a reference file."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import ConfigDict, Field

from app.models.classes import TumorClass
from app.models.strict import Fraction, Strict

# The probability of ever raising an alarm while nothing has changed.
FALSE_ALARM = 0.01


class DriftStatus(StrEnum):
    """State of the monitoring."""

    COLLECTING = "collecting"
    STEADY = "steady"
    ALARM = "alarm"


class ReferenceFacts(Strict):
    """The model and data that a drift reference was made from."""

    model: str = Field(description="Name of the model.")
    version: str = Field(description="Version of its weights.")
    weights_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the weights that it belongs to.")
    images: int = Field(gt=0, description="Number of validation images that answers are compared with.")
    dataset: str = Field(description="Data set of the validation images.")
    made_on: date = Field(description="Date on which the reference was made.")


class DriftTest(Strict):
    """A test of the window against the reference; its p-value is valid for a single look."""

    name: str = Field(description="Compared quantity.")
    method: str = Field(description="Name of the test.")
    statistic: float
    p_value: Fraction = Field(description="P-value of this test.")
    adjusted: Fraction = Field(description="P-value adjusted for the number of tests (Holm).")


class ClassShare(Strict):
    """Share of a class among the answers."""

    model_config = ConfigDict(populate_by_name=True)

    tumor: TumorClass = Field(alias="class")
    label: str
    reference: Fraction = Field(description="Share of the validation images that were predicted as this class.")
    window: Fraction = Field(description="Share of the window that was predicted as this class.")
    estimated: Fraction = Field(description="Estimated share of this class among the scans of the window (BBSE).")
    low: Fraction = Field(description="Lower end of its 95 % interval.")
    high: Fraction = Field(description="Upper end of its 95 % interval.")


class DriftCheck(Strict):
    """Comparison of the window of the latest answers with the reference."""

    at: datetime = Field(description="Time of the check, UTC.")
    window: int = Field(ge=0, description="Number of answers in the window.")
    tests: tuple[DriftTest, ...]
    classes: tuple[ClassShare, ...] = Field(description="In the order of the model's classes.")


class Bin(Strict):
    """A bin of a histogram."""

    low: float
    high: float
    reference: Fraction = Field(description="Share of the validation images.")
    window: Fraction = Field(description="Share of the window.")


class Histogram(Strict):
    """Distribution of one measure of scans; the outer bins include the values beyond them."""

    name: str
    bins: tuple[Bin, ...]


class Alarm(Strict):
    """An alarm: the answers no longer resemble the reference."""

    at: datetime = Field(description="Time of the alarm, UTC.")
    answers: int = Field(description="Number of answers before the alarm.")
    score: str = Field(description="Score with the strongest evidence.")


class Evidence(Strict):
    """Evidence of one score in the sequential test."""

    score: str = Field(description="Name of the score.")
    p_value: Fraction = Field(
        description="Valid at any time, and adjusted for the number of scores: an alarm is raised at `false_alarm`."
    )


class DriftPoint(Strict):
    """Summary of an earlier check."""

    at: datetime
    answers: int = Field(description="Number of answers until then.")
    p_value: Fraction = Field(description="P-value of the sequential test until then.")
    smallest: Fraction = Field(description="The smallest adjusted p-value of the window's tests.")


class DriftReport(Strict):
    """Drift of one model's answers."""

    status: DriftStatus = Field(description="`collecting` until the window has enough answers to test.")
    reference: ReferenceFacts
    false_alarm: float = Field(
        FALSE_ALARM, description="Probability that an alarm is ever raised while nothing has changed."
    )
    since: datetime = Field(description="Start of the monitoring, UTC.")
    answers: int = Field(ge=0, description="Number of answers since then.")
    p_value: Fraction = Field(description="Smallest p-value of the sequential test so far.")
    alarm: Alarm | None = Field(description="Null where no alarm was raised.")
    evidence: tuple[Evidence, ...] = Field(description="Evidence of each score, the strongest first.")
    check: DriftCheck | None = Field(description="Latest hourly check; null before the first.")
    histograms: tuple[Histogram, ...] = Field(description="Of the current window; none while it is empty.")
    past: tuple[DriftPoint, ...] = Field(description="Earlier checks, the oldest first.")


class FolderDrift(Strict):
    """Comparison of a folder of scans with the reference."""

    reference: ReferenceFacts
    images: int = Field(ge=0, description="Number of scans read.")
    failed: int = Field(ge=0, description="Number of files that could not be read.")
    drift: bool = Field(description="Whether any adjusted p-value is at most `level`.")
    level: float = Field(FALSE_ALARM, description="Probability of reporting drift where there is none.")
    check: DriftCheck


class DriftMessage(Strict):
    """Message to the webhook."""

    type: str = "drift.alarm"
    timestamp: datetime
    model: str
    version: str
    alarm: Alarm
    p_value: Fraction
