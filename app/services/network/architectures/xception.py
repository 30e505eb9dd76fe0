"""Xception (Chollet 2017, https://arxiv.org/abs/1610.02357) with the head of the original recipe."""

import keras

from app.models.model_file import FeatureMapSpec, InputSpec
from app.services.network.architectures.head import head

XCEPTION_INPUT = InputSpec(height=299, width=299, channels=3)
XCEPTION_FEATURE_MAP = FeatureMapSpec(layer="block14_sepconv2_act", stride=32, offset=7)
# From texture to what the head is given. Of each block what a convolution puts out behind its activation, which is at
# hand, while a sum of branches would have to be computed a second time.
XCEPTION_SUMMARISED = (
    "block6_sepconv2_act",
    "block12_sepconv2_act",
    "block14_sepconv1_act",
    "block14_sepconv2_act",
)


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
            *head(0.3, 0.25),
        ]
    )
