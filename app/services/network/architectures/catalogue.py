"""The architectures that weights may belong to: how each is built, what it takes, and where Grad-CAM reads it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras

from app.models.model_file import FeatureMapSpec, InputSpec
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

    All end alike, which is what the closed form of Grad-CAM relies on: a backbone with global max pooling, then
    Flatten, Dropout, Dense(relu), Dropout, Dense(softmax).

    Attributes:
        build: gives the network for inputs of a side, any side where it is None.
        input: what it takes when it serves.
        feature_map: the layer that is pooled, and where its cells lie.
        summarised: the layers that `features` tells of.
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
    """A network, cut where Grad-CAM reads it.

    Attributes:
        input: of the whole.
        feature_map: what is pooled; symbolic, as the input is.
        hidden, softmax: the dense layers behind.
    """

    input: keras.KerasTensor
    feature_map: keras.KerasTensor
    hidden: keras.layers.Dense
    softmax: keras.layers.Dense


def parts_of(network: keras.Sequential, feature_map: FeatureMapSpec) -> Parts:
    """Cut a network that ends as all do."""
    backbone = network.layers[0]
    return Parts(backbone.input, backbone.get_layer(feature_map.layer).output, network.layers[-3], network.layers[-1])


def features(network: keras.Sequential, layers: Sequence[str]) -> keras.KerasTensor:
    """What a scan is like at each of some layers: symbolic, float32 `[n, 2 * channels of all]`.

    Layer by layer, the spatial mean of every channel and then its root mean square, which unlike a variance loses
    nothing where the processor computes with bfloat16.
    """
    backbone = network.layers[0]
    summaries = []
    for layer in layers:
        values = backbone.get_layer(layer).output
        summaries.append(keras.ops.mean(values, axis=(1, 2)))
        summaries.append(keras.ops.sqrt(keras.ops.mean(keras.ops.square(values), axis=(1, 2))))
    return keras.ops.concatenate(summaries, axis=-1)
