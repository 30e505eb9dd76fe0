"""Initial weights: Xception trained on ImageNet, adapted to inputs in [0, 1]."""

from pathlib import Path

import keras
import numpy as np


def start_from_imagenet(network: keras.Sequential, source: str | Path) -> None:
    """Load ImageNet's weights into the base of an Xception classifier.

    These weights expect inputs `2 x - 1`, while this network receives `x` in `[0, 1]`. The first layer has no bias and
    no padding, so the change folds into it exactly: the kernel is doubled, and the mean of the following batch
    normalization absorbs the constant that the -1 adds to each output.

    Args:
        network: an Xception network of this project.
        source: `imagenet` (Keras downloads them) or a file of `Xception(include_top=False)`'s weights.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file contains other weights.
    """
    base = keras.applications.Xception(
        include_top=False, weights="imagenet" if source == "imagenet" else None, pooling="max"
    )
    if source != "imagenet":
        base.load_weights(source)
    convolution, normalization = base.get_layer("block1_conv1"), base.get_layer("block1_conv1_bn")
    kernel = convolution.get_weights()[0]
    gamma, beta, mean, variance = normalization.get_weights()
    convolution.set_weights([2 * kernel])
    normalization.set_weights([gamma, beta, mean + kernel.sum(axis=(0, 1, 2), dtype=np.float32), variance])
    network.layers[0].set_weights(base.get_weights())
