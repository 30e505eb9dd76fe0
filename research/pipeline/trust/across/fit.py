"""Fit the thresholds of answers so that they hold for the worst source, since a hospital has only its own scans."""

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES
from app.models.thresholds import SetMethod, SetSpec
from app.services.trust.conformal import NONCONFORMITY

# A source with fewer slices of a class, or fewer answers, does not decide a threshold.
_FEWEST = 30


def least_confidence(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], sources: NDArray[np.str_], accuracy: float
) -> float:
    """The lowest confidence at which the answers of every source reach an accuracy, 0 to 1.

    Returns:
        1 if no confidence does for some source.
    """
    needed = [0.0]
    for source in np.unique(sources):
        own = sources == source
        order = np.argsort(-confidence[own], kind="stable")
        selective = np.cumsum(right[own][order]) / np.arange(1, len(order) + 1)
        # A few first mistakes among the surest answers do not decide.
        enough = np.flatnonzero((selective >= accuracy) | (np.arange(len(order)) < _FEWEST))
        # A source that is accurate enough as a whole needs no threshold, however sure its least sure answer is.
        if selective[-1] < accuracy:
            needed.append(float(confidence[own][order[enough[-1]]]))
    return max(needed)


def worst_sets(
    probabilities: NDArray[np.float64],
    labels: NDArray[np.int_],
    sources: NDArray[np.str_],
    *,
    method: SetMethod,
    coverage: float,
    needed: float,
) -> SetSpec:
    """Prediction sets whose thresholds hold a share `needed` of each class in every source.

    Args:
        probabilities: float64 `[n, 4]`.
        labels: int `[n]`.
        sources: `[n]`.
        method: computes the nonconformity scores.
        coverage: the coverage over all sources together, 0 to 1, by which the set is named.
        needed: share of the sets of a class in the worst source that contain it, at most `coverage`.
    """
    scores = NONCONFORMITY[method](probabilities)
    thresholds = {}
    for index, tumor in enumerate(CLASSES):
        own = scores[:, index]
        parts = [own[labels == index]]
        limits = [float(np.quantile(parts[0], coverage, method="higher"))]
        for source in np.unique(sources):
            part = own[(labels == index) & (sources == source)]
            if len(part) >= _FEWEST:
                limits.append(float(np.quantile(part, needed, method="higher")))
        thresholds[tumor] = max(limits)
    return SetSpec(coverage=coverage, thresholds=thresholds)
