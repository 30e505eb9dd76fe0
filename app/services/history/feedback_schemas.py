"""What readers say of predictions once they know, and what follows from it."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from app.models.classes import TumorClass
from app.models.measured.test_set import Proportion
from app.models.moment import Moment
from app.models.strict import Fraction
from app.services.inference.schemas import ModelRef

LONGEST_NOTE = 1000


class Verdict(StrEnum):
    """That a reader agrees with the answer, or the class that was confirmed."""

    AGREE = "agree"
    GLIOMA = TumorClass.GLIOMA
    MENINGIOMA = TumorClass.MENINGIOMA
    NOTUMOR = TumorClass.NOTUMOR
    PITUITARY = TumorClass.PITUITARY

    def of(self, predicted: TumorClass) -> TumorClass:
        """The class that a scan is of by this verdict on an answer."""
        return predicted if self is Verdict.AGREE else TumorClass(self.value)


class Period(StrEnum):
    """What statistics over time are divided into."""

    WEEK = "week"
    MONTH = "month"


class Whose(StrEnum):
    """Which accounts' cases."""

    OWN = "own"
    ALL = "all"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True)


class FeedbackRequest(BaseModel):
    """What a reader says of a prediction."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict = Field(description="`agree`, or the class that was confirmed.")
    note: str | None = Field(
        None,
        max_length=LONGEST_NOTE,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
        description="How that is known, for example. It is kept with the record: leave out what names the patient.",
    )


class FeedbackBody(_Body):
    """What a reader has said of a prediction."""

    verdict: Verdict = Field(description="`agree`, or the class that was named.")
    confirmed: TumorClass = Field(description="The class that the scan is of, by that.")
    note: str | None
    given_at: datetime = Field(description="UTC.")


class FeedbackQuery(BaseModel):
    """Which confirmed cases are looked at, and how they are divided."""

    model_config = ConfigDict(extra="forbid")

    whose: Whose = Field(Whose.OWN, description="`all` accounts' cases are for administrators.")
    period: Period = Field(Period.MONTH, description="What they are divided into.")
    since: Moment | None = Field(None, description="Predicted at this time or later, as in `2026-11-25T00:00:00Z`.")
    until: Moment | None = Field(None, description="Predicted before this time.")


class Estimate(_Body):
    """A figure with its 95 % interval."""

    value: Fraction
    low: Fraction
    high: Fraction


class SetCoverage(_Body):
    """Whether the conformal sets of one coverage hold what they promise."""

    promised: Fraction = Field(description="Share of cases whose set should hold the confirmed class.")
    held: Proportion = Field(description="How many did.")
    mean_size: float = Field(description="Classes in a set, on average.")


class Performance(_Body):
    """How a model did on some confirmed cases."""

    cases: int = Field(ge=1)
    named: int = Field(ge=0, description="Those whose class was named; of the others a reader agreed with the answer.")
    accuracy: Proportion = Field(description="Answered rightly.")
    calibration_error: Estimate = Field(
        description="Expected calibration error, 15 bins; its interval by bootstrap. With few cases it is too high."
    )
    coverage: list[SetCoverage] = Field(description="Of the answers that came with conformal sets.")


class ModelPerformance(_Body):
    """How one version of a model did."""

    model: ModelRef
    performance: Performance


class PeriodPerformance(ModelPerformance):
    """How one version of a model did in a period."""

    begin: date = Field(description="The period's first day, UTC.")


class Selection(_Body):
    """What the confirmed cases are a part of."""

    answers: int = Field(ge=0, description="Predictions of the time, answers to samples included.")
    confirmed: int = Field(ge=0, description="Those that are confirmed.")
    lowest: Fraction | None = Field(description="Accuracy over all, were every answer wrong that is not confirmed.")
    highest: Fraction | None = Field(description="Accuracy over all, were every one of them right.")
    caution: str = Field(description="What the figures do not say.")


class FeedbackStatistics(_Body):
    """How the answers did where somebody has said what the scan is of."""

    selection: Selection
    overall: Performance | None = Field(description="Null where no case is confirmed.")
    models: list[ModelPerformance]
    periods: list[PeriodPerformance] = Field(description="The oldest first.")
    truncated: bool = Field(description="Whether older cases were left out: the newest 5,000 are looked at.")
