"""The architectures that weights may belong to: how each is built, what it takes, and where Grad-CAM reads it."""

from collections.abc import Callable
from dataclasses import dataclass

import keras

from app.models.cnn import CNN_FEATURE_MAP, CNN_INPUT, build_cnn
from app.models.metadata import FeatureMapSpec, InputSpec
from app.models.xception import XCEPTION_FEATURE_MAP, XCEPTION_INPUT, build_xception


@dataclass(frozen=True)
class Architecture:
    """A kind of network.

    All end alike, which is what the closed form of Grad-CAM relies on: a backbone with global max pooling, then
    Flatten, Dropout, Dense(relu), Dropout, Dense(softmax).

    Attributes:
        build: gives the network for inputs of a side, any side where it is None.
        input: what it takes when it serves.
        feature_map: the layer that is pooled, and where its cells lie.
    """

    build: Callable[[int | None], keras.Sequential]
    input: InputSpec
    feature_map: FeatureMapSpec


ARCHITECTURES = {
    "xception": Architecture(build_xception, XCEPTION_INPUT, XCEPTION_FEATURE_MAP),
    "cnn": Architecture(build_cnn, CNN_INPUT, CNN_FEATURE_MAP),
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
