"""An answer: a prediction with its explanation and timing."""

from dataclasses import dataclass
from uuid import UUID

from app.models.measured.external import ExternalMeasurement
from app.models.model_file import ModelMetadata
from app.services.explanations.built_in import Explanation
from app.services.inference.predictor import Prediction
from app.services.inference.schemas import TimingBody


@dataclass(frozen=True)
class Answer:
    """A prediction with its explanation and the duration of each step.

    Attributes:
        id: the prediction's id, also in the response.
        metadata: metadata of the model that made the prediction.
        prediction: the numbers.
        explanation: the text.
        started: `perf_counter` at the start of the work.
        timing: duration of each step from then on.
        external: the measurement of the model at other hospitals; None without one.
    """

    id: UUID
    metadata: ModelMetadata
    prediction: Prediction
    explanation: Explanation
    started: float
    timing: TimingBody
    external: ExternalMeasurement | None
