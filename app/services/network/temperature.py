"""Temperature scaling: probabilities that match the observed accuracy (Guo et al. 2017, arXiv:1706.04599)."""

import numpy as np
from numpy.typing import NDArray

_GRID = np.exp(np.linspace(np.log(0.2), np.log(5), 400))


def calibrated_probabilities(
    logits: NDArray[np.floating], temperature: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Softmax of the logits divided by the temperature.

    Args:
        logits: float `[..., 4]`.
        temperature: above 0, one or `[..., 1]`; 1 leaves the probabilities uncalibrated.

    Returns:
        float64 `[..., 4]` in `[0, 1]`; each row sums to 1.
    """
    scaled = logits.astype(np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float64] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def fit_temperature(
    logits: NDArray[np.floating], labels: NDArray[np.float32], weights: NDArray[np.float64] | None = None
) -> float:
    """The temperature, from 0.2 to 5, with the smallest negative log-likelihood of the labels.

    Args:
        logits: float `[n, 4]`.
        labels: float32 `[n, 4]` of 0 and 1: the classes that each image may have.
        weights: of the images, float64 `[n]`; None if they count equally.
    """

    def nll(temperature: float) -> float:
        allowed = (calibrated_probabilities(logits, temperature) * labels).sum(axis=1)
        return float(np.average(-np.log(np.maximum(allowed, 1e-12)), weights=weights))

    return round(float(min(_GRID, key=nll)), 3)
