"""A network with its weights, loaded once: one forward pass per scan."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.config.choices import EngineChoice, Precision
from app.models.model_file import ModelMetadata
from app.services.network.engines import EngineOpener, open_engine
from app.services.network.weights import read_head


@dataclass(frozen=True)
class ForwardPass:
    """The result of one forward pass.

    Attributes:
        logits: float32 `[4]`, in the order of `CLASSES`.
        feature_map: float32 `[rows, columns, channels]`, not negative; the input of Grad-CAM.
        features: float32 `[n]`, not negative: summaries of several layers, the input of the gate; see
            `app.services.network.architectures.catalogue.features`.
    """

    logits: NDArray[np.float32]
    feature_map: NDArray[np.float32]
    features: NDArray[np.float32]


class Classifier:
    """A network with its weights. Safe to use from several threads.

    Attributes:
        head: the dense layers after the feature map.
        features: number of features per scan.
        precision: number format of the forward pass, float32 or bfloat16.
        parallel: the most forward passes that run at the same time.
    """

    def __init__(
        self,
        metadata: ModelMetadata,
        weights: Path,
        engine: EngineChoice = EngineChoice.AUTO,
        precision: Precision = Precision.AUTO,
        parallel: int = 1,
        open_engine: EngineOpener = open_engine,
    ) -> None:
        """Load the network.

        Args:
            metadata: the model's metadata.
            weights: the weights file.
            engine: the library that computes the forward pass.
            precision: number format of the computation in OpenVINO.
            parallel: the most forward passes that OpenVINO runs at the same time.
            open_engine: opens the engine; one of another process has settings of its own.

        Raises:
            ConfigurationError: the weights are missing, truncated or of another network, or the engine is not
                installed.
        """
        self._engine = open_engine(engine, precision, metadata, weights, parallel)
        self.head = read_head(weights, metadata.architecture)
        self._shape = metadata.input.shape
        self.features = self._engine.features
        self.precision = self._engine.precision
        self.parallel = self._engine.parallel

    @property
    def ready(self) -> bool:
        """Whether the engine can compute now; see `Engine`."""
        return self._engine.ready

    def classify(self, network_input: NDArray[np.float32]) -> ForwardPass:
        """Run the network once.

        Args:
            network_input: float32 `[1, height, width, channels]` in `[0, 1]`.

        Raises:
            ValueError: wrong shape, or values outside `[0, 1]` (an image that was not divided by 255).
            ModelNotReady: as for an `Engine`.
        """
        self.check(network_input)
        logits, feature_map, features = self._engine(network_input)
        return ForwardPass(logits[0], feature_map[0], features[0])

    def check(self, network_input: NDArray[np.float32]) -> None:
        """Check an input of the network; raises as `classify` does."""
        if network_input.shape != self._shape:
            raise ValueError(f"the input has the shape {network_input.shape}; the network needs {self._shape}")
        low, high = float(network_input.min()), float(network_input.max())
        if not (low >= 0 and high <= 1):
            raise ValueError(f"the input ranges from {low:g} to {high:g}; the network needs 0 to 1")
