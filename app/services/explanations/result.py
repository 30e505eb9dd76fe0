"""The numbers of a result that words are made from."""

from dataclasses import dataclass
from typing import Self

from app.models.classes import TumorClass
from app.models.thresholds import Decision, HeatmapMethod
from app.services.inference.predictor import Prediction
from app.services.network.gradcam import Focus
from app.services.trust.conformal import PredictionSet
from app.services.trust.heads import Acquisition
from app.services.trust.views import Agreement


@dataclass(frozen=True)
class Result:
    """The numbers that the words are made from, of a prediction or of a history record.

    Attributes:
        decision: what a reader may do with the result.
        ranking: the classes with their calibrated probabilities in `[0, 1]`, the most probable first.
        deciding_set: the prediction set that the decision is based on; None if no thresholds were fitted, and if the
            decision names no class.
        method: what the heat-map shows; None without a heat-map, so always outside.
        target: the class that the heat-map explains; None if it explains none.
        focus: centre and extent of the heat-map; None without a heat-map, or if it points to no place.
        agreement: agreement of several views; None with a single view.
        acquisition: sequence and plane; None outside, and for a model that recognises neither.
    """

    decision: Decision
    ranking: tuple[tuple[TumorClass, float], ...]
    deciding_set: PredictionSet | None = None
    method: HeatmapMethod | None = None
    target: TumorClass | None = None
    focus: Focus | None = None
    agreement: Agreement | None = None
    acquisition: Acquisition | None = None

    @classmethod
    def of(cls, prediction: Prediction) -> Self:
        """The numbers of a prediction."""
        return cls(
            decision=prediction.decision,
            ranking=tuple(prediction.ranking),
            deciding_set=prediction.deciding_set,
            method=prediction.heatmap.method if prediction.heatmap else None,
            target=prediction.heatmap.target if prediction.heatmap else None,
            focus=prediction.heatmap.focus if prediction.heatmap else None,
            agreement=prediction.agreement,
            acquisition=prediction.acquisition,
        )

    @property
    def predicted(self) -> TumorClass:
        """The most probable class."""
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        """The probability of the predicted class."""
        return self.ranking[0][1]

    @property
    def open_classes(self) -> list[TumorClass]:
        """The classes of the deciding set, the most probable first; all classes without a set."""
        deciding = self.deciding_set
        return [tumor for tumor, _ in self.ranking if deciding is None or tumor in deciding.classes]
