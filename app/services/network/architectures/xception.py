"""Xception (Chollet 2017, https://arxiv.org/abs/1610.02357) with the head of the original recipe."""

import keras

from app.models.model_file import FeatureMapSpec, InputSpec
from app.services.network.architectures.head import head

XCEPTION_INPUT = InputSpec(height=299, width=299, channels=3)
XCEPTION_FEATURE_MAP = FeatureMapSpec(layer="block14_sepconv2_act", stride=32, offset=7)
# The layers for the gate, from texture to the input of the head. Each is the output of a convolution after its
# activation, which the network computes anyway; the sum of a block's branches would have to be computed a second time.
XCEPTION_SUMMARISED = (
    "block6_sepconv2_act",
    "block12_sepconv2_act",
    "block14_sepconv1_act",
    "block14_sepconv2_act",
)


def build_xception(side: int | None = XCEPTION_INPUT.width) -> keras.Sequential:
    """Build the network with random weights.

    Its input is float32 `[n, side, side, 3]` in `[0, 1]`, its output a softmax, float32 `[n, 4]`. The layers are those
    of the original recipe, so that weights files written by it load.

    Args:
        side: side of the input in pixels; None leaves it open. The weights fit any side, and training starts with
            small images.
    """
    shape = (side, side, XCEPTION_INPUT.channels)
    return keras.Sequential(
        [
            keras.Input(shape),
            keras.applications.Xception(include_top=False, weights=None, pooling="max", input_shape=shape),
            *head(0.3, 0.25),
        ]
    )
