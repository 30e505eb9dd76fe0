"""The heat-map that a model shows for a picture that was judged, before it is drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, TumorClass
from app.services.inference.heatmaps import default_method, explained_class
from app.services.inference.judge import Judgement
from app.services.inference.predictor import Predictor
from app.services.network import gradcam


@dataclass(frozen=True)
class SliceHeat:
    """What the heat-map of a slice shows.

    Attributes:
        target: the class that it is the evidence for; None for the probability of a tumor at each place.
        grid: float32 `[rows, columns]` in `[0, 1]`, on the grid of the feature map.
    """

    target: TumorClass | None
    grid: NDArray[np.float32]


def heat_of(judged: Judgement, predictor: Predictor) -> SliceHeat:
    """The heat-map that the model shows for a slice."""
    most_probable = CLASSES[int(judged.probabilities.argmax())]
    told = judged.told
    if told:
        method = default_method(predictor.metadata, judged.ruling.decision)
        if explained_class(method, None, None, most_probable) is None:
            return SliceHeat(None, told.heat)
    index = CLASSES.index(most_probable)
    return SliceHeat(most_probable, gradcam.heatmap(judged.forward.feature_map, predictor.classifier.head, index))
