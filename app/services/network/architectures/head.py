"""The head of every network, in the form of the original recipe."""

import keras

from app.models.classes import CLASSES

_HIDDEN = 128


def head(first_dropout: float, second_dropout: float) -> list[keras.layers.Layer]:
    """The layers after global max pooling, with dropout rates from 0 to 1; the last is a softmax, float32 `[n, 4]`."""
    return [
        keras.layers.Flatten(),
        keras.layers.Dropout(first_dropout),
        keras.layers.Dense(_HIDDEN, activation="relu"),
        keras.layers.Dropout(second_dropout),
        # float32 also under mixed precision: the loss needs small probabilities.
        keras.layers.Dense(len(CLASSES), activation="softmax", dtype="float32"),
    ]
