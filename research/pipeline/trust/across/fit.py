"""Fit the confidence and the thresholds of answers for sources that the network has not seen.

The thresholds must hold for the worst source, not for the mean of all, since a hospital has only its own scans.
"""

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES
from app.models.thresholds import SetMethod, SetSpec
from app.services.trust.conformal import NONCONFORMITY

# Strength of the ridge, for signals of standard deviation 1 and a mean loss.
_RIDGE = 1e-3
_NEWTON_STEPS = 30
# A source with fewer slices of a class, or fewer answers, does not decide a threshold.
_FEWEST = 30


def fit_reliability(
    values: NDArray[np.float64], right: NDArray[np.bool_], sources: NDArray[np.str_]
) -> tuple[NDArray[np.float64], float]:
    """Logistic regression of whether a prediction is right on its signals, by Newton's method.

    Every source has the weight of the root of its number of slices.

    Args:
        values: float64 `[n, k]`.
        right: bool `[n]`.
        sources: `[n]`.

    Returns:
        The weights float64 `[k]` and the intercept.
    """
    _, source, counts = np.unique(sources, return_inverse=True, return_counts=True)
    weight = 1 / np.sqrt(counts[source])
    weight /= weight.sum()
    centre, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    standard = np.column_stack([(values - centre) / scale, np.ones(len(values))])
    ridge = np.append(np.full(values.shape[1], _RIDGE), 0)
    found = np.zeros(standard.shape[1])
    for _ in range(_NEWTON_STEPS):
        probability = 1 / (1 + np.exp(-standard @ found))
        gradient = standard.T @ (weight * (probability - right)) + ridge * found
        curvature = (standard.T * (weight * probability * (1 - probability))) @ standard + np.diag(ridge + 1e-9)
        found -= np.linalg.solve(curvature, gradient)
    weights = found[:-1] / scale
    return weights, float(found[-1] - weights @ centre)


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
