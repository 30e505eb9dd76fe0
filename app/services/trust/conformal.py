"""Conformal prediction sets: all classes that cannot be excluded at a given coverage.

The set of a scan contains its true class with the probability `coverage`, in each class separately (Mondrian conformal
prediction, Vovk 2012, https://arxiv.org/abs/1209.2673), for scans drawn from the same distribution as those that the
thresholds were fitted to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, TumorClass
from app.models.thresholds import SetMethod, SetSpec

# Angelopoulos et al. 2021 fit both values; with four classes the sets hardly depend on them.
_RAPS_PENALTY = 0.01
_RAPS_FREE_RANKS = 1


@dataclass(frozen=True)
class PredictionSet:
    """The classes that cannot be excluded.

    Attributes:
        coverage: probability, 0 to 1, that the set of a scan contains its true class.
        classes: from most to least probable; never empty with RAPS.
    """

    coverage: float
    classes: tuple[TumorClass, ...]


def lac(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """One minus the probability of each class (LAC, Sadinle et al. 2019, https://arxiv.org/abs/1609.00451).

    Args:
        probabilities: float64 `[..., 4]`.

    Returns:
        Nonconformity scores, float64 `[..., 4]`.
    """
    return 1 - probabilities


def raps(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The summed probability of all more probable classes, plus a penalty for a low rank.

    RAPS (Angelopoulos et al. 2021, https://arxiv.org/abs/2009.14193) without its random term, so that the same scan
    always gets the same set. The most probable class has the score 0 and belongs to every set.

    Args:
        probabilities: float64 `[..., 4]`.

    Returns:
        Nonconformity scores, float64 `[..., 4]`.
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


def prediction_set(probabilities: NDArray[np.float64], method: SetMethod, spec: SetSpec) -> PredictionSet:
    """The prediction set of one scan.

    Args:
        probabilities: float64 `[4]`, calibrated.
        method: computes the nonconformity scores.
        spec: coverage and thresholds.
    """
    inside = members(probabilities, method, spec)
    order = np.argsort(-probabilities, kind="stable").tolist()
    return PredictionSet(spec.coverage, tuple(CLASSES[index] for index in order if inside[index]))


def members(probabilities: NDArray[np.float64], method: SetMethod, spec: SetSpec) -> NDArray[np.bool_]:
    """Which classes belong to the prediction sets: bool `[..., 4]`, of calibrated probabilities float64 `[..., 4]`."""
    limits = np.array([spec.thresholds[tumor] for tumor in CLASSES])
    inside: NDArray[np.bool_] = NONCONFORMITY[method](probabilities) <= limits
    return inside


def fit_sets(
    probabilities: NDArray[np.float64], labels: NDArray[np.int_], method: SetMethod, coverage: float
) -> SetSpec:
    """Fit a threshold for each class (split conformal prediction).

    Args:
        probabilities: float64 `[n, 4]` of images that nothing but the temperature was fitted to.
        labels: int `[n]`; every class occurs.
        method: computes the nonconformity scores.
        coverage: coverage within each class, 0 to 1.

    Raises:
        ValueError: a class has too few images for the coverage.
    """
    scores = NONCONFORMITY[method](probabilities)
    thresholds = {}
    for index, tumor in enumerate(CLASSES):
        own = np.sort(scores[labels == index, index])
        rank = ceil((len(own) + 1) * coverage)
        if rank > len(own):
            raise ValueError(f"{len(own)} images of {tumor.value} are too few for sets of coverage {coverage:.0%}")
        thresholds[tumor] = float(own[rank - 1])
    return SetSpec(coverage=coverage, thresholds=thresholds)
