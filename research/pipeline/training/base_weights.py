"""Weights to start from: Xception as trained on ImageNet, made to take values in [0, 1]."""

from pathlib import Path

import keras
import numpy as np


def start_from_imagenet(network: keras.Sequential, source: str | Path) -> None:
    """Fill the base of an Xception classifier with ImageNet's weights.

    They expect `2 x - 1` where this network is given `x` in `[0, 1]`. The first layer has no bias and pads nothing, so
    that the change folds into it exactly: its kernel is doubled, and what the -1 adds to each of its outputs is taken
    off by the mean of the batch normalization behind it.

    Args:
        network: what `build_xception` gives.
        source: `imagenet` (Keras downloads them) or a file of `Xception(include_top=False)`'s weights.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds other weights.
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
