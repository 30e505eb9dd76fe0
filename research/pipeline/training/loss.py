"""The loss under full and partial labels."""

from typing import Any

import keras


@keras.saving.register_keras_serializable("research")
class PartialLabelLoss(keras.losses.Loss):  # type: ignore[misc]
    """Minus the logarithm of the total probability of the classes an image may have (Jin and Ghahramani 2002).

    For a full label this is the cross-entropy. Label smoothing (Szegedy et al. 2016) adds the mean over all classes.
    Predictions are softmax outputs `[n, 4]`. Labels are float32 `[n, m, 4]`: the label vectors of the `m` pictures that
    were blended into one, each multiplied by its blending weight; a plain picture has one label vector of 0 and 1.
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
        """The arguments from which Keras rebuilds the loss."""
        return {"label_smoothing": self.label_smoothing}


def allowed_accuracy(y_true: Any, y_pred: Any) -> Any:
    """For each image, 1 if the most probable class is allowed, else 0; if blended, the weight of the allowed label."""
    allowed = keras.ops.sum(y_true, axis=1)
    return keras.ops.take_along_axis(allowed, keras.ops.argmax(y_pred, axis=-1)[:, None], axis=-1)[:, 0]
