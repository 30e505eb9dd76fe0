"""Xception (Chollet 2017, https://arxiv.org/abs/1610.02357) with the head of the original recipe."""

import keras

from app.models.tumor import CLASSES

INPUT_SIZE = 299


def build_xception() -> keras.Sequential:
    """The network, with random weights.

    Takes float32 `[n, 299, 299, 3]` in `[0, 1]`, gives float32 `[n, 4]`, a softmax. The layers are the
    original recipe's, so that a weights file written by it loads.
    """
    shape = (INPUT_SIZE, INPUT_SIZE, 3)
    return keras.Sequential(
        [
            keras.Input(shape),
            keras.applications.Xception(include_top=False, weights=None, pooling="max", input_shape=shape),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dropout(0.25),
            keras.layers.Dense(len(CLASSES), activation="softmax"),
        ]
    )
