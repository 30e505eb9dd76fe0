"""Response bodies of studies."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from app.models.acquisition import MriSequence, Plane
from app.models.classes import DISCLAIMER
from app.models.strict import Body
from app.models.thresholds import Decision
from app.services.inference.acquisitions import AcquisitionBody
from app.services.inference.schemas import (
    PNG_DATA_URL,
    ClassProbability,
    GateBody,
    ModelRef,
    PredictedClass,
    PredictionSetBody,
    WarningBody,
)


class StudyObject(StrEnum):
    """What can be written into a study as DICOM objects.

    `sr`: the result as a structured report; `pdf`: the result as a document; `heatmaps`: the heat-maps, as a
    segmentation and as pictures in colour.
    """

    SR = "sr"
    PDF = "pdf"
    HEATMAPS = "heatmaps"


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
    acquisition: AcquisitionBody | None = Field(
        description="Sequence and plane, as the network recognises them; null for a model that recognises neither, and "
        "if the slice was not classified."
    )
    probabilities: list[ClassProbability] | None = Field(description="Null if the slice was not classified.")
    gate: GateBody | None = Field(description="Out-of-distribution score; null if unknown.")


class ConclusionBody(Body):
    """What the slices of a series, or the series of a study, lead to."""

    decision: Decision = Field(
        description="By the thresholds of single slices; `outside` if no slice is used. The decision on a study whose "
        "series lead to different results is not `answer`."
    )
    headline: str = Field(description="The decision in a few words.")
    prediction: PredictedClass | None = Field(
        description="The most probable class; null if the decision names no class."
    )
    probabilities: list[ClassProbability] | None = Field(description="Combined; null if no slice is used.")
    prediction_set: PredictionSetBody | None = Field(
        description="The set behind the decision; null if unknown, and if the decision names no class."
    )
    reasons: list[WarningBody] = Field(description="Why the decision by the thresholds is not `answer`.")


class MontageBody(Body):
    """Small pictures of slices side by side, row by row."""

    image: str = Field(pattern=PNG_DATA_URL, description="A PNG as a data URL.")
    columns: int = Field(gt=0, description="Number of slices in a row.")
    side: int = Field(gt=0, description="Pixels of a slice, across and down.")
    slices: list[int] = Field(description="Indices in `slices`, in the order of the pictures.")


class DecidingPictureBody(Body):
    """A slice with its heat-map."""

    index: int = Field(ge=0, description="Index in `slices`.")
    title: str = Field(description="What the heat-map shows.")
    overlay: str = Field(pattern=PNG_DATA_URL, description="The slice with the heat-map over it, a PNG as a data URL.")


class SeriesPicturesBody(Body):
    """Pictures of a series."""

    montage: MontageBody = Field(description="Of at most 40 of its slices, at even distances.")
    deciding: list[DecidingPictureBody] = Field(
        description="At most four of the deciding slices, those that most probably show a tumor."
    )


class StudySeriesBody(Body):
    """A series of a study."""

    number: int | None = Field(description="Number that the scanner gave it; null if unknown.")
    sequence: MriSequence | None = Field(
        description="From the header, or where it is silent, as the network recognises it; null if neither tells."
    )
    plane: Plane | None = Field(
        description="From the header, or where it is silent, as the network recognises it; null if neither tells."
    )
    acquisition: AcquisitionBody | None = Field(
        description="Sequence and plane, as the network recognises them on the slices that are used; null for a model "
        "that recognises neither, and if no slice is used."
    )
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
    pictures: SeriesPicturesBody | None = Field(
        description="Null unless `pictures` was requested, and if the series is not used."
    )
    slices: list[StudySliceBody] = Field(description="In the order of their positions; empty if none was read.")


class StudyProgress(Body):
    """How far the reading of a study is."""

    doing: Literal["headers", "slices"]
    done: int = Field(ge=0, description="Number of files, or of slices.")
    total: int = Field(ge=0)


class UnreadFileBody(Body):
    """A file that belongs to no series."""

    file: str = Field(description="Name of the file as sent; in a ZIP archive its path.")
    reasons: list[WarningBody]


class FetchedBody(Body):
    """What was fetched from a server, and stored there."""

    server: str = Field(description="Name of the server.")
    objects: int = Field(ge=0, description="Number of objects that were fetched.")
    other_series: list[str] = Field(
        description="Modality of each series that was not fetched, since it cannot contain MR pictures."
    )
    stored: int | None = Field(
        description="Number of objects with results that the server stores; null without `store`."
    )


class StudyResponse(Body):
    """The result for a study."""

    model: ModelRef
    conclusion: ConclusionBody
    series: list[StudySeriesBody] = Field(description="In the order of their numbers; those that are not used as well.")
    left_out: list[UnreadFileBody]
    warnings: list[WarningBody]
    fetched: FetchedBody | None = Field(None, description="Null for a study that the request contained.")
    disclaimer: str = DISCLAIMER
    created_at: datetime = Field(description="UTC.")
