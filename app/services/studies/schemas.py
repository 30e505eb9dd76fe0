"""Response bodies of studies."""

from datetime import datetime

from pydantic import Field

from app.models.acquisition import MriSequence, Plane
from app.models.classes import DISCLAIMER
from app.models.strict import Body
from app.models.thresholds import Decision
from app.services.inference.schemas import (
    ClassProbability,
    GateBody,
    ModelRef,
    PredictedClass,
    PredictionSetBody,
    WarningBody,
)


class StudySliceBody(Body):
    """A slice of a series."""

    file: str = Field(description="Name of its file as sent; in a ZIP archive its path.")
    frame: int = Field(ge=0, description="Position, from 0, in its file.")
    position_mm: float | None = Field(
        description="Height of the slice along the normal of the series, in millimetres; null if unknown."
    )
    used: bool = Field(description="Whether the slice was classified and may decide.")
    deciding: bool = Field(description="Whether the result of the series was computed from it.")
    reason: WarningBody | None = Field(description="Why the slice is not used; null if it is.")
    decision: Decision | None = Field(description="Decision on this slice; null if it was not classified.")
    probabilities: list[ClassProbability] | None = Field(description="Null if the slice was not classified.")
    gate: GateBody | None = Field(description="Out-of-distribution score; null if unknown.")


class ConclusionBody(Body):
    """What the slices of a series, or the series of a study, lead to."""

    decision: Decision = Field(
        description="By the thresholds of single slices: `answer` or `uncertain`; `outside` if no slice is used."
    )
    prediction: PredictedClass | None = Field(description="The most probable class; null if no slice is used.")
    probabilities: list[ClassProbability] | None = Field(description="Combined; null if no slice is used.")
    prediction_set: PredictionSetBody | None = Field(description="The set behind the decision; null if unknown.")


class StudySeriesBody(Body):
    """A series of a study."""

    number: int | None = Field(description="Number that the scanner gave it; null if unknown.")
    sequence: MriSequence | None = Field(description="From the header; null if it does not tell.")
    plane: Plane | None = Field(description="From the header; null if it does not tell.")
    orientation: str | None = Field(description="How the pictures are turned, in words; null if unknown.")
    columns: int = Field(gt=0, description="Pixels of a slice, across.")
    rows: int = Field(gt=0, description="Pixels of a slice, down.")
    spacing_mm: list[float] | None = Field(description="Distance of rows and of columns; null if unknown.")
    slice_distance_mm: float | None = Field(description="Distance of neighbouring slices; null if unknown.")
    files: int = Field(gt=0, description="Number of its files.")
    frames: int = Field(gt=0, description="Number of its pictures.")
    used: bool = Field(description="Whether it is part of the study's result.")
    reasons: list[WarningBody] = Field(description="Why it is not used; empty if it is.")
    conclusion: ConclusionBody
    warnings: list[WarningBody]
    slices: list[StudySliceBody] = Field(description="In the order of their positions; empty if none was read.")


class UnreadFileBody(Body):
    """A file that belongs to no series."""

    file: str = Field(description="Name of the file as sent; in a ZIP archive its path.")
    reasons: list[WarningBody]


class StudyResponse(Body):
    """The result for a study."""

    model: ModelRef
    conclusion: ConclusionBody
    series: list[StudySeriesBody] = Field(description="In the order of their numbers; those that are not used as well.")
    left_out: list[UnreadFileBody]
    warnings: list[WarningBody]
    disclaimer: str = DISCLAIMER
    created_at: datetime = Field(description="UTC.")
