"""The loss under full and partial labels."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, TumorClass

ANY_TUMOR: NDArray[np.float32] = np.array([tumor is not TumorClass.NOTUMOR for tumor in CLASSES], np.float32)


def label_vector(tumor: TumorClass | None) -> NDArray[np.float32]:
    """The classes an image may have, as float32 `[4]` of 0 and 1: its own, or the three tumors where it is None."""
    if tumor is None:
        return ANY_TUMOR
    label = np.zeros(len(CLASSES), np.float32)
    label[CLASSES.index(tumor)] = 1
    return label


def fully_labelled(labels: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of `[n, 4]` label vectors allow one class only: bool `[n]`."""
    alone: NDArray[np.bool_] = labels.sum(axis=1) == 1
    return alone


@keras.saving.register_keras_serializable("research")
class PartialLabelLoss(keras.losses.Loss):  # type: ignore[misc]
    """Minus the logarithm of the total probability of the classes an image may have (Jin and Ghahramani 2002).

    Under a full label it is the cross-entropy. Label smoothing (Szegedy et al. 2016) mixes in the mean over all
    classes. Predictions are a softmax `[n, 4]`, and labels float32 `[n, m, 4]`: those of the m pictures that one is
    blended of, each of 0 and its share in it. Losses count by share; a plain picture has one label, of 0 and 1.
    """

    def __init__(self, label_smoothing: float = 0.0) -> None:
        super().__init__(name="partial_label_loss")
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each image, float32 `[n]`."""
        probabilities = keras.ops.clip(y_pred, keras.config.epsilon(), 1.0)
        uniform = keras.ops.mean(keras.ops.log(probabilities), axis=-1)
        shares = keras.ops.max(y_true, axis=-1)
        allowed = keras.ops.sum(y_true * probabilities[:, None], axis=-1) / shares
        logarithm = keras.ops.sum(shares * keras.ops.log(allowed), axis=-1)
        return -(1 - self.label_smoothing) * logarithm - self.label_smoothing * uniform

    def get_config(self) -> dict[str, Any]:
        """What Keras needs to build it again."""
        return {"label_smoothing": self.label_smoothing}


def allowed_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the most probable class is one that the image may have, else 0; of blended ones, the share that may."""
    allowed = keras.ops.sum(y_true, axis=1)
    return keras.ops.take_along_axis(allowed, keras.ops.argmax(y_pred, axis=-1)[:, None], axis=-1)[:, 0]
