"""Conformal prediction sets: the classes that cannot be excluded, with the true one among them as often as promised.

The promise holds for scans that come as those did which the thresholds were fitted to, for each class by itself
(Vovk 2012, https://arxiv.org/abs/1209.2673).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, TumorClass
from app.models.thresholds import SetMethod, SetSpec

# Angelopoulos et al. 2021 choose both by the data; with four classes little depends on them.
_RAPS_PENALTY = 0.01
_RAPS_FREE_RANKS = 1


@dataclass(frozen=True)
class PredictionSet:
    """The classes that cannot be excluded.

    Attributes:
        coverage: how often, 0 to 1, the set of a scan holds its class.
        classes: from most to least probable; of RAPS never none.
    """

    coverage: float
    classes: tuple[TumorClass, ...]


def prediction_set(probabilities: NDArray[np.float64], method: SetMethod, spec: SetSpec) -> PredictionSet:
    """The set of one scan, of its calibrated probabilities float64 `[4]`."""
    scores = NONCONFORMITY[method](probabilities)
    likeliest = (CLASSES[index] for index in np.argsort(-probabilities, kind="stable").tolist())
    allowed = {tumor for tumor, score in zip(CLASSES, scores.tolist(), strict=True) if score <= spec.thresholds[tumor]}
    return PredictionSet(spec.coverage, tuple(tumor for tumor in likeliest if tumor in allowed))


def lac(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a class lacks of certainty (Sadinle et al. 2019, https://arxiv.org/abs/1609.00451).

    Takes and gives float64 `[..., 4]`, as `raps` does.
    """
    return 1 - probabilities


def raps(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of all likelier classes, and a penalty for a low rank (https://arxiv.org/abs/2009.14193).

    Without the random part, so that the same scan gets the same set; the likeliest class has score 0 and is in each.
    """
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=-1)
    likelier = np.cumsum(ranked, axis=-1) - ranked
    penalty = _RAPS_PENALTY * np.maximum(np.arange(1, len(CLASSES) + 1) - _RAPS_FREE_RANKS, 0)
    scores = np.empty_like(probabilities)
    np.put_along_axis(scores, order, likelier + penalty, axis=-1)
    return scores


NONCONFORMITY: dict[SetMethod, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    SetMethod.LAC: lac,
    SetMethod.RAPS: raps,
}
