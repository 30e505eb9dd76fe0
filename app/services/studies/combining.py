"""Combines slices to a series, and series to a study."""

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, TumorClass

# At least this many slices, and this share of those that may decide.
_LEAST_SLICES = 3
_SHARE = 0.5
_NO_TUMOR = CLASSES.index(TumorClass.NOTUMOR)
_SMALLEST = 1e-12


def combine(probabilities: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Combine the results of several slices, or of several series.

    The mean of the logarithms of the probabilities over the half with the highest probability of a tumor: a tumor shows
    on a part of the slices only, and single slices are often wrong. This rule was chosen by hand on five series. This
    function is the one place to change once rules are compared on labelled studies.

    Args:
        probabilities: float64 `[n, 4]`, with `n` at least 1.

    Returns:
        float64 `[4]`, and the indices of the rows that it was computed from, in ascending order.
    """
    count = min(len(probabilities), max(_LEAST_SLICES, round(_SHARE * len(probabilities))))
    chosen = np.sort(np.argsort(probabilities[:, _NO_TUMOR], kind="stable")[:count])
    logarithms = np.log(np.maximum(probabilities[chosen], _SMALLEST)).mean(axis=0)
    weights = np.exp(logarithms - logarithms.max())
    combined: NDArray[np.float64] = weights / weights.sum()
    return combined, chosen
