"""Temperature scaling (Guo et al. 2017, https://arxiv.org/abs/1706.04599)."""

import numpy as np
from numpy.typing import NDArray

from app.services.network.classifier import calibrated_probabilities

_GRID = np.exp(np.linspace(np.log(0.2), np.log(5), 400))


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.float32]) -> float:
    """The temperature under which the allowed classes are likeliest.

    Args:
        logits: float `[n, 4]`.
        labels: float32 `[n, 4]` of 0 and 1, the classes each image may have.
    """

    def nll(temperature: float) -> float:
        allowed = (calibrated_probabilities(logits, temperature) * labels).sum(axis=1)
        return float(-np.log(np.maximum(allowed, 1e-12)).mean())

    return round(float(min(_GRID, key=nll)), 3)
