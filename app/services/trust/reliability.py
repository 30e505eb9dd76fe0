"""The probability that an answer is right on a slice of any hospital, from several signals of one forward pass.

The softmax of a network is calibrated for scans like its training scans only. A logistic model, fitted to slices of
hospitals that the network had not seen, turns its margin and the heads' signals into the confidence of the answer.
"""

import numpy as np
from numpy.typing import NDArray

from app.models.acquisition import SEQUENCES
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.models.thresholds import HeadsSpec, Signal
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.heads import Told

# Beyond these bounds a signal tells no more; few training slices are there.
_MOST = 8.0
_LEAST = 1e-12
_LEAST_CONFIDENCE = 1 / len(CLASSES)
# Of a range of six decades of temperature: to seven digits.
_HALVINGS = 48


def probabilities_of(logits: NDArray[np.float32], told: Told | None, metadata: ModelMetadata) -> NDArray[np.float64]:
    """The calibrated probabilities that a model serves, float64 `[4]`: with the heads' signals if it has heads.

    Args:
        logits: float32 `[4]`.
        told: what the heads tell; None for a model without heads.
        metadata: the model's metadata.
    """
    spec = metadata.trust.heads if metadata.trust else None
    if spec is None or told is None:
        return calibrated_probabilities(logits, metadata.temperature)
    plain = calibrated_probabilities(logits, spec.temperature)
    found = with_confidence(plain, reliability(signals(plain, told), spec))
    # A site's file has another temperature, which was fitted to the probabilities that the model serves.
    return calibrated_probabilities(np.log(np.maximum(found, _LEAST)), metadata.temperature / spec.temperature)


def signals(probabilities: NDArray[np.float64], told: Told) -> NDArray[np.float64]:
    """The signals of one slice, float64 `[len(Signal)]`, in the order of `Signal`, each from -8 to 8.

    Args:
        probabilities: float64 `[4]`, softmax of the network.
        told: what the heads tell.
    """
    second, first = np.sort(np.maximum(probabilities, _LEAST))[-2:]
    predicted = CLASSES[int(probabilities.argmax())]
    somewhere = float(told.place.max())
    values = {
        Signal.MARGIN: np.log(first / second),
        Signal.OTHER: told.other,
        Signal.PLACE: -somewhere if predicted == "notumor" else somewhere,
        Signal.FAMILIAR: told.familiar,
        **{Signal(f"class-{name}"): float(name == predicted) for name in CLASSES},
        **{Signal(f"sequence-{name}"): told.sequence[index] for index, name in enumerate(SEQUENCES)},
    }
    found: NDArray[np.float64] = np.clip([values[signal] for signal in Signal], -_MOST, _MOST)
    return found


def reliability(values: NDArray[np.float64], spec: HeadsSpec) -> NDArray[np.float64]:
    """Probability, at least 1/4, that the most probable class is right: float64 `[...]` of signals `[..., k]`."""
    weights = np.array([spec.weights[signal] for signal in Signal])
    found: NDArray[np.float64] = 1 / (1 + np.exp(-(values @ weights + spec.intercept)))
    return np.maximum(found, _LEAST_CONFIDENCE)


def with_confidence(probabilities: NDArray[np.float64], confidence: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The probabilities at the temperature at which the highest of them is `confidence`; their order stays.

    Args:
        probabilities: float64 `[..., 4]`, each row sums to 1.
        confidence: float64 `[...]`, 1/4 to 1; equally probable classes cannot exceed an equal share.
    """
    logs = np.log(np.maximum(probabilities, _LEAST))
    low, high = np.full(logs.shape[:-1], 1e-3), np.full(logs.shape[:-1], 1e3)
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        too_sure = calibrated_probabilities(logs, middle[..., np.newaxis]).max(axis=-1) > confidence
        low, high = np.where(too_sure, middle, low), np.where(too_sure, high, middle)
    return calibrated_probabilities(logs, high[..., np.newaxis])
