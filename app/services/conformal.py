"""Conformal prediction sets and decisions of many scans at once: thresholds fitted, sets and decisions counted."""

from collections.abc import Mapping
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.models.trust import Decision
from app.models.tumor import CLASSES, TumorClass

SELECTIVE_ACCURACY = 0.995


def nonconformity(probabilities: NDArray[np.float64], method: Literal["lac", "raps"]) -> NDArray[np.float64]:
    """How ill each class fits each scan, `[n, 4]`.

    `lac`: one minus the probability (Sadinle et al. 2019).
    """
    if method != "lac":
        raise NotImplementedError(method)
    return 1 - probabilities


def prediction_sets(
    probabilities: NDArray[np.float64], method: Literal["lac", "raps"], thresholds: Mapping[TumorClass, float]
) -> NDArray[np.bool_]:
    """Whether each class belongs to each scan's set, bool `[n, 4]`."""
    members: NDArray[np.bool_] = nonconformity(probabilities, method) <= np.array(
        [thresholds[tumor] for tumor in CLASSES]
    )
    return members


def fitted_thresholds(
    probabilities: NDArray[np.float64],
    labels: NDArray[np.int_],
    method: Literal["lac", "raps"],
    coverage: float,
) -> dict[TumorClass, float]:
    """The thresholds that hold each class's coverage (class-conditional split conformal prediction; Vovk 2012).

    A class with too few scans for its coverage belongs to every set.
    """
    scores = nonconformity(probabilities, method)
    thresholds = {}
    for index, tumor in enumerate(CLASSES):
        of_class = np.sort(scores[labels == index, index])
        place = ceil((len(of_class) + 1) * coverage)
        thresholds[tumor] = float(of_class[place - 1]) if place <= len(of_class) else 1.0
    return thresholds


def fitted_confidence(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> float:
    """The least confidence from which on 99.5 % of the answers are right; 1 where there is none."""
    confidence = probabilities.max(axis=1)
    order = np.lexsort((probabilities.argmax(axis=1) == labels, -confidence))
    right = (probabilities.argmax(axis=1) == labels)[order]
    enough = np.flatnonzero(np.cumsum(right) >= SELECTIVE_ACCURACY * np.arange(1, len(right) + 1))
    return float(confidence[order][enough[-1]]) if len(enough) else 1.0


def decisions(
    probabilities: NDArray[np.float64],
    members: NDArray[np.bool_],
    min_confidence: float,
    outside: NDArray[np.bool_] | None,
) -> NDArray[np.str_]:
    """The decision on each scan, `[n]`.

    Args:
        probabilities: float64 `[n, 4]`.
        members: bool `[n, 4]`, the sets that decide.
        min_confidence: less confident answers are uncertain.
        outside: bool `[n]`, whether the gate refuses a scan; None without a gate.
    """
    sure = (members.sum(axis=1) == 1) & (probabilities.max(axis=1) >= min_confidence)
    decided = np.where(sure, Decision.ANSWER, Decision.UNCERTAIN)
    return decided if outside is None else np.where(outside, Decision.OUTSIDE, decided)
