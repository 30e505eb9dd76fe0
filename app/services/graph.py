"""A network as an OpenVINO graph: exported once from a weights file, beside which it lies, and bound to its SHA-256.

Exporting needs Keras, which writes OpenVINO graphs on its OpenVINO backend; serving the graph needs OpenVINO alone.
"""

import os
from pathlib import Path
from typing import Any

from app.config.settings import ConfigurationError
from app.models.metadata import ModelMetadata
from app.services.weights import load_network

_SHA256 = "weights_sha256"


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
    """Write the graph of a weights file, with the constants in half precision; gives its path.

    Must be the first in its process to import Keras.

    Raises:
        ConfigurationError: the weights do not fit, or the folder cannot be written.
    """
    os.environ["KERAS_BACKEND"] = "openvino"
    import keras
    import openvino

    network = load_network(metadata, weights)
    backbone, hidden, softmax = network.layers[0], network.layers[-3], network.layers[-1]
    feature_map = backbone.get_layer(metadata.feature_map.layer).output
    logits = keras.layers.Dense(softmax.units)
    outputs = [logits(hidden(keras.layers.GlobalMaxPooling2D()(feature_map))), feature_map]
    logits.set_weights(softmax.get_weights())

    path = graph_path(weights)
    unfinished = path.with_name(f"unfinished-{os.getpid()}.xml")
    try:
        keras.Model(backbone.input, outputs).export(str(unfinished), format="openvino", verbose=False)
        graph = openvino.Core().read_model(unfinished)
        graph.set_rt_info(metadata.sha256, _SHA256)
        openvino.save_model(graph, path, compress_to_fp16=True)
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(f"the OpenVINO graph {path} cannot be written: {error}") from error
    finally:
        for file in (unfinished, unfinished.with_suffix(".bin")):
            file.unlink(missing_ok=True)
    return path
