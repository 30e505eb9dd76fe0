"""Fit the thresholds of answers so that they hold for the worst source, since a hospital has only its own scans.

Every patient counts the same: otherwise a few with many slices, which resemble each other, decide.
Where a known share of the labels is wrong, even perfect answers disagree with it, so that this share counts as right.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES
from app.models.thresholds import SetMethod, SetSpec
from app.services.measures.classification import NOTUMOR
from app.services.trust.conformal import NONCONFORMITY

# A source with fewer slices of a class, or fewer answers, does not decide a threshold. Of weighted slices this is
# their effective number (Kish 1965).
_FEWEST = 30


def least_confidence(
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    sources: NDArray[np.str_],
    weights: NDArray[np.float64],
    *,
    accuracy: float,
    wrong_labels: Mapping[str, float],
) -> float:
    """The lowest confidence at which the answers of every source reach an accuracy.

    Args:
        confidence: float64 `[n]`.
        right: bool `[n]`.
        sources: `[n]`.
        weights: float64 `[n]`.
        accuracy: 0 to 1.
        wrong_labels: share of wrong labels of a source, 0 to 1.

    Returns:
        1 if no confidence does for some source.
    """
    needed = [0.0]
    for source in np.unique(sources):
        own = sources == source
        order = np.argsort(-confidence[own], kind="stable")
        ordered = weights[own][order]
        total = np.cumsum(ordered)
        selective = np.cumsum(ordered * right[own][order]) / total
        effective = total**2 / np.cumsum(ordered**2)
        # A few first mistakes among the surest answers do not decide.
        reached = accuracy * (1 - wrong_labels.get(source, 0))
        enough = np.flatnonzero((selective >= reached) | (effective < _FEWEST))
        # A source that is accurate enough as a whole needs no threshold, however sure its least sure answer is.
        if selective[-1] < reached:
            needed.append(float(confidence[own][order[enough[-1]]]))
    return max(needed)


def worst_sets(
    probabilities: NDArray[np.float64],
    labels: NDArray[np.int_],
    sources: NDArray[np.str_],
    weights: NDArray[np.float64],
    *,
    method: SetMethod,
    coverage: float,
    needed: float,
    wrong_labels: Mapping[str, float],
) -> SetSpec:
    """Prediction sets whose thresholds hold a share `needed` of each class in every source.

    Args:
        probabilities: float64 `[n, 4]`.
        labels: int `[n]`.
        sources: `[n]`.
        weights: float64 `[n]`.
        method: computes the nonconformity scores.
        coverage: the coverage over all sources without wrong labels together, 0 to 1, by which the set is named.
        needed: share of the sets of a class in the worst source that contain it, at most `coverage`.
        wrong_labels: share of a source's tumors with a wrong label, 0 to 1.
    """
    scores, clean = NONCONFORMITY[method](probabilities), ~np.isin(sources, list(wrong_labels))
    thresholds = {}
    for index, tumor in enumerate(CLASSES):
        own = scores[:, index]
        part = (labels == index) & clean
        limits = [_quantile(own[part], weights[part], coverage)]
        for source in np.unique(sources):
            part = (labels == index) & (sources == source)
            if part.any() and weights[part].sum() ** 2 / (weights[part] ** 2).sum() >= _FEWEST:
                wrong = 0 if index == NOTUMOR else wrong_labels.get(source, 0)
                limits.append(_quantile(own[part], weights[part], needed * (1 - wrong)))
        thresholds[tumor] = max(limits)
    return SetSpec(coverage=coverage, thresholds=thresholds)


def _quantile(values: NDArray[np.float64], weights: NDArray[np.float64], share: float) -> float:
    """The smallest value up to which the weights are at least a share of all weights."""
    return float(np.quantile(values, share, weights=weights, method="inverted_cdf"))
