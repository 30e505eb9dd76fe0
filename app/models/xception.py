"""Xception (Chollet 2017, https://arxiv.org/abs/1610.02357) with the head of the original recipe."""

import keras

from app.models.metadata import FeatureMapSpec, InputSpec
from app.models.tumor import CLASSES

XCEPTION_INPUT = InputSpec(height=299, width=299, channels=3)
XCEPTION_FEATURE_MAP = FeatureMapSpec(layer="block14_sepconv2_act", stride=32, offset=7)


def build_xception(side: int | None = XCEPTION_INPUT.width) -> keras.Sequential:
    """The network, with random weights.

    Takes float32 `[n, side, side, 3]` in `[0, 1]`, gives float32 `[n, 4]`, a softmax. The layers are the
    original recipe's, so that a weights file written by it loads. None leaves the side open: the weights fit any,
    and training begins with small pictures.
    """
    shape = (side, side, XCEPTION_INPUT.channels)
    return keras.Sequential(
        [
            keras.Input(shape),
            keras.applications.Xception(include_top=False, weights=None, pooling="max", input_shape=shape),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dropout(0.25),
            # In float32 under mixed precision too: a loss needs the small probabilities.
            keras.layers.Dense(len(CLASSES), activation="softmax", dtype="float32"),
        ]
    )
