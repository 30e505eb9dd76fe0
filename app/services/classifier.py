"""The network at work: weights loaded once, one traced function, one forward pass a scan."""

import hashlib
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.config.settings import ConfigurationError
from app.models.metadata import ModelMetadata

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Head:
    """What follows the pooled feature map: Dense(relu), Dense.

    Attributes:
        hidden_kernel: float32 `[channels, hidden]`.
        hidden_bias: float32 `[hidden]`.
        logit_kernel: float32 `[hidden, 4]`.
        logit_bias: float32 `[4]`.
    """

    hidden_kernel: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    logit_kernel: NDArray[np.float32]
    logit_bias: NDArray[np.float32]


@dataclass(frozen=True)
class Forward:
    """One forward pass.

    Attributes:
        logits: float32 `[4]`, in the order of `CLASSES`.
        feature_map: float32 `[rows, columns, channels]`, not negative; what Grad-CAM reads.
    """

    logits: NDArray[np.float32]
    feature_map: NDArray[np.float32]


class Classifier:
    """A network with its weights, ready to answer. Safe to call from several threads."""

    def __init__(self, metadata: ModelMetadata, weights: Path) -> None:
        """Build the network, load its weights, and answer once so that the first request is not the slow one.

        Raises:
            ConfigurationError: the weights are missing, truncated or another network's.
        """
        # TensorFlow takes seconds to import: only a process that computes pays for it, and not before it must.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its notes on processors and builds, at every start
        import tensorflow as tf

        from app.models.networks import ARCHITECTURES

        if metadata.architecture not in ARCHITECTURES:
            raise ConfigurationError(
                f"{metadata.name}: unknown architecture {metadata.architecture!r} (known: {', '.join(ARCHITECTURES)})"
            )
        network = ARCHITECTURES[metadata.architecture].build(metadata.input.width)
        _load_weights(network, weights, metadata.architecture)

        backbone, hidden, logits = network.layers[0], network.layers[-3], network.layers[-1]
        to_features = tf.keras.Model(backbone.input, backbone.get_layer(metadata.feature_map.layer).output)
        shape = (1, metadata.input.height, metadata.input.width, metadata.input.channels)

        @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32)], autograph=False)  # type: ignore[untyped-decorator]
        def forward(scan: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            feature_map = to_features(scan, training=False)
            pooled = tf.reduce_max(feature_map, axis=(1, 2))
            activation = tf.nn.relu(pooled @ hidden.kernel + hidden.bias)
            return (activation @ logits.kernel + logits.bias)[0], feature_map[0]

        self.head = Head(*(weight.numpy() for layer in (hidden, logits) for weight in (layer.kernel, layer.bias)))
        self._shape = shape
        self._to_tensor = tf.constant
        self._forward = forward.get_concrete_function()
        self.classify(np.zeros(shape, np.float32))

    def classify(self, network_input: NDArray[np.float32]) -> Forward:
        """Run the network once.

        Args:
            network_input: float32 `[1, height, width, channels]` in `[0, 1]`.

        Raises:
            ValueError: another shape, or values outside `[0, 1]` (an image that was not divided by 255).
        """
        if network_input.shape != self._shape:
            raise ValueError(f"input has shape {network_input.shape}, the network takes {self._shape}")
        low, high = float(network_input.min()), float(network_input.max())
        if not (low >= 0 and high <= 1):
            raise ValueError(f"input ranges from {low:g} to {high:g}, the network takes 0 to 1")
        logits, feature_map = self._forward(self._to_tensor(network_input, dtype="float32"))
        return Forward(logits.numpy(), feature_map.numpy())


def _load_weights(network: "keras.Sequential", weights: Path, architecture: str) -> None:
    """Load a file that holds every weight of the network.

    Raises:
        ConfigurationError: it does not.
    """
    # Keras merely warns of layers that a file has not, and leaves them random. What it did not fill stays NaN.
    for variable in network.weights:
        variable.assign(np.full(variable.shape, np.nan, np.float32))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            network.load_weights(weights)
        complete = all(np.isfinite(variable.numpy()).all() for variable in network.weights)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise _foreign(weights, architecture) from error
    if not complete:
        raise _foreign(weights, architecture)


def _foreign(weights: Path, architecture: str) -> ConfigurationError:
    return ConfigurationError(
        f"{weights} does not hold the weights of {architecture}: the file is truncated or was written for another "
        "network. Put the project's own file back (`git checkout models/`), or save the weights again with the "
        "network of app/models."
    )


def calibrated_probabilities(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Softmax of the logits divided by the temperature (Guo et al. 2017, https://arxiv.org/abs/1706.04599).

    Takes and gives `[..., 4]`; the probabilities are in `[0, 1]` and sum to 1.
    """
    scaled = logits.astype(np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float64] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, as hex.

    Raises:
        ConfigurationError: the file is missing or cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ConfigurationError(
            f"the weights file {path} cannot be read ({error.strerror}). Put it back (`git checkout models/`), "
            "or set MODELS_DIR to the folder that has it."
        ) from error
