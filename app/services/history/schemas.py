"""What is kept of predictions, and how the history is asked for."""

import base64
import binascii
from datetime import datetime
from enum import StrEnum
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.models.classes import TumorClass
from app.models.moment import Moment
from app.models.problems import InvalidParameters
from app.models.thresholds import Decision
from app.services.history.feedback_schemas import FeedbackBody
from app.services.inference.schemas import (
    ClassProbability,
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


class Source(StrEnum):
    """What a prediction was asked for by."""

    UPLOAD = "upload"
    SAMPLE = "sample"
    BATCH = "batch"
    REPORT = "report"


class ExportFormat(StrEnum):
    """What a history is handed out as."""

    JSON = "json"
    CSV = "csv"
    ZIP = "zip"


class PictureSize(StrEnum):
    """How large a picture is."""

    FULL = "full"
    THUMBNAIL = "thumbnail"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True)


class KeptHeatmap(_Body):
    """What the network looked at, without the picture of it."""

    method: Literal["grad-cam"]
    layer: str = Field(description="The feature map that was read.")
    target: TumorClass = Field(description="The class that the heat speaks for.")
    focus: FocusBody | None = Field(description="Null where nothing in the image speaks for the class.")


class KeptPrediction(_Body):
    """A prediction as it is kept: of the file neither name nor content."""

    id: UUID = Field(description="The id that the prediction was answered with.")
    source: Source = Field(description="What it was asked for by.")
    model: ModelRef
    prediction: PredictedClass
    probabilities: list[ClassProbability] = Field(description="In the model's order; they sum to 1.")
    decision: Decision | None = Field(None, description="Null in records from before decisions were made.")
    in_distribution: bool | None = Field(
        None, description="Whether the image was a brain MRI like those the model knows; null where that is not known."
    )
    gate: GateBody | None = Field(None, description="What `in_distribution` was told by; null where it is.")
    prediction_set: PredictionSetBody | None = Field(
        None, description="The classes that could not be excluded; null where that is not known."
    )
    prediction_sets: list[PredictionSetBody] = Field([], description="From the smallest coverage to the largest.")
    heatmap: KeptHeatmap | None = Field(description="Null where none was asked for.")
    image: ImageInfo
    timing_ms: TimingBody
    warnings: list[WarningBody]
    created_at: datetime = Field(description="UTC.")

    @classmethod
    def of(cls, answer: PredictionResponse, source: Source) -> Self:
        """What is kept of an answer."""
        kept = answer.model_dump(exclude={"heatmap": {"overlay"}, "explanation": True, "disclaimer": True})
        return cls.model_validate({**kept, "source": source})


class KeptRecord(KeptPrediction):
    """A prediction as it is taken away."""

    feedback: FeedbackBody | None = Field(description="What its reader says of it; null where nobody did.")


class RecordBody(KeptRecord):
    """A prediction of the history."""

    picture: str | None = Field(description="Path of the picture on this server; null where it was not kept.")


class RecordPage(_Body):
    """A part of the history, newest first."""

    records: list[RecordBody]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class Deleted(_Body):
    """How much was deleted."""

    deleted: int = Field(ge=0, description="Records.")


class RecordFilter(BaseModel):
    """Which records are asked for; all where nothing is set."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    tumor: TumorClass | None = Field(None, alias="class", description="Predicted class.")
    model: str | None = Field(None, pattern="^[a-z0-9-]+$", max_length=80, description="Name of the model.")
    since: Moment | None = Field(None, description="Made at this time or later, as in `2026-11-25T00:00:00Z`.")
    until: Moment | None = Field(None, description="Made before this time.")


class RecordQuery(RecordFilter):
    """A page of the history."""

    cursor: str | None = Field(None, max_length=200, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200, description="Most records on the page.")


class ExportQuery(RecordFilter):
    """A history to take away."""

    format: ExportFormat = Field(
        ExportFormat.JSON, description="`zip` has both others in it, and the pictures that were kept."
    )


class Cursor(BaseModel):
    """A place in the history: after this record."""

    created_at: Moment
    id: UUID

    def encoded(self) -> str:
        """As a client is given it, which need not know what is in it."""
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str) -> Self:
        """What a client gives back.

        Raises:
            InvalidParameters: it is no cursor of ours.
        """
        try:
            return cls.model_validate_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, binascii.Error):
            raise InvalidParameters("query.cursor: it is not the `next` of a page of the history.") from None
