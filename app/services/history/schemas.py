"""Stored predictions, readers' feedback on them, and the queries and responses of both."""

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.models.classes import TumorClass
from app.models.measured.test_set import Proportion
from app.models.moment import Moment
from app.models.problems import InvalidParameters
from app.models.strict import Body, Fraction, Strict
from app.models.thresholds import Decision, HeatmapMethod
from app.services.inference.acquisitions import AcquisitionBody
from app.services.inference.schemas import (
    ClassProbability,
    Display,
    FocusBody,
    GateBody,
    ImageInfo,
    ModelRef,
    PredictedClass,
    PredictionResponse,
    PredictionSetBody,
    TimingBody,
    WarningBody,
)

LONGEST_NOTE = 1000
LONGEST_LABEL = 80

# Text without control characters; tabs and line breaks are allowed.
Note = Annotated[str, Field(max_length=LONGEST_NOTE, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Label = Annotated[str, Field(max_length=LONGEST_LABEL, pattern=r"^[^\x00-\x1f\x7f]*$")]


class PredictionSource(StrEnum):
    """The kind of request that made a prediction."""

    UPLOAD = "upload"
    SAMPLE = "sample"
    BATCH = "batch"
    REPORT = "report"


class ExportFormat(StrEnum):
    """File format of an exported history."""

    JSON = "json"
    CSV = "csv"
    ZIP = "zip"


class PictureSize(StrEnum):
    """Size of a stored picture."""

    FULL = "full"
    THUMBNAIL = "thumbnail"


class Verdict(StrEnum):
    """A reader's agreement with the prediction, or the confirmed class."""

    AGREE = "agree"
    GLIOMA = TumorClass.GLIOMA
    MENINGIOMA = TumorClass.MENINGIOMA
    NOTUMOR = TumorClass.NOTUMOR
    PITUITARY = TumorClass.PITUITARY

    def of(self, predicted: TumorClass | None) -> TumorClass | None:
        """The confirmed class, given the predicted one; None if there is no class to agree with."""
        return predicted if self is Verdict.AGREE else TumorClass(self.value)


class Period(StrEnum):
    """Length of the periods that statistics over time are grouped by."""

    WEEK = "week"
    MONTH = "month"


class Whose(StrEnum):
    """The accounts whose cases are included."""

    OWN = "own"
    ALL = "all"


class FeedbackRequest(Strict):
    """A reader's feedback on a prediction."""

    verdict: Verdict = Field(description="`agree`, or the confirmed class.")
    note: Note | None = Field(
        None,
        description="How the class was confirmed, for example. The note is stored with the record: do not identify the "
        "patient.",
    )


class FeedbackBody(Body):
    """Stored feedback on a prediction."""

    verdict: Verdict = Field(description="`agree`, or the confirmed class.")
    confirmed: TumorClass = Field(description="The class of the scan according to the verdict.")
    note: str | None
    given_at: datetime = Field(description="UTC.")


class StoredHeatmap(Body):
    """A heat-map without its image."""

    method: HeatmapMethod
    layer: str = Field(description="Name of the feature map.")
    target: TumorClass | None = Field(description="The class that the heat-map explains; null for `place`.")
    focus: FocusBody | None = Field(description="Null if the heat-map points to no place.")


class StoredComparison(Body):
    """The prediction of another model for the same scan."""

    model: ModelRef
    prediction: PredictedClass | None = Field(description="The most probable class; null for `other` and `outside`.")
    probabilities: list[ClassProbability] = Field(description="In the order of the model's outputs; they sum to 1.")
    decision: Decision
    prediction_set: PredictionSetBody | None
    created_at: datetime = Field(description="UTC.")


class StoredPrediction(Body):
    """A prediction as the history stores it, without the name or content of the file."""

    id: UUID = Field(description="The id in the prediction's response.")
    source: PredictionSource = Field(description="The kind of request that made the prediction.")
    model: ModelRef
    prediction: PredictedClass | None = Field(description="The most probable class; null for `other` and `outside`.")
    probabilities: list[ClassProbability] = Field(description="In the model's order; they sum to 1.")
    decision: Decision | None = Field(None, description="Null in records that are older than decisions.")
    in_distribution: bool | None = Field(
        None, description="Whether the image resembles the brain MRIs that the model was trained on; null if unknown."
    )
    gate: GateBody | None = Field(
        None, description="The score and threshold behind `in_distribution`; null if that is null."
    )
    prediction_set: PredictionSetBody | None = Field(
        None,
        description="The conformal prediction set of the decision; null if unknown, and if `decision` is `other` or "
        "`outside`.",
    )
    prediction_sets: list[PredictionSetBody] = Field([], description="In increasing order of coverage.")
    heatmap: StoredHeatmap | None = Field(description="Null if none was requested, and if `decision` is `outside`.")
    image: ImageInfo
    acquisition: AcquisitionBody | None = Field(
        None, description="Sequence and plane; null if unknown, and if `decision` is `outside`."
    )
    timing_ms: TimingBody
    warnings: list[WarningBody]
    comparisons: Sequence[StoredComparison] = Field([], description="Predictions of other models that were compared.")
    created_at: datetime = Field(description="Time of the latest prediction, UTC.")

    @classmethod
    def of(cls, answer: PredictionResponse, source: PredictionSource) -> Self:
        """The part of a response that the history stores."""
        stored = answer.model_dump(
            exclude={"heatmap": {"overlay", "heat", "grid"}, "explanation": True, "display": True, "disclaimer": True}
        )
        return cls.model_validate({**stored, "source": source})


class StoredRecord(StoredPrediction):
    """A record in an exported history."""

    label: str | None = Field(description="The reader's own label.")
    note: str | None = Field(description="The reader's own note.")
    feedback: FeedbackBody | None = Field(description="The reader's feedback; null if there is none.")


class ComparisonBody(StoredComparison):
    """The prediction of another model for the same scan."""

    summary: str = Field(description="The decision on one line, with its probability.")


class RecordBody(StoredRecord):
    """A record of the history."""

    display: Display = Field(description="The result in words.")
    comparisons: Sequence[ComparisonBody] = Field(description="Predictions of other models that were compared.")
    picture: str | None = Field(description="Path of the picture on this server; null if no picture was stored.")
    overlay: str | None = Field(
        description="Path of the picture with its heat-map; null outside, without a stored heat-map, and for weights "
        "of another version."
    )
    heatmap_methods: list[HeatmapMethod] = Field(description="What `method` accepts; empty without `overlay`.")
    report: str = Field(description="Path of the report on this server.")


class RecordChange(Strict):
    """New values of a record's label and note; a field that is absent stays unchanged, null removes it."""

    label: Label | None = Field(
        None, description="A short name of your own. It is stored unencrypted: do not identify the patient."
    )
    note: Note | None = Field(
        None, description="A note of your own. It is stored unencrypted: do not identify the patient."
    )


class RecordPage(Body):
    """A page of the history, newest first."""

    records: list[RecordBody]
    next: str | None = Field(description="Cursor of the next page; null on the last page.")


class Deleted(Body):
    """The result of a deletion."""

    deleted: int = Field(ge=0, description="Number of deleted records.")


class RecordFilter(Strict):
    """A selection of records; all of them if no field is set."""

    model_config = ConfigDict(populate_by_name=True)

    tumor: TumorClass | None = Field(None, alias="class", description="Predicted class.")
    decision: Decision | None = Field(None, description="Decision on the image.")
    model: str | None = Field(None, pattern="^[a-z0-9-]+$", max_length=80, description="Name of the model.")
    since: Moment | None = Field(None, description="Created at this time or later, as in `2026-11-25T00:00:00Z`.")
    until: Moment | None = Field(None, description="Created before this time.")
    text: Label | None = Field(None, description="Part of the label or note, in upper or lower case.")


class RecordQuery(RecordFilter):
    """A request for one page of the history."""

    cursor: str | None = Field(None, max_length=200, description="`next` of the previous page.")
    limit: int = Field(50, ge=1, le=200, description="Maximum number of records on the page.")


class ExportQuery(RecordFilter):
    """A request to export the history."""

    format: ExportFormat = Field(
        ExportFormat.JSON, description="`zip` contains the JSON file, the CSV file and the stored pictures."
    )


class Cursor(BaseModel):
    """A position in the history: after this record."""

    created_at: Moment
    id: UUID

    def encoded(self) -> str:
        """The cursor as an opaque string."""
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str) -> Self:
        """The cursor in a string from `encoded`.

        Raises:
            InvalidParameters: the string is not a cursor.
        """
        try:
            return cls.model_validate_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, binascii.Error):
            raise InvalidParameters("query.cursor: this is not the `next` of a page of the history.") from None


class FeedbackQuery(Strict):
    """A selection of confirmed cases, and the periods to group them by."""

    whose: Whose = Field(Whose.OWN, description="`all` includes every account's cases; administrators only.")
    period: Period = Field(Period.MONTH, description="Length of a period.")
    since: Moment | None = Field(None, description="Predicted at this time or later, as in `2026-11-25T00:00:00Z`.")
    until: Moment | None = Field(None, description="Predicted before this time.")


class Estimate(Body):
    """A value with its 95 % confidence interval."""

    value: Fraction
    low: Fraction
    high: Fraction


class ConfirmedSetCoverage(Body):
    """Observed coverage of the conformal prediction sets of one nominal coverage."""

    promised: Fraction = Field(description="Nominal coverage.")
    held: Proportion = Field(description="Sets that contain the confirmed class.")
    mean_size: float = Field(description="Mean number of classes in a set.")


class Performance(Body):
    """Performance of a model on confirmed cases."""

    cases: int = Field(ge=1)
    named: int = Field(
        ge=0, description="Cases whose reader named the class; in the others the reader agreed with the prediction."
    )
    accuracy: Proportion = Field(description="Correct predictions.")
    calibration_error: Estimate = Field(
        description="Expected calibration error, 15 bins, with a bootstrap interval. Biased upwards for few cases."
    )
    coverage: list[ConfirmedSetCoverage] = Field(description="Of the predictions that have conformal prediction sets.")


class ModelPerformance(Body):
    """Performance of one model version."""

    model: ModelRef
    performance: Performance


class PeriodPerformance(ModelPerformance):
    """Performance of one model version in one period."""

    begin: date = Field(description="First day of the period, UTC.")


class Selection(Body):
    """The share of predictions that are confirmed, and bounds on the accuracy of all of them."""

    answers: int = Field(
        ge=0,
        description="All predictions with a class in the selected time, samples included.",
    )
    confirmed: int = Field(ge=0, description="Confirmed predictions.")
    lowest: Fraction | None = Field(description="Accuracy over all predictions if every unconfirmed one were wrong.")
    highest: Fraction | None = Field(description="Accuracy over all predictions if every unconfirmed one were correct.")
    caution: str = Field(description="Limits of these figures.")


class FeedbackStatistics(Body):
    """Performance on confirmed cases."""

    selection: Selection
    overall: Performance | None = Field(description="Null if no case is confirmed.")
    models: list[ModelPerformance]
    periods: list[PeriodPerformance] = Field(description="Oldest first.")
    truncated: bool = Field(description="True if older cases were left out: at most the newest 5,000 are included.")
