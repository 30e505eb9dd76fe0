"""The head that every network ends in, of the original recipe's form."""

import keras

from app.models.classes import CLASSES

_HIDDEN = 128


def head(first_dropout: float, second_dropout: float) -> list[keras.layers.Layer]:
    """What follows the globally max-pooled feature map: two dense layers, which give a softmax float32 `[n, 4]`."""
    return [
        keras.layers.Flatten(),
        keras.layers.Dropout(first_dropout),
        keras.layers.Dense(_HIDDEN, activation="relu"),
        keras.layers.Dropout(second_dropout),
        # In float32 under mixed precision too: a loss needs the small probabilities.
        keras.layers.Dense(len(CLASSES), activation="softmax", dtype="float32"),
    ]
