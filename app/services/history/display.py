"""A history record in words: computed from its numbers, so that old records read like new ones."""

from app.models.classes import TumorClass
from app.models.measured.external import ExternalMeasurement
from app.models.thresholds import Decision
from app.services.explanations.result import Result
from app.services.explanations.words import display, summary
from app.services.history.schemas import ComparisonBody, StoredComparison, StoredPrediction
from app.services.inference.schemas import ClassProbability, Display, PredictionSetBody
from app.services.network.gradcam import Focus
from app.services.trust.conformal import PredictionSet
from app.services.trust.heads import Acquisition


def display_of(record: StoredPrediction, external: ExternalMeasurement | None) -> Display:
    """The words that a screen shows for a record; a record has no explanation, so there is no author.

    Args:
        record: the record.
        external: the measurement, at other hospitals, of the model that is now installed under the record's name.
    """
    heatmap = record.heatmap
    focus = heatmap.focus if heatmap else None
    result = Result(
        decision=decision_of(record),
        ranking=_ranking(record.probabilities),
        deciding_set=set_of(record.prediction_set),
        method=heatmap.method if heatmap else None,
        target=heatmap.target if heatmap else None,
        focus=Focus(focus.x, focus.y, focus.area) if focus else None,
        acquisition=acquisition_of(record),
    )
    external = measured(record, external)
    return display(result, model=record.model, image=record.image, timing=record.timing_ms, external=external)


def measured(record: StoredPrediction, external: ExternalMeasurement | None) -> ExternalMeasurement | None:
    """A measurement at other hospitals, if it is of the version that made the record."""
    version = record.model.version.partition("+")[0]
    return external if external and external.version == version else None


def acquisition_of(record: StoredPrediction) -> Acquisition | None:
    """Sequence and plane of a record; None if unknown."""
    stored = record.acquisition
    if stored is None:
        return None
    sequence, plane = stored.sequence, stored.plane
    return Acquisition(sequence.id, sequence.probability, plane.id, plane.probability)


def comparison_body(compared: StoredComparison) -> ComparisonBody:
    """A compared prediction with its words."""
    result = Result(compared.decision, _ranking(compared.probabilities), set_of(compared.prediction_set))
    return ComparisonBody(**compared.model_dump(), summary=summary(result))


def decision_of(record: StoredPrediction) -> Decision:
    """The decision of a record; before decisions existed, records have a warning if the network was unsure."""
    unsure = any(warning.code == "low-confidence" for warning in record.warnings)
    return record.decision or (Decision.UNCERTAIN if unsure else Decision.ANSWER)


def set_of(stored: PredictionSetBody | None) -> PredictionSet | None:
    """A stored prediction set."""
    return PredictionSet(stored.coverage, tuple(stored.classes)) if stored else None


def _ranking(probabilities: list[ClassProbability]) -> tuple[tuple[TumorClass, float], ...]:
    return tuple(sorted(((entry.tumor, entry.probability) for entry in probabilities), key=lambda pair: -pair[1]))
