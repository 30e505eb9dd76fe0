"""Turns the result of a study into its response body."""

from datetime import UTC, datetime

from app.models.classes import CLASSES, FACTS
from app.models.model_file import ModelMetadata
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
from app.services.studies.schemas import ConclusionBody, StudyResponse, StudySeriesBody, StudySliceBody, UnreadFileBody
from app.services.trust.gate import GateResult


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
        left_out=[UnreadFileBody(file=names[each.file], reasons=_warnings(each.reasons)) for each in found.left_out],
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
