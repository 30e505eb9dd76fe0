"""Thresholds of prediction sets and of confidence, fitted to many scans at once, and the decisions they lead to."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES
from app.models.thresholds import Decision, SetMethod, SetSpec
from app.services.trust.prediction_sets import NONCONFORMITY


def fit_sets(
    probabilities: NDArray[np.float64], labels: NDArray[np.int_], method: SetMethod, coverage: float
) -> SetSpec:
    """Thresholds for each class by itself (split conformal prediction, Vovk 2012).

    Args:
        probabilities: float64 `[n, 4]` of images that nothing else was fitted to but the temperature.
        labels: int `[n]`; every class must occur.
        method: of the nonconformity scores.
        coverage: promised of each class.

    Raises:
        ValueError: a class has too few images for the promise.
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


def members(probabilities: NDArray[np.float64], method: SetMethod, spec: SetSpec) -> NDArray[np.bool_]:
    """Which classes the sets hold: bool `[n, 4]`."""
    limits = np.array([spec.thresholds[tumor] for tumor in CLASSES])
    inside: NDArray[np.bool_] = NONCONFORMITY[method](probabilities) <= limits
    return inside


def fit_min_confidence(probabilities: NDArray[np.float64], labels: NDArray[np.int_], accuracy: float) -> float:
    """The least confidence from which on predictions are right as often as wanted, whatever more is asked for."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    order = np.argsort(-confidence, kind="stable")
    selective = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(selective >= accuracy)
    return float(confidence[order[enough[-1]]]) if len(enough) else 1.0


def decisions(
    probabilities: NDArray[np.float64],
    deciding: NDArray[np.bool_],
    min_confidence: float,
    outside: NDArray[np.bool_] | None,
) -> NDArray[np.str_]:
    """The decision on each scan, `[n]`, as the service makes it.

    Args:
        probabilities: float64 `[n, 4]`.
        deciding: bool `[n, 4]`, the sets that decide.
        min_confidence: less confident answers are uncertain.
        outside: bool `[n]`, whether the gate refuses a scan; None without a gate.
    """
    sure = (deciding.sum(axis=1) == 1) & (probabilities.max(axis=1) >= min_confidence)
    decided = np.where(sure, Decision.ANSWER.value, Decision.UNCERTAIN.value)
    return decided if outside is None else np.where(outside, Decision.OUTSIDE.value, decided)
