"""The response body of a study."""

from datetime import UTC, datetime

from pydantic import Field

from app.models.acquisition import MriSequence, Plane
from app.models.classes import CLASSES, DISCLAIMER, FACTS
from app.models.model_file import ModelMetadata
from app.models.strict import Body
from app.models.thresholds import Decision
from app.services.imaging.reading import Notice
from app.services.inference.schemas import (
    ClassProbability,
    GateBody,
    ModelRef,
    PredictedClass,
    PredictionSetBody,
    WarningBody,
)
from app.services.studies.results import Conclusion, SeriesResult, SliceResult, StudyResult
from app.services.trust.gate import GateResult


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
    decision: Decision | None = Field(description="Decision on the slice alone; null if it was not classified.")
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


class LeftOutBody(Body):
    """A file that belongs to no series."""

    file: str = Field(description="Name of the file as sent; in a ZIP archive its path.")
    reasons: list[WarningBody]


class StudyResponse(Body):
    """The result for a study."""

    model: ModelRef
    conclusion: ConclusionBody
    series: list[StudySeriesBody] = Field(description="In the order of their numbers; those that are not used as well.")
    left_out: list[LeftOutBody]
    warnings: list[WarningBody]
    disclaimer: str = DISCLAIMER
    created_at: datetime = Field(description="UTC.")


def study_response(found: StudyResult, names: list[str], metadata: ModelMetadata) -> StudyResponse:
    """The body of a result.

    Args:
        found: the result.
        names: of the study's files.
        metadata: of the model.
    """
    return StudyResponse(
        model=ModelRef(name=metadata.name, version=metadata.version),
        conclusion=_conclusion_body(found.conclusion),
        series=[_series_body(each, names) for each in found.series],
        left_out=[LeftOutBody(file=names[each.file], reasons=_warnings(each.reasons)) for each in found.left_out],
        warnings=_warnings(found.notices),
        created_at=datetime.now(UTC),
    )


def _series_body(found: SeriesResult, names: list[str]) -> StudySeriesBody:
    series = found.series
    omitted = [SliceResult(place=place, reason=reason) for place, reason in series.omitted] if found.slices else []
    return StudySeriesBody(
        number=series.number,
        sequence=series.sequence,
        plane=series.orientation.plane if series.orientation else None,
        orientation=series.orientation.words if series.orientation else None,
        columns=series.columns,
        rows=series.rows,
        spacing_mm=list(series.spacing) if series.spacing else None,
        slice_distance_mm=series.distance,
        files=len(series.files),
        frames=len(series.slices) + len(series.omitted),
        used=found.conclusion is not None,
        reasons=_warnings(found.faults),
        conclusion=_conclusion_body(found.conclusion),
        warnings=_warnings(series.notices),
        slices=[_slice_body(each, names) for each in (*found.slices, *omitted)],
    )


def _slice_body(found: SliceResult, names: list[str]) -> StudySliceBody:
    probabilities = None if found.probabilities is None else found.probabilities.tolist()
    return StudySliceBody(
        file=names[found.place.file],
        frame=found.place.frame.number,
        position_mm=found.place.position,
        used=found.used,
        deciding=found.deciding,
        reason=_warning(found.reason) if found.reason else None,
        decision=found.decision,
        probabilities=_class_probabilities(probabilities) if probabilities else None,
        gate=_gate_body(found.gate),
    )


def _conclusion_body(found: Conclusion | None) -> ConclusionBody:
    if found is None:
        return ConclusionBody(decision=Decision.OUTSIDE, prediction=None, probabilities=None, prediction_set=None)
    best = CLASSES[int(found.probabilities.argmax())]
    chosen = found.deciding_set
    return ConclusionBody(
        decision=found.decision,
        prediction=PredictedClass(tumor=best, label=FACTS[best].label, confidence=float(found.probabilities.max())),
        probabilities=_class_probabilities(found.probabilities.tolist()),
        prediction_set=PredictionSetBody(coverage=chosen.coverage, classes=list(chosen.classes)) if chosen else None,
    )


def _class_probabilities(probabilities: list[float]) -> list[ClassProbability]:
    return [
        ClassProbability(tumor=tumor, label=FACTS[tumor].label, probability=min(1.0, probability))
        for tumor, probability in zip(CLASSES, probabilities, strict=True)
    ]


def _gate_body(gate: GateResult | None) -> GateBody | None:
    return GateBody(score=gate.score, threshold=gate.threshold) if gate else None


def _warning(notice: Notice) -> WarningBody:
    return WarningBody(code=notice.code, message=notice.message)


def _warnings(notices: tuple[Notice, ...]) -> list[WarningBody]:
    return list(map(_warning, notices))
