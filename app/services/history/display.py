"""A history record in words: computed from its numbers, so that old records read like new ones."""

from app.models.thresholds import Decision
from app.services.explanations.words import Result, display
from app.services.history.schemas import StoredPrediction
from app.services.inference.schemas import Display
from app.services.network.gradcam import Focus
from app.services.trust.conformal import PredictionSet


def display_of(record: StoredPrediction) -> Display:
    """The words that a screen shows for a record; a record has no explanation, so there is no author."""
    deciding, heatmap = record.prediction_set, record.heatmap
    focus = heatmap.focus if heatmap else None
    ranking = sorted(((entry.tumor, entry.probability) for entry in record.probabilities), key=lambda pair: -pair[1])
    result = Result(
        decision=record.decision or _earlier_decision(record),
        ranking=tuple(ranking),
        deciding_set=PredictionSet(deciding.coverage, tuple(deciding.classes)) if deciding else None,
        target=heatmap.target if heatmap else None,
        focus=Focus(focus.x, focus.y, focus.area) if focus else None,
    )
    return display(result, model=record.model, image=record.image, timing=record.timing_ms)


def _earlier_decision(record: StoredPrediction) -> Decision:
    """The decision of a record from before decisions existed: such records have a warning if the network was unsure."""
    unsure = any(warning.code == "low-confidence" for warning in record.warnings)
    return Decision.UNCERTAIN if unsure else Decision.ANSWER
