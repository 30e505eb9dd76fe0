"""The engines that compute a forward pass: OpenVINO, the faster one, and TensorFlow, the reference."""

import importlib.util
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.config.choices import EngineChoice, Precision
from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.services.network.openvino_graph import read_graph, request_of
from app.services.network.precision import choose_precision
from app.services.network.weights import load_network

# Index of the features among the outputs.
_FEATURES = 2

Outputs = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


class Engine(Protocol):
    """A loaded network, warmed up by one forward pass. Safe to call from several threads.

    Attributes:
        features: number of features per scan.
        precision: float32 or bfloat16, never `AUTO`.
    """

    features: int
    precision: Precision

    def __call__(self, scan: NDArray[np.float32]) -> Outputs:
        """Run a forward pass on float32 `[1, height, width, channels]` in `[0, 1]`.

        Returns:
            Logits, float32 `[1, 4]`; feature map, float32 `[1, rows, columns, channels]`; and features, float32
            `[1, n]`, the summaries of several layers (`app.services.network.architectures.catalogue.features`).
        """


def open_engine(choice: EngineChoice, precision: Precision, metadata: ModelMetadata, weights: Path) -> Engine:
    """Load a weights file into the chosen engine.

    Raises:
        ConfigurationError: the engine is not installed, or the weights or their graph do not match the network.
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
    """Runs the exported graph in OpenVINO."""

    def __init__(self, metadata: ModelMetadata, weights: Path, precision: Precision) -> None:
        """Read, compile and warm up the graph; raises the errors of `read_graph`."""
        graph = read_graph(metadata, weights)
        graph.model.reshape(list(metadata.input.shape))
        self.features: int = graph.model.output(_FEATURES).shape[-1]
        if precision is Precision.AUTO:
            precision = choose_precision(metadata, weights)
        self._request = request_of(graph.model, precision)
        # OpenVINO computes in float32 if the processor does not support the requested precision.
        computed = self._request.get_compiled_model().get_property("INFERENCE_PRECISION_HINT")
        self.precision = Precision(computed.get_type_name())
        # A forward pass uses every core: a second one at the same time would gain nothing and double the memory. A
        # thread for all passes starts one as soon as the previous one ends; with a lock, decoding threads would run in
        # between. If passes are short, the thread gives 1.15 times the scans per second.
        self._passes = ThreadPoolExecutor(1, thread_name_prefix="pass")
        # The first pass repacks the constants for the processor.
        self(np.zeros(metadata.input.shape, np.float32))
        graph.release_constants()

    def __call__(self, scan: NDArray[np.float32]) -> Outputs:
        """Run a forward pass; see `Engine`."""
        return self._passes.submit(self._infer, scan).result()

    def _infer(self, scan: NDArray[np.float32]) -> Outputs:
        logits, feature_map, features = self._request.infer([scan], share_inputs=True).to_tuple()
        return logits, feature_map, features


class TensorFlowEngine:
    """The Keras network, traced once into a TensorFlow graph."""

    precision = Precision.F32

    def __init__(self, metadata: ModelMetadata, weights: Path) -> None:
        """Build, trace and warm up the network; raises the errors of `load_network`."""
        # Lazy import: TensorFlow takes seconds.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # no messages about processor and build at every start
        os.environ.setdefault("KERAS_HOME", os.devnull)  # otherwise importing Keras writes ~/.keras/keras.json
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
        """Run a forward pass; see `Engine`."""
        logits, feature_map, features = self._forward(self._to_tensor(scan, dtype="float32"))
        return logits.numpy(), feature_map.numpy(), features.numpy()
