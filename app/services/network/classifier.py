"""The network at work: weights loaded once, one forward pass a scan."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.config.settings import EngineChoice, Precision
from app.models.model_file import ModelMetadata
from app.services.network.engines import open_engine
from app.services.network.weights import read_head


@dataclass(frozen=True)
class ForwardPass:
    """One forward pass.

    Attributes:
        logits: float32 `[4]`, in the order of `CLASSES`.
        feature_map: float32 `[rows, columns, channels]`, not negative; what Grad-CAM reads.
        features: float32 `[n]`, not negative, what the scan is like at several layers; see
            `app.services.network.architectures.catalogue.features`.
    """

    logits: NDArray[np.float32]
    feature_map: NDArray[np.float32]
    features: NDArray[np.float32]


class Classifier:
    """A network with its weights, ready to answer. Safe to call from several threads.

    Attributes:
        head: what follows the feature map.
        features: how many features it tells of a scan.
    """

    def __init__(
        self,
        metadata: ModelMetadata,
        weights: Path,
        engine: EngineChoice = EngineChoice.AUTO,
        precision: Precision = Precision.AUTO,
    ) -> None:
        """Load the network.

        Raises:
            ConfigurationError: the weights are missing, truncated or another network's, or the engine is not there.
        """
        self._engine = open_engine(engine, precision, metadata, weights)
        self.head = read_head(weights, metadata.architecture)
        self._shape = metadata.input.shape
        self.features = self._engine.features

    def classify(self, network_input: NDArray[np.float32]) -> ForwardPass:
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
        logits, feature_map, features = self._engine(network_input)
        return ForwardPass(logits[0], feature_map[0], features[0])
