"""Drift as files and answers show it: what it is measured against, and what was found."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import ConfigDict, Field

from app.models.classes import TumorClass
from app.models.strict import Fraction, Strict

# The probability that an alarm is ever raised while nothing has changed.
FALSE_ALARM = 0.01


class DriftStatus(StrEnum):
    """How things are."""

    COLLECTING = "collecting"
    STEADY = "steady"
    ALARM = "alarm"


class ReferenceFacts(Strict):
    """What a reference was made of."""

    model: str = Field(description="Name of the model.")
    version: str = Field(description="Version of its weights.")
    weights_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the weights that it belongs to.")
    images: int = Field(gt=0, description="Validation images that answers are ranked among.")
    dataset: str = Field(description="What they are of.")
    made_on: date = Field(description="Day on which it was made.")


class DriftTest(Strict):
    """A test of the window against the reference, which holds for one look."""

    name: str = Field(description="What is compared.")
    method: str = Field(description="The test.")
    statistic: float
    p_value: Fraction = Field(description="Of this test alone.")
    adjusted: Fraction = Field(description="The same, adjusted for the number of tests (Holm).")


class ClassShare(Strict):
    """A class's share of the answers."""

    model_config = ConfigDict(populate_by_name=True)

    tumor: TumorClass = Field(alias="class")
    label: str
    reference: Fraction = Field(description="Share of the validation images that were called so.")
    window: Fraction = Field(description="Share of the window that was called so.")
    estimated: Fraction = Field(description="Share that truly is so, estimated (BBSE).")
    low: Fraction = Field(description="Low end of its 95 % interval.")
    high: Fraction = Field(description="High end of its 95 % interval.")


class DriftCheck(Strict):
    """The window of the latest answers, held against the reference."""

    at: datetime = Field(description="UTC.")
    window: int = Field(ge=0, description="Answers in the window.")
    tests: tuple[DriftTest, ...]
    classes: tuple[ClassShare, ...] = Field(description="In the order of the probabilities.")


class Bin(Strict):
    """A bar of a histogram."""

    low: float
    high: float
    reference: Fraction = Field(description="Share of the validation images.")
    window: Fraction = Field(description="Share of the window.")


class Histogram(Strict):
    """How one number of a scan is distributed; the outer bars have also what lies beyond."""

    name: str
    bins: tuple[Bin, ...]


class Alarm(Strict):
    """That answers have stopped being like the reference."""

    at: datetime = Field(description="When it was raised, UTC.")
    answers: int = Field(description="After how many answers.")
    score: str = Field(description="What gave it away first.")


class Evidence(Strict):
    """What one score of the sequential test has found."""

    score: str = Field(description="What is ranked.")
    p_value: Fraction = Field(
        description="Valid at any time, and adjusted for the number of scores: an alarm is raised at `false_alarm`."
    )


class DriftPoint(Strict):
    """A check of before, in short."""

    at: datetime
    answers: int = Field(description="Answers until then.")
    p_value: Fraction = Field(description="Of the sequential test, until then.")
    smallest: Fraction = Field(description="The smallest adjusted p-value of the window's tests.")


class DriftReport(Strict):
    """Drift of one model's answers."""

    status: DriftStatus = Field(description="`collecting` until the window has enough answers to test.")
    reference: ReferenceFacts
    false_alarm: float = Field(
        FALSE_ALARM, description="Probability that an alarm is ever raised while nothing has changed."
    )
    since: datetime = Field(description="Since when answers are counted, UTC.")
    answers: int = Field(ge=0, description="How many were counted.")
    p_value: Fraction = Field(description="Of the sequential test: the smallest so far.")
    alarm: Alarm | None = Field(description="Null where none was raised.")
    evidence: tuple[Evidence, ...] = Field(description="By score, the strongest first.")
    check: DriftCheck | None = Field(description="The latest hourly check; null where there was none.")
    histograms: tuple[Histogram, ...] = Field(description="Of the window as it is now; empty while it is.")
    past: tuple[DriftPoint, ...] = Field(description="Earlier checks, the oldest first.")


class FolderDrift(Strict):
    """A folder of scans, held against the reference."""

    reference: ReferenceFacts
    images: int = Field(ge=0, description="Scans that were read.")
    failed: int = Field(ge=0, description="Files that were not.")
    drift: bool = Field(description="Whether any adjusted p-value is at most `level`.")
    level: float = Field(FALSE_ALARM, description="The probability of finding drift where there is none.")
    check: DriftCheck


class DriftMessage(Strict):
    """What the webhook is told."""

    type: str = "drift.alarm"
    timestamp: datetime
    model: str
    version: str
    alarm: Alarm
    p_value: Fraction
