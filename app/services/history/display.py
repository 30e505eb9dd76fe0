"""A history record in words: computed from its numbers, so that old records read like new ones."""

from app.models.classes import TumorClass
from app.models.thresholds import Decision
from app.services.explanations.words import Result, display, summary
from app.services.history.schemas import ComparisonBody, StoredComparison, StoredPrediction
from app.services.inference.schemas import ClassProbability, Display, PredictionSetBody
from app.services.network.gradcam import Focus
from app.services.trust.conformal import PredictionSet


def display_of(record: StoredPrediction) -> Display:
    """The words that a screen shows for a record; a record has no explanation, so there is no author."""
    heatmap = record.heatmap
    focus = heatmap.focus if heatmap else None
    result = Result(
        decision=decision_of(record),
        ranking=_ranking(record.probabilities),
        deciding_set=set_of(record.prediction_set),
        target=heatmap.target if heatmap else None,
        focus=Focus(focus.x, focus.y, focus.area) if focus else None,
    )
    return display(result, model=record.model, image=record.image, timing=record.timing_ms)


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
