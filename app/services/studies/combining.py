"""Combines slices to a series, and series to a study."""

from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.models.strict import Strict
from app.services.measures.classification import NOTUMOR
from app.services.network.temperature import calibrated_probabilities

# `python -m research.pipeline combining` writes it.
RULE_FILE = Path(__file__).with_name("rule.json")
_SMALLEST = 1e-12


class Pooling(StrEnum):
    """How the probabilities of several slices become one.

    `arithmetic` and `geometric`: the mean of the probabilities, or of their logarithms; `noisy-or`: there is no tumor
    if none of the slices, independently of each other, shows one, and its type is that of the arithmetic mean.
    """

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    NOISY_OR = "noisy-or"


class CombiningRule(Strict):
    """How slices are combined: a tumor shows on a part of them only, and single slices are often wrong."""

    pooling: Pooling
    share: float = Field(
        gt=0, le=1, description="Share of the slices that count: those that most probably show a tumor."
    )
    least: int = Field(ge=1, description="So many slices count, where there are as many.")
    temperature: float = Field(gt=0, description="Calibrates the result of a series.")


RULE = CombiningRule.model_validate_json(RULE_FILE.read_text())


def combine(
    probabilities: NDArray[np.float64], rule: CombiningRule = RULE
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Combine the results of several slices, or the calibrated results of several series, of which one stays as it is.

    Args:
        probabilities: float64 `[n, 4]`, with `n` at least 1.
        rule: to combine by.

    Returns:
        float64 `[4]`, and the indices of the rows that it was computed from, in ascending order.
    """
    count = min(len(probabilities), max(rule.least, round(rule.share * len(probabilities))))
    chosen = np.sort(np.argsort(probabilities[:, NOTUMOR], kind="stable")[:count])
    rows = probabilities[chosen]
    if rule.pooling is Pooling.GEOMETRIC:
        return calibrated_probabilities(np.log(np.maximum(rows, _SMALLEST)).mean(axis=0), 1), chosen
    combined: NDArray[np.float64] = rows.mean(axis=0)
    if rule.pooling is Pooling.NOISY_OR:
        none = rows[:, NOTUMOR].prod()
        combined[NOTUMOR] = 0
        combined *= (1 - none) / max(combined.sum(), _SMALLEST)
        combined[NOTUMOR] = 1 - combined.sum()
    return combined, chosen


def combine_slices(
    probabilities: NDArray[np.float64], rule: CombiningRule = RULE
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """As `combine`, for the slices of a series: the result is calibrated."""
    combined, chosen = combine(probabilities, rule)
    return calibrated_probabilities(np.log(np.maximum(combined, _SMALLEST)), rule.temperature), chosen
