"""What the networks of training runs predicted for slices that they were not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.heads import Heads
from research.pipeline.data.manifest import UNKNOWN_TUMOR
from research.pipeline.data.slices import OTHER, Slice


@dataclass(frozen=True)
class Predicted:
    """Slices with the outputs of a network that was not trained on them.

    Attributes:
        slices: what is known of each.
        numbers: their numbers in the packed file, int `[n]`.
        logs: logarithms of the class probabilities, float64 `[n, 4]`.
        other: log-odds that a slice shows something that is none of the four classes, float64 `[n]`.
        place: log-odds that the tumor is at a cell of the feature map, float16 `[n, rows, columns]`.
        evidence: Grad-CAM of the most probable class, float16 `[n, rows, columns]`.
        sequence, plane: index of the most probable one, int `[n]`.
    """

    slices: list[Slice]
    numbers: NDArray[np.int_]
    logs: NDArray[np.float64]
    other: NDArray[np.float64]
    place: NDArray[np.float16]
    evidence: NDArray[np.float16]
    sequence: NDArray[np.int_]
    plane: NDArray[np.int_]

    @property
    def labels(self) -> NDArray[np.int_]:
        """Index of the class, int `[n]`; -1 for slices that are none of the four."""
        return np.array([-1 if item.label == OTHER else CLASSES.index(item.label) for item in self.slices])

    @property
    def sources(self) -> NDArray[np.str_]:
        """Name of the source, `[n]`."""
        return np.array([item.source for item in self.slices])

    def probabilities(self, temperature: float) -> NDArray[np.float64]:
        """The probabilities at a temperature, float64 `[n, 4]`."""
        return calibrated_probabilities(self.logs, temperature)

    def part(self, chosen: NDArray[np.bool_]) -> "Predicted":
        """The chosen slices, bool `[n]`."""
        slices = [item for item, is_chosen in zip(self.slices, chosen.tolist(), strict=True) if is_chosen]
        rest = {name: values[chosen] for name, values in vars(self).items() if name != "slices"}
        return Predicted(slices, **rest)


def read_predictions(run: Path, slices: Sequence[Slice]) -> Predicted:
    """Read the predictions of a run for validation slices of all sources, and for all slices that it left out.

    Tumors of unrecorded type do not count: their class is unknown.

    Args:
        run: its folder.
        slices: the table of the packed file that it was trained on.

    Raises:
        OSError: the run is not finished.
    """
    with np.load(run / "predictions.npz") as kept:
        chosen = np.array([slices[number].label != UNKNOWN_TUMOR for number in kept["numbers"]])
        numbers = kept["numbers"][chosen]
        return Predicted(
            slices=[slices[number] for number in numbers],
            numbers=numbers,
            logs=kept["logs"][chosen].astype(np.float64),
            other=kept["other"][chosen].astype(np.float64),
            place=kept["place"][chosen],
            evidence=kept["evidence"][chosen],
            sequence=kept["sequence"][chosen].argmax(axis=1),
            plane=kept["plane"][chosen].argmax(axis=1),
        )


def read_trained_heads(run: Path) -> Heads:
    """The heads of a finished run.

    Raises:
        OSError: the run is not finished.
    """
    with np.load(run / "heads.npz") as kept:
        return Heads(**{name: kept[name] for name in kept.files})


def joined(parts: Sequence[Predicted]) -> Predicted:
    """Several predictions in one."""
    rest = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0]) if name != "slices"
    }
    return Predicted([item for part in parts for item in part.slices], **rest)
