"""Networks to evaluate: the service's own network, and one with random weights."""

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from app.models.model_file import ModelMetadata
from app.services.network.architectures.catalogue import ARCHITECTURES, parts_of
from app.services.network.classifier import Classifier
from app.services.network.weights import ClassifierHead


class Network(Protocol):
    """A network that returns logits and feature maps for a batch.

    Attributes:
        head: the layers after the feature map that Grad-CAM reads.
    """

    head: ClassifierHead

    def __call__(self, inputs: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Run the network on float32 `[n, height, width, channels]` in `[0, 1]`.

        Returns:
            Logits float32 `[n, 4]`, and feature maps float32 `[n, rows, columns, channels]`.
        """


class ServedNetwork:
    """The service's own classifier. It runs scan by scan, as many at the same time as it can."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self.head = classifier.head
        self._threads = ThreadPoolExecutor(classifier.parallel + 1)

    def __call__(self, inputs: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Run the network; see `Network`."""
        passes = list(self._threads.map(self._classifier.classify, np.split(inputs, len(inputs))))
        return np.array([each.logits for each in passes]), np.array([each.feature_map for each in passes])


class UntrainedNetwork:
    """A model's architecture with random weights, reproducible from a seed."""

    def __init__(self, metadata: ModelMetadata, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        parts = parts_of(ARCHITECTURES[metadata.architecture].build(metadata.input.width), metadata.feature_map)
        self._to_features = keras.Model(parts.input, parts.feature_map)
        self.head = ClassifierHead(*parts.hidden.get_weights(), *parts.softmax.get_weights())

    def __call__(self, inputs: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Run the network; see `Network`."""
        # Called, not `predict`: to compile a network takes longer than its passes over all images of the checks.
        feature_maps: NDArray[np.float32] = keras.ops.convert_to_numpy(self._to_features(inputs, training=False))
        head = self.head
        hidden = np.maximum(feature_maps.max(axis=(1, 2)) @ head.hidden_kernel + head.hidden_bias, 0)
        return hidden @ head.logit_kernel + head.logit_bias, feature_maps
