"""The supported architectures: how to build each, its input, and the layers that Grad-CAM and the gate read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras

from app.models.model_file import FeatureMapSpec, InputSpec, ModelMetadata
from app.services.network.architectures.cnn import CNN_FEATURE_MAP, CNN_INPUT, CNN_SUMMARISED, build_cnn
from app.services.network.architectures.xception import (
    XCEPTION_FEATURE_MAP,
    XCEPTION_INPUT,
    XCEPTION_SUMMARISED,
    build_xception,
)


@dataclass(frozen=True)
class Architecture:
    """A kind of network.

    Every architecture is a backbone with global max pooling, then Flatten, Dropout, Dense(relu), Dropout and
    Dense(softmax). The closed form of Grad-CAM depends on this.

    Attributes:
        build: returns the network, with random weights, for an input side in pixels; None leaves the side open.
        input: the network's input when it serves.
        feature_map: the layer that is pooled, and the positions of its cells.
        summarised: the layers that `features` summarises.
    """

    build: Callable[[int | None], keras.Sequential]
    input: InputSpec
    feature_map: FeatureMapSpec
    summarised: tuple[str, ...]


ARCHITECTURES = {
    "xception": Architecture(build_xception, XCEPTION_INPUT, XCEPTION_FEATURE_MAP, XCEPTION_SUMMARISED),
    "cnn": Architecture(build_cnn, CNN_INPUT, CNN_FEATURE_MAP, CNN_SUMMARISED),
}


@dataclass(frozen=True)
class Parts:
    """The parts of a network.

    Attributes:
        input: the network's input, symbolic.
        feature_map: the input of the global max pooling, symbolic.
        hidden, softmax: the dense layers.
    """

    input: keras.KerasTensor
    feature_map: keras.KerasTensor
    hidden: keras.layers.Dense
    softmax: keras.layers.Dense


def parts_of(network: keras.Sequential, feature_map: FeatureMapSpec) -> Parts:
    """Find the parts of a network of any supported architecture."""
    backbone = network.layers[0]
    return Parts(backbone.input, backbone.get_layer(feature_map.layer).output, network.layers[-3], network.layers[-1])


def features(network: keras.Sequential, layers: Sequence[str]) -> keras.KerasTensor:
    """Summaries of several layers: symbolic, float32 `[n, 2 * channels of all layers]`.

    For each layer, the spatial mean of every channel, then its root mean square, which unlike a variance stays accurate
    in bfloat16.
    """
    backbone = network.layers[0]
    summaries = []
    for layer in layers:
        values = backbone.get_layer(layer).output
        summaries.append(keras.ops.mean(values, axis=(1, 2)))
        summaries.append(keras.ops.sqrt(keras.ops.mean(keras.ops.square(values), axis=(1, 2))))
    return keras.ops.concatenate(summaries, axis=-1)


def with_outputs(network: keras.Sequential, metadata: ModelMetadata) -> keras.Model:
    """A network with the outputs of `app.services.network.engines.Engine`: logits, feature map and features."""
    parts = parts_of(network, metadata.feature_map)
    logits = keras.layers.Dense(parts.softmax.units)
    outputs = [
        logits(parts.hidden(keras.layers.GlobalMaxPooling2D()(parts.feature_map))),
        parts.feature_map,
        features(network, ARCHITECTURES[metadata.architecture].summarised),
    ]
    logits.set_weights(parts.softmax.get_weights())
    return keras.Model(parts.input, outputs)
