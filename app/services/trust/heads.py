"""Linear heads on the forward pass of the classes: sequence, plane, anything else, and the tumor's place."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.config.settings import ConfigurationError
from app.models.acquisition import PLANES, SEQUENCES, MriSequence, Plane
from app.models.model_file import ModelMetadata
from app.services.network.classifier import ForwardPass
from app.services.network.temperature import calibrated_probabilities
from app.services.network.weights import file_sha256

# Sequence or plane with a lower probability is not stated as recognised.
RECOGNISED_FROM = 0.9


@dataclass(frozen=True)
class Acquisition:
    """How a slice was acquired, as its picture shows.

    Attributes:
        sequence, plane: the most probable ones.
        sequence_probability, plane_probability: their probabilities, 0 to 1.
    """

    sequence: MriSequence
    sequence_probability: float
    plane: Plane
    plane_probability: float


@dataclass(frozen=True)
class Told:
    """What the heads tell about a slice.

    Attributes:
        sequence: probabilities in the order of `SEQUENCES`, float64 `[5]`.
        plane: probabilities in the order of `PLANES`, float64 `[3]`.
        other: log-odds that the slice shows something that is none of the four classes.
        place: log-odds that the tumor is at a cell of the feature map, float32 `[rows, columns]`.
    """

    sequence: NDArray[np.float64]
    plane: NDArray[np.float64]
    other: float
    place: NDArray[np.float32]

    @property
    def acquisition(self) -> Acquisition:
        """The most probable sequence and plane."""
        return acquisition_of(self.sequence, self.plane)

    @property
    def heat(self) -> NDArray[np.float32]:
        """Probability that the tumor is at each cell: float32 `[rows, columns]` in `[0, 1]`."""
        heat: NDArray[np.float32] = np.exp(-np.logaddexp(0, -self.place))
        return heat


def acquisition_of(sequence: NDArray[np.float64], plane: NDArray[np.float64]) -> Acquisition:
    """The most probable sequence and plane, of probabilities as in `Told`."""
    return Acquisition(
        SEQUENCES[int(sequence.argmax())],
        float(sequence.max()),
        PLANES[int(plane.argmax())],
        float(plane.max()),
    )


@dataclass(frozen=True)
class Heads:
    """The heads of a model.

    Attributes:
        sequence_weight, sequence_bias: float32 `[5, features]`, `[5]`.
        plane_weight, plane_bias: float32 `[3, features]`, `[3]`.
        other_weight, other_bias: float32 `[1, channels]`, `[1]`, on the maxima of the feature map.
        place_weight, place_bias: float32 `[1, channels]`, `[1]`, on each of its cells.
    """

    sequence_weight: NDArray[np.float32]
    sequence_bias: NDArray[np.float32]
    plane_weight: NDArray[np.float32]
    plane_bias: NDArray[np.float32]
    other_weight: NDArray[np.float32]
    other_bias: NDArray[np.float32]
    place_weight: NDArray[np.float32]
    place_bias: NDArray[np.float32]

    def __call__(self, forward: ForwardPass) -> Told:
        """Read one forward pass."""
        pooled = forward.feature_map.max(axis=(0, 1))
        return Told(
            sequence=calibrated_probabilities(self.sequence_weight @ forward.features + self.sequence_bias, 1),
            plane=calibrated_probabilities(self.plane_weight @ forward.features + self.plane_bias, 1),
            other=float(self.other_weight[0] @ pooled + self.other_bias[0]),
            place=forward.feature_map @ self.place_weight[0] + self.place_bias[0],
        )

    @property
    def features(self) -> int:
        """Number of features of the network that the heads need."""
        features: int = self.sequence_weight.shape[1]
        return features

    def save(self, path: Path) -> None:
        """Write an `.npz` file in half precision."""
        arrays = {name: values.astype(np.float16) for name, values in vars(self).items()}
        np.savez_compressed(path, allow_pickle=False, **arrays)


def read_heads(content: bytes) -> Heads:
    """Read heads from the content of their file.

    Raises:
        ValueError, KeyError: the content is not that of a heads file.
    """
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        return Heads(**{name: arrays[name].astype(np.float32) for name in Heads.__dataclass_fields__})


def open_heads(metadata: ModelMetadata, folder: Path) -> Heads | None:
    """Read the heads of a model from the models folder; None for a model without heads.

    Raises:
        ConfigurationError: the file is missing or differs from the one that the thresholds belong to.
    """
    if metadata.trust is None or metadata.trust.heads is None:
        return None
    spec = metadata.trust.heads
    path = folder / spec.file
    if not path.exists() or file_sha256(path) != spec.sha256:
        raise ConfigurationError(
            f"{path} does not hold the heads that the thresholds of {metadata.name} belong to. Restore the project's "
            "file (`git checkout models/`), or fit the thresholds again."
        )
    return read_heads(path.read_bytes())
