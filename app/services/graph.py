"""A network as an OpenVINO graph: exported once from a weights file, beside which it lies, and bound to its SHA-256.

Exporting needs Keras, which writes OpenVINO graphs on its OpenVINO backend; serving the graph needs OpenVINO alone.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

from app.config.settings import ConfigurationError
from app.models.metadata import ModelMetadata
from app.services.weights import load_network

_SHA256 = "weights_sha256"
_WORTH_HALVING = 1024


def graph_path(weights: Path) -> Path:
    """Where the graph of a weights file lies; its constants lie beside it, in `.bin`."""
    return weights.with_name(weights.name.removesuffix(".weights.h5") + ".openvino.xml")


def read_graph(metadata: ModelMetadata, weights: Path) -> Any:
    """The exported graph as an `openvino.Model`: float32 `[n, height, width, channels]` in, logits and feature map out.

    Raises:
        ConfigurationError: there is none, it cannot be read, or it is of other weights.
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
        raise ConfigurationError(f"the OpenVINO graph {path} is of other weights than {weights.name}. {remedy}")
    return graph


def export_graph(metadata: ModelMetadata, weights: Path) -> Path:
    """Write the graph of a weights file; gives its path.

    Must be the first in its process to import Keras.

    Raises:
        ConfigurationError: the weights do not fit, or the folder cannot be written.
    """
    os.environ["KERAS_BACKEND"] = "openvino"
    import keras
    import openvino

    from app.models.networks import parts_of

    parts = parts_of(load_network(metadata, weights), metadata.feature_map)
    logits = keras.layers.Dense(parts.softmax.units)
    outputs = [logits(parts.hidden(keras.layers.GlobalMaxPooling2D()(parts.feature_map))), parts.feature_map]
    logits.set_weights(parts.softmax.get_weights())

    path = graph_path(weights)
    unfinished = path.with_name(f"unfinished-{os.getpid()}.xml")
    try:
        keras.Model(parts.input, outputs).export(str(unfinished), format="openvino", verbose=False)
        graph = openvino.Core().read_model(unfinished)
        graph.set_rt_info(metadata.sha256, _SHA256)
        _store_in_half_precision(graph)
        openvino.save_model(graph, path, compress_to_fp16=False)
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(f"the OpenVINO graph {path} cannot be written: {error}") from error
    finally:
        for file in (unfinished, unfinished.with_suffix(".bin")):
            file.unlink(missing_ok=True)
    return path


def _store_in_half_precision(graph: Any) -> None:
    """Halve the file: constants that half precision holds exactly, as our weights files' kernels, are stored in it."""
    from openvino import opset13

    for node in graph.get_ordered_ops():
        if node.get_type_name() != "Constant" or node.get_element_type().to_dtype() != np.float32:
            continue
        values = node.data
        if values.size < _WORTH_HALVING:
            continue
        half = values.astype(np.float16)
        if (half == values).all():
            whole = opset13.convert(opset13.constant(half), "f32")
            for reader in node.output(0).get_target_inputs():
                reader.replace_source_output(whole.output(0))
