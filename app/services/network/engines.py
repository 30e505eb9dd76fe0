"""What computes a forward pass: OpenVINO, which is the faster, or TensorFlow, which is the reference."""

import importlib.util
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.config.settings import ConfigurationError, EngineChoice, Precision
from app.models.model_file import ModelMetadata
from app.services.network.openvino_graph import read_graph, release_constants, request_of
from app.services.network.precision import choose_precision
from app.services.network.weights import load_network

# The place of the features among the outputs.
_FEATURES = 2

Outputs = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


class Engine(Protocol):
    """A network at work, which has answered once, so that the first scan is not the slow one.

    Safe to call from several threads.

    Attributes:
        features: how many features it tells of a scan.
        precision: float32 or bfloat16, never `AUTO`.
    """

    features: int
    precision: Precision

    def __call__(self, scan: NDArray[np.float32]) -> Outputs:
        """Run it on float32 `[1, height, width, channels]` in `[0, 1]`.

        Returns:
            Logits float32 `[1, 4]`, feature map float32 `[1, rows, columns, channels]`, and the features
            float32 `[1, n]` that tell what the scan is like at several layers
            (`app.services.network.architectures.catalogue.features`).
        """


def open_engine(choice: EngineChoice, precision: Precision, metadata: ModelMetadata, weights: Path) -> Engine:
    """The chosen engine with the weights of a file.

    Raises:
        ConfigurationError: the engine is not installed, or the weights or their graph do not fit the network.
    """
    if choice is EngineChoice.AUTO:
        choice = EngineChoice.OPENVINO if _installed("openvino") else EngineChoice.TENSORFLOW
    if not _installed(choice):
        raise ConfigurationError(f"ENGINE={choice} needs the package {choice}, which is not installed.")
    if choice is EngineChoice.OPENVINO:
        return OpenVinoEngine(metadata, weights, precision)
    return TensorFlowEngine(metadata, weights)


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


class OpenVinoEngine:
    """The exported graph, in OpenVINO."""

    def __init__(self, metadata: ModelMetadata, weights: Path, precision: Precision) -> None:
        """Read and compile the graph; raises as `read_graph` does."""
        graph = read_graph(metadata, weights)
        graph.reshape(list(metadata.input.shape))
        self.features: int = graph.output(_FEATURES).shape[-1]
        if precision is Precision.AUTO:
            precision = choose_precision(metadata, weights)
        self._request = request_of(graph, precision)
        # OpenVINO computes in float32 if the processor does not support the requested precision.
        computed = self._request.get_compiled_model().get_property("INFERENCE_PRECISION_HINT")
        self.precision = Precision(computed.get_type_name())
        # A forward pass keeps every core busy: a second one at a time would gain nothing, and need its memory again. A
        # thread of their own begins the next as one ends; after a lock, threads that decode would come in between.
        self._passes = ThreadPoolExecutor(1, thread_name_prefix="pass")
        # The first pass packs the constants as the processor likes them.
        self(np.zeros(metadata.input.shape, np.float32))
        release_constants(weights)

    def __call__(self, scan: NDArray[np.float32]) -> Outputs:
        """Run it; see `Engine`."""
        return self._passes.submit(self._infer, scan).result()

    def _infer(self, scan: NDArray[np.float32]) -> Outputs:
        logits, feature_map, features = self._request.infer([scan], share_inputs=True).to_tuple()
        return logits, feature_map, features


class TensorFlowEngine:
    """The Keras network, traced once into a TensorFlow graph."""

    precision = Precision.F32

    def __init__(self, metadata: ModelMetadata, weights: Path) -> None:
        """Build and trace the network; raises as `load_network` does."""
        # TensorFlow takes seconds to import: only a process that computes pays for it, and not before it must.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its notes on processors and builds, at every start
        os.environ.setdefault("KERAS_HOME", os.devnull)  # else importing Keras writes ~/.keras/keras.json
        import tensorflow as tf

        from app.services.network.architectures.catalogue import ARCHITECTURES, features, parts_of

        network = load_network(metadata, weights)
        parts = parts_of(network, metadata.feature_map)
        hidden, softmax = parts.hidden, parts.softmax
        summarised = features(network, ARCHITECTURES[metadata.architecture].summarised)
        self.features: int = summarised.shape[-1]
        backbone = tf.keras.Model(parts.input, [parts.feature_map, summarised])
        signature = [tf.TensorSpec(metadata.input.shape, tf.float32)]

        @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
        def forward(scan: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            feature_map, features = backbone(scan, training=False)
            activation = tf.nn.relu(tf.reduce_max(feature_map, axis=(1, 2)) @ hidden.kernel + hidden.bias)
            return activation @ softmax.kernel + softmax.bias, feature_map, features

        self._to_tensor = tf.constant
        self._forward = forward.get_concrete_function()
        self(np.zeros(metadata.input.shape, np.float32))

    def __call__(self, scan: NDArray[np.float32]) -> Outputs:
        """Run it; see `Engine`."""
        logits, feature_map, features = self._forward(self._to_tensor(scan, dtype="float32"))
        return logits.numpy(), feature_map.numpy(), features.numpy()
