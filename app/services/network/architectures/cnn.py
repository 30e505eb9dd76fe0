"""A compact network of this project: residual blocks of depthwise separable convolutions, one input channel.

Separable convolutions as in Xception (Chollet 2017), in residual blocks whose shortcuts pool before they project and
whose last normalization starts at zero (He et al. 2019, https://arxiv.org/abs/1812.01187). The head has the form of
Xception's, so that the same closed form of Grad-CAM applies.
"""

import keras

from app.models.model_file import FeatureMapSpec, InputSpec
from app.services.network.architectures.head import head

CNN_INPUT = InputSpec(height=224, width=224, channels=1)
# Where a block halves the side, its convolutions are centred half a cell further than its shortcut: cell 0 of the
# feature map is centred on pixel 15 through the convolutions and on pixel 8 through the shortcuts. On the sample
# images the squared gradients of the trained network have their centre in between.
CNN_FEATURE_MAP = FeatureMapSpec(layer="stage3_block4", stride=16, offset=10)
# The layers for the gate: outputs of convolutions after their activation; see `xception.py`.
CNN_SUMMARISED = (
    "stage1_block2_sepconv1_relu",
    "stage2_block1_sepconv1_relu",
    "stage2_block3_sepconv1_relu",
    "stage3_block1_sepconv1_relu",
    "stage3_block3_sepconv1_relu",
    "stage3_block4",
)

_STEM_FILTERS = 32
_STAGES = ((96, 2), (192, 3), (320, 4))
# The head's inputs are all positive: if they started large, its hidden units would die in the first epoch.
_SMALL = keras.initializers.Constant(0.2)


def build_cnn(side: int | None = CNN_INPUT.width) -> keras.Sequential:
    """Build the network with random weights.

    Its input is float32 `[n, side, side, 1]` in `[0, 1]`, its output a softmax, float32 `[n, 4]`.

    Args:
        side: side of the input in pixels; None leaves it open.
    """
    scan = keras.Input((side, side, CNN_INPUT.channels))
    x = keras.layers.Conv2D(_STEM_FILTERS, 5, strides=2, padding="same", use_bias=False, name="stem")(scan)
    x = keras.layers.BatchNormalization(name="stem_bn")(x)
    x = keras.layers.ReLU(name="stem_relu")(x)
    for stage, (filters, blocks) in enumerate(_STAGES, start=1):
        for block in range(1, blocks + 1):
            x = _residual_block(x, filters, strides=2 if block == 1 else 1, name=f"stage{stage}_block{block}")
    backbone = keras.Model(scan, keras.layers.GlobalMaxPooling2D(name="pool")(x), name="cnn")
    return keras.Sequential(
        [
            keras.Input((side, side, CNN_INPUT.channels)),
            backbone,
            *head(0.2, 0.2),
        ]
    )


def _residual_block(x: keras.KerasTensor, filters: int, strides: int, name: str) -> keras.KerasTensor:
    """Two separable convolutions, added to their input, which is pooled and projected if its shape differs."""
    shortcut = x
    if strides > 1:
        shortcut = keras.layers.AveragePooling2D(strides, padding="same", name=f"{name}_pool")(shortcut)
        shortcut = keras.layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_project")(shortcut)
        shortcut = keras.layers.BatchNormalization(gamma_initializer=_SMALL, name=f"{name}_project_bn")(shortcut)
    x = keras.layers.SeparableConv2D(
        filters, 3, strides=strides, padding="same", use_bias=False, name=f"{name}_sepconv1"
    )(x)
    x = keras.layers.BatchNormalization(name=f"{name}_sepconv1_bn")(x)
    x = keras.layers.ReLU(name=f"{name}_sepconv1_relu")(x)
    x = keras.layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_sepconv2")(x)
    x = keras.layers.BatchNormalization(gamma_initializer="zeros", name=f"{name}_sepconv2_bn")(x)
    return keras.layers.ReLU(name=name)(keras.layers.Add(name=f"{name}_add")([x, shortcut]))
