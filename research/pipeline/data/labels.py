"""Label vectors: which of the four classes an image may have."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, TumorClass
from research.pipeline.data.manifest import ManifestRow

ANY_TUMOR: NDArray[np.float32] = np.array([tumor is not TumorClass.NOTUMOR for tumor in CLASSES], np.float32)


def label_vector(tumor: TumorClass | None) -> NDArray[np.float32]:
    """Float32 `[4]` of 0 and 1: one class, or all three tumors if the type is not recorded (None)."""
    if tumor is None:
        return ANY_TUMOR
    label = np.zeros(len(CLASSES), np.float32)
    label[CLASSES.index(tumor)] = 1
    return label


def labels_of(rows: Sequence[ManifestRow]) -> NDArray[np.float32]:
    """The label vectors of some images: float32 `[n, 4]`."""
    return np.array([label_vector(row.tumor) for row in rows])


def fully_labelled(labels: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of the `[n, 4]` label vectors allow exactly one class: bool `[n]`."""
    one_class: NDArray[np.bool_] = labels.sum(axis=1) == 1
    return one_class
