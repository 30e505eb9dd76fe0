"""An answer: what comes of one scan."""

from dataclasses import dataclass
from uuid import UUID

from app.models.model_file import ModelMetadata
from app.services.explanations.built_in import Explanation
from app.services.inference.predictor import Prediction
from app.services.inference.schemas import TimingBody


@dataclass(frozen=True)
class Answer:
    """A prediction in words, and how long each step took.

    Attributes:
        id: of the prediction, as whoever asked for it is told.
        metadata: of the model that made it.
        prediction: what the network says.
        explanation: the words.
        started: when work on it began (`perf_counter`).
        timing: of the steps, from then on.
    """

    id: UUID
    metadata: ModelMetadata
    prediction: Prediction
    explanation: Explanation
    started: float
    timing: TimingBody
