"""The engines that compute a forward pass: OpenVINO, the faster one, and TensorFlow, the reference."""

import importlib.util
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Thread
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.config.choices import EngineChoice, Precision
from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.services.network.openvino_graph import Graph, compiled, read_graph
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
        parallel: the most forward passes that run at the same time.
    """

    features: int
    precision: Precision
    parallel: int

    @property
    def ready(self) -> bool:
        """Whether it can compute now; an engine of another process cannot while that process starts again."""

    def __call__(self, scan: NDArray[np.float32]) -> Outputs:
        """Run a forward pass on float32 `[1, height, width, channels]` in `[0, 1]`.

        Returns:
            Logits, float32 `[1, 4]`; feature map, float32 `[1, rows, columns, channels]`; and features, float32
            `[1, n]`, the summaries of several layers (`app.services.network.architectures.catalogue.features`).

        Raises:
            ModelNotReady: an engine of another process has ended.
        """


class EngineOpener(Protocol):
    """Opens engines: `open_engine` those of this process."""

    def __call__(
        self, choice: EngineChoice, precision: Precision, metadata: ModelMetadata, weights: Path, parallel: int
    ) -> Engine:
        """Open an engine. Arguments and errors as for `open_engine`."""


def open_engine(
    choice: EngineChoice, precision: Precision, metadata: ModelMetadata, weights: Path, parallel: int = 1
) -> Engine:
    """Load a weights file into the chosen engine.

    Args:
        choice: the engine.
        precision: number format of the computation in OpenVINO.
        metadata: the model's metadata.
        weights: its weights file.
        parallel: the most forward passes that OpenVINO runs at the same time.

    Raises:
        ConfigurationError: the engine is not installed, or the weights or their graph do not match the network.
    """
    if choice is EngineChoice.AUTO:
        choice = EngineChoice.OPENVINO if _installed("openvino") else EngineChoice.TENSORFLOW
    if not _installed(choice):
        raise ConfigurationError(f"ENGINE={choice} needs the package {choice}, which is not installed.")
    if choice is EngineChoice.OPENVINO:
        return OpenVinoEngine(metadata, weights, precision, parallel)
    return TensorFlowEngine(metadata, weights)


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


class OpenVinoEngine:
    """Runs the exported graph in OpenVINO.

    A single scan is computed on all cores. While several wait, each is computed on a share of them, which takes longer
    for each and 0.6 to 0.8 times as long for all. That needs a second compiled network, and its memory.
    """

    ready = True

    def __init__(self, metadata: ModelMetadata, weights: Path, precision: Precision, parallel: int = 1) -> None:
        """Read, compile and warm up the graph; see `open_engine`, and `read_graph` for the errors."""
        graph = read_graph(metadata, weights)
        graph.model.reshape(list(metadata.input.shape))
        self.features: int = graph.model.output(_FEATURES).shape[-1]
        if precision is Precision.AUTO:
            precision = choose_precision(metadata, weights)
        network = compiled(graph.model, precision)
        # OpenVINO computes in float32 if the processor does not support the requested precision.
        self.precision = Precision(network.get_property("INFERENCE_PRECISION_HINT").get_type_name())
        self.parallel = parallel
        self._on_all_cores = network.create_infer_request()
        self._on_shares: SimpleQueue[Any] = SimpleQueue()
        # The graph for several scans at a time, which is compiled when they first wait.
        self._graph = graph if parallel > 1 else None
        self._turn = Condition()
        self._waiting = self._running = 0
        self._exclusive = False
        self._shares_ready = False
        # Threads of their own start a pass as soon as the previous one ends; if callers started it, decoding threads
        # would run in between. If passes are short, these threads give 1.15 times the scans per second.
        self._passes = ThreadPoolExecutor(parallel, thread_name_prefix="pass")
        # The first pass repacks the constants for the processor.
        self(np.zeros(metadata.input.shape, np.float32))
        graph.release_constants()

    def __call__(self, scan: NDArray[np.float32]) -> Outputs:
        """Run a forward pass; see `Engine`."""
        with self._turn:
            self._waiting += 1
        return self._passes.submit(self._pass, scan).result()

    def _pass(self, scan: NDArray[np.float32]) -> Outputs:
        with self._turn:
            self._turn.wait_for(lambda: not self._exclusive)
            self._waiting -= 1
            several = self._waiting or self._running
            if several and self._graph:
                Thread(target=self._compile_shares, args=(self._graph, scan)).start()
                self._graph = None
            exclusive = self._exclusive = not (several and self._shares_ready)
            self._running += 1
        try:
            return _outputs(self._on_all_cores, scan) if exclusive else self._pass_on_share(scan)
        finally:
            with self._turn:
                self._running -= 1
                self._exclusive = False
                self._turn.notify_all()

    def _pass_on_share(self, scan: NDArray[np.float32]) -> Outputs:
        request = self._on_shares.get()
        try:
            return _outputs(request, scan)
        finally:
            self._on_shares.put(request)

    def _compile_shares(self, graph: Graph, scan: NDArray[np.float32]) -> None:
        """Compile the network for several scans at a time, and warm it up, beside the passes on all cores."""
        network = compiled(graph.model, self.precision, self.parallel)
        for _ in range(self.parallel):
            request = network.create_infer_request()
            _outputs(request, scan)
            self._on_shares.put(request)
        graph.release_constants()
        with self._turn:
            self._shares_ready = True


def _outputs(request: Any, scan: NDArray[np.float32]) -> Outputs:
    logits, feature_map, features = request.infer([scan], share_inputs=True).to_tuple()
    return logits, feature_map, features


class TensorFlowEngine:
    """The Keras network, traced once into a TensorFlow graph."""

    ready = True
    precision = Precision.F32
    parallel = 1

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
