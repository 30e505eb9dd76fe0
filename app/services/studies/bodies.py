"""Turns the result of a study into its response body."""

from datetime import UTC, datetime

from app.models.classes import CLASSES, FACTS
from app.models.model_file import ModelMetadata
from app.models.thresholds import Decision
from app.services.explanations.words import headline, title_of
from app.services.imaging.png import data_url
from app.services.imaging.reading import Notice
from app.services.inference.acquisitions import AcquisitionBody
from app.services.inference.schemas import (
    ClassProbability,
    GateBody,
    ModelRef,
    PredictedClass,
    PredictionSetBody,
    WarningBody,
)
from app.services.studies.results import Conclusion, SeriesPictures, SeriesResult, SliceResult, StudyResult
from app.services.studies.schemas import (
    ConclusionBody,
    DecidingPictureBody,
    MontageBody,
    SeriesPicturesBody,
    StudyResponse,
    StudySeriesBody,
    StudySliceBody,
    UnreadFileBody,
)
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
        sequence=found.sequence,
        plane=found.plane,
        acquisition=AcquisitionBody.of(found.acquisition) if found.acquisition else None,
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
        warnings=_warnings((*series.notices, *found.notices)),
        pictures=_pictures_body(found, found.pictures) if found.pictures else None,
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
        acquisition=AcquisitionBody.of(found.told.acquisition) if found.told else None,
        probabilities=_class_probabilities(probabilities) if probabilities else None,
        gate=_gate_body(found.gate),
    )


def _conclusion_body(found: Conclusion | None) -> ConclusionBody:
    if found is None:
        return ConclusionBody(
            decision=Decision.OUTSIDE,
            headline="No answer",
            prediction=None,
            probabilities=None,
            prediction_set=None,
            reasons=[],
        )
    result = found.result
    named = found.decision.names_class
    return ConclusionBody(
        decision=found.decision,
        headline=headline(result),
        prediction=PredictedClass(
            tumor=result.predicted, label=FACTS[result.predicted].label, confidence=min(1.0, result.confidence)
        )
        if named
        else None,
        probabilities=_class_probabilities(found.probabilities.tolist()),
        prediction_set=PredictionSetBody.of(found.deciding_set) if named and found.deciding_set else None,
        reasons=_warnings(found.reasons),
    )


def _pictures_body(found: SeriesResult, pictures: SeriesPictures) -> SeriesPicturesBody:
    montage = pictures.montage
    return SeriesPicturesBody(
        montage=MontageBody(
            image=data_url(montage.png), columns=montage.columns, side=montage.side, slices=list(montage.slices)
        ),
        deciding=[
            DecidingPictureBody(index=each.index, title=title_of(each.target), overlay=data_url(each.overlay))
            for each in pictures.deciding
        ],
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
