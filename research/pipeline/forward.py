"""Forward passes of many scans at once; for each scan they give what `Classifier` gives."""

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from app.models.metadata import ModelMetadata
from app.models.networks import ARCHITECTURES, parts_of
from app.services.weights import Head


class BatchForward:
    """A network in float32, cut at the feature map that Grad-CAM reads."""

    def __init__(self, metadata: ModelMetadata, network: keras.Sequential) -> None:
        """Take a network of the metadata's architecture, with its weights."""
        parts = parts_of(network, metadata.feature_map)
        self._to_features = keras.Model(parts.input, parts.feature_map)
        self.head = Head(*parts.hidden.get_weights(), *parts.softmax.get_weights())

    @classmethod
    def trained(cls, metadata: ModelMetadata, weights: Path) -> "BatchForward":
        """The network with the weights of a file, which `Classifier` has accepted: nothing is checked here."""
        network = ARCHITECTURES[metadata.architecture].build(metadata.input.width)
        network.load_weights(weights)
        return cls(metadata, network)

    @classmethod
    def untrained(cls, metadata: ModelMetadata, seed: int) -> "BatchForward":
        """The same architecture with random weights."""
        keras.utils.set_random_seed(seed)
        return cls(metadata, ARCHITECTURES[metadata.architecture].build(metadata.input.width))

    def __call__(self, inputs: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Run the network on float32 `[n, height, width, channels]` in `[0, 1]`.

        Returns:
            Logits float32 `[n, 4]`, and feature maps float32 `[n, rows, columns, channels]`.
        """
        feature_maps: NDArray[np.float32] = self._to_features.predict_on_batch(inputs)
        head = self.head
        hidden = np.maximum(feature_maps.max(axis=(1, 2)) @ head.hidden_kernel + head.hidden_bias, 0)
        return hidden @ head.logit_kernel + head.logit_bias, feature_maps
