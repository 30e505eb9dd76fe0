"""A network as an OpenVINO graph, exported once from a weights file, next to it, and bound to its SHA-256.

The export needs Keras with its OpenVINO backend. Serving the graph needs only OpenVINO.
"""

import ctypes
import mmap
import os
from pathlib import Path
from typing import Any

from app.config.choices import Precision
from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.services.network.weights import load_network

_SHA256 = "weights_sha256"
_FORMAT = "graph_format"
# Increased whenever the outputs of the graph change, including the layers that `features` summarises, or the way it is
# written. Graphs of an earlier format are rejected.
_CURRENT_FORMAT = "4"


def graph_path(weights: Path) -> Path:
    """The graph file of a weights file; its constants are next to it, in a file `.bin`."""
    return weights.with_name(weights.name.removesuffix(".weights.h5") + ".openvino.xml")


def read_graph(metadata: ModelMetadata, weights: Path) -> Any:
    """Read the exported graph.

    Returns:
        An `openvino.Model` with the input float32 `[n, height, width, channels]` in `[0, 1]`, and the outputs of an
        `app.services.network.engines.Engine`.

    Raises:
        ConfigurationError: the graph is missing or cannot be read, or belongs to other weights or an earlier format.
    """
    import openvino

    path = graph_path(weights)
    remedy = f"Make it with `MODELS_DIR={weights.parent} python -m app export`."
    if not path.exists():
        raise ConfigurationError(f"{metadata.name} has no OpenVINO graph {path}. {remedy}")
    try:
        graph = openvino.Core().read_model(path)
    except RuntimeError as error:
        raise ConfigurationError(f"the OpenVINO graph {path} cannot be read. {remedy}") from error
    if not graph.has_rt_info(_SHA256) or graph.get_rt_info(_SHA256).astype(str) != metadata.sha256:
        raise ConfigurationError(f"the OpenVINO graph {path} belongs to other weights than {weights.name}. {remedy}")
    if not graph.has_rt_info(_FORMAT) or graph.get_rt_info(_FORMAT).astype(str) != _CURRENT_FORMAT:
        raise ConfigurationError(f"the OpenVINO graph {path} was made by another version of this service. {remedy}")
    return graph


def export_graph(metadata: ModelMetadata, weights: Path) -> Path:
    """Write the graph of a weights file; returns its path.

    Call it before Keras is imported: the backend of Keras cannot change afterwards.

    Raises:
        ConfigurationError: the weights do not match the network, or the folder cannot be written to.
    """
    os.environ["KERAS_BACKEND"] = "openvino"
    os.environ.setdefault("KERAS_HOME", os.devnull)  # otherwise importing Keras writes ~/.keras/keras.json
    import keras
    import openvino
    from openvino.passes import ConstantFolding, Manager

    from app.services.network.architectures.catalogue import ARCHITECTURES, features, parts_of
    from app.services.network.openvino_passes import fold_normalizations, without_transpositions

    network = load_network(metadata, weights)
    parts = parts_of(network, metadata.feature_map)
    logits = keras.layers.Dense(parts.softmax.units)
    outputs = [
        logits(parts.hidden(keras.layers.GlobalMaxPooling2D()(parts.feature_map))),
        parts.feature_map,
        features(network, ARCHITECTURES[metadata.architecture].summarised),
    ]
    logits.set_weights(parts.softmax.get_weights())

    path = graph_path(weights)
    unfinished = path.with_name(f"unfinished-{os.getpid()}.xml")
    try:
        keras.Model(parts.input, outputs).export(str(unfinished), format="openvino", verbose=False)
        graph = openvino.Core().read_model(unfinished)
        graph.set_rt_info(metadata.sha256, _SHA256)
        graph.set_rt_info(_CURRENT_FORMAT, _FORMAT)
        folding = Manager()
        folding.register_pass(ConstantFolding())
        folding.run_passes(graph)
        without_transpositions(graph)
        fold_normalizations(graph)
        # Constants in float32, in the layout of the convolutions: OpenVINO holds two copies in memory of constants
        # that it converts while reading.
        folding.run_passes(graph)
        openvino.save_model(graph, path, compress_to_fp16=False)
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(f"the OpenVINO graph {path} cannot be written: {error}") from error
    finally:
        for file in (unfinished, unfinished.with_suffix(".bin")):
            file.unlink(missing_ok=True)
    return path


def request_of(graph: Any, precision: Precision) -> Any:
    """An `openvino.InferRequest` of a graph with a fixed shape, compiled for the lowest latency of a single scan.

    Args:
        graph: an `openvino.Model`.
        precision: float32 or bfloat16, not `AUTO`.
    """
    import openvino

    hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision.value}
    return openvino.Core().compile_model(graph, "CPU", hints).create_infer_request()


def release_constants(weights: Path) -> None:
    """Release the memory of a graph's constants, which OpenVINO maps from the file and repacks for computing.

    A later access reads the file again. Systems without `/proc` keep the memory.
    """
    file = str(graph_path(weights).with_suffix(".bin").resolve())
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return
    advise = ctypes.CDLL(None).madvise
    for line in maps.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        if line.endswith(file):
            start, end = (int(address, 16) for address in line.split(maxsplit=1)[0].split("-"))
            advise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)
