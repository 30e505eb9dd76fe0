"""The drift reference: descriptors of a model's validation scans, and how to compute the descriptor of a new scan.

`python -m research.pipeline reference` writes it to the file `<name>_drift.npz` in the models folder.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.config.settings import ConfigurationError
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.models.sealed import read_sealed, write_sealed
from app.services.drift.detectors import BETS
from app.services.drift.schemas import ReferenceFacts

DIMENSIONS = 32
NEIGHBOURS = 5
BINS = 256

Floats = NDArray[np.float32]


def _sharpness(gray: Floats) -> float:
    """Root mean square of the discrete Laplacian: noise raises it, blur lowers it."""
    centre = gray[1:-1, 1:-1]
    laplacian = gray[:-2, 1:-1] + gray[2:, 1:-1] + gray[1:-1, :-2] + gray[1:-1, 2:] - 4 * centre
    return float(np.sqrt(np.mean(laplacian**2)))


# Measures of the network's input in gray, float32 `[height, width]` in `[0, 1]`. The image's original size is not one
# of them: the network does not see it, and it differs between data sets.
MEASURES: dict[str, Callable[[Floats], float]] = {
    "brightness": lambda gray: float(gray.mean()),
    "contrast": lambda gray: float(gray.std()),
    "sharpness": _sharpness,
}
SCALARS = ("confidence", "entropy", "OOD score", *MEASURES)
DESCRIPTOR_LENGTH = DIMENSIONS + len(SCALARS) + 1

# The scores that answers are ranked by. Every group has the same share of the error, regardless of its size.
_GROUPS = (
    tuple(f"feature {number}" for number in range(1, DIMENSIONS + 1)),
    ("distance",),
    SCALARS,
    tuple(f"class {tumor}" for tumor in CLASSES),
)
SCORES = tuple(score for group in _GROUPS for score in group)
LOG_WEIGHTS = np.log([1 / (len(_GROUPS) * len(group)) for group in _GROUPS for _ in group])


def scalars_of(probabilities: NDArray[np.float64], ood_score: float, network_input: Floats) -> list[float]:
    """The scalar part of a scan's descriptor, in the order of `SCALARS`.

    Args:
        probabilities: float64 `[4]`.
        ood_score: the gate's score.
        network_input: float32 `[1, height, width, channels]` in `[0, 1]`.
    """
    gray = network_input[0].mean(axis=-1)
    entropy = float(-np.sum(probabilities * np.log(np.maximum(probabilities, 1e-300))))
    return [float(probabilities.max()), entropy, ood_score, *(measure(gray) for measure in MEASURES.values())]


@dataclass(frozen=True)
class DriftReference:
    """The descriptors of the validation scans, and how to compute the descriptor of a new scan.

    The descriptor of a scan, float32 `[DESCRIPTOR_LENGTH]`, consists of its pooled features, projected on the
    directions of the largest variance among training scans, the scalars, and the index of the predicted class. The
    image cannot be reconstructed from it: the projection reduces 2048 features of the whole image to 32 sums.

    Attributes:
        facts: the model and data that the reference was made from.
        mean: float32 `[channels]`, of the pooled features of training scans.
        components: float32 `[channels, DIMENSIONS]`, orthonormal.
        neighbours: float32 `[m, DIMENSIONS]`, projections of training scans.
        edges: float32 `[scores, BINS - 1]`, between the bins of each score, fixed on training scans.
        descriptors: float32 `[n, DESCRIPTOR_LENGTH]`, of the validation scans.
        confusion: int64 `[4, 4]`, of the validation scans; rows: true class, columns: predicted class.
    """

    facts: ReferenceFacts
    mean: Floats
    components: Floats
    neighbours: Floats
    edges: Floats
    descriptors: Floats
    confusion: NDArray[np.int64]

    def describe(
        self, feature_map: Floats, probabilities: NDArray[np.float64], ood_score: float, network_input: Floats
    ) -> Floats:
        """Compute the descriptor of a scan, float32 `[DESCRIPTOR_LENGTH]`.

        Args:
            feature_map: float32 `[rows, columns, channels]`.
            probabilities: float64 `[4]`.
            ood_score: the gate's score.
            network_input: float32 `[1, height, width, channels]` in `[0, 1]`.
        """
        projection = self.project(feature_map.max(axis=(0, 1)))
        scalars = scalars_of(probabilities, ood_score, network_input)
        return np.concatenate([projection, scalars, [probabilities.argmax()]]).astype(np.float32)

    def project(self, pooled: Floats) -> Floats:
        """Project pooled features, float32 `[..., channels]`, to float32 `[..., DIMENSIONS]`."""
        return ((pooled - self.mean) @ self.components).astype(np.float32)

    def bins(self, descriptors: Floats) -> NDArray[np.int64]:
        """Bins of the scores, int64 `[n, scores]` below `BINS`, of descriptors, float32 `[n, DESCRIPTOR_LENGTH]`."""
        scores = scores_of(descriptors, distances(descriptors[:, :DIMENSIONS], self.neighbours))
        columns = zip(self.edges, scores.T, strict=True)
        return np.stack([np.searchsorted(edges, column, side="right") for edges, column in columns], axis=1)

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """Number of validation scans predicted as each class, int64 `[4]`."""
        counts: NDArray[np.int64] = self.confusion.sum(axis=0)
        return counts

    @classmethod
    def read(cls, metadata: ModelMetadata, folder: Path) -> Self:
        """Read the reference of a model from the models folder.

        Raises:
            ConfigurationError: the file is missing or damaged, or belongs to other weights.
        """
        path = reference_path(folder, metadata.name)
        remedy = f"Make it with `python -m research.pipeline reference {metadata.name}`, or set DRIFT=off."
        if not path.exists():
            raise ConfigurationError(f"{metadata.name} has no drift reference {path}. {remedy}")
        try:
            found = read_sealed(path)
            facts = ReferenceFacts.model_validate_json(str(found["facts"]))
            arrays = {name: found[name] for name in _ARRAYS}
        except (OSError, ValueError, KeyError) as error:
            raise ConfigurationError(f"the drift reference {path} is damaged or cannot be read. {remedy}") from error
        if facts.weights_sha256 != metadata.sha256:
            raise ConfigurationError(
                f"the drift reference {path} belongs to other weights than {metadata.weights}. {remedy}"
            )
        confusion = arrays.pop("confusion").astype(np.int64)
        return cls(facts, confusion=confusion, **{name: array.astype(np.float32) for name, array in arrays.items()})

    def write(self, folder: Path) -> Path:
        """Write the reference to the models folder; returns the file."""
        path = reference_path(folder, self.facts.model)
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        arrays["components"] = self.components.astype(np.float16)
        write_sealed(path, {"facts": np.asarray(self.facts.model_dump_json()), **arrays})
        return path

    @cached_property
    def key(self) -> str:
        """SHA-256, in hexadecimal digits, of the reference and of everything that changes how it is used."""
        use = repr((SCORES, BINS, BETS)).encode()
        arrays = (np.ascontiguousarray(getattr(self, name)).tobytes() for name in _ARRAYS)
        return hashlib.sha256(b"".join((use, *arrays))).hexdigest()


_ARRAYS = ("mean", "components", "neighbours", "edges", "descriptors", "confusion")


def reference_path(folder: Path, model: str) -> Path:
    """The file of a model's reference in the models folder."""
    return folder / f"{model}_drift.npz"


def distances(projections: Floats, neighbours: Floats) -> Floats:
    """Mean distance of each projection, float32 `[n, DIMENSIONS]`, to its 5 nearest neighbours: float32 `[n]`."""
    found = [
        np.partition(np.linalg.norm(neighbours - projection, axis=1), NEIGHBOURS - 1)[:NEIGHBOURS].mean()
        for projection in projections
    ]
    return np.array(found, np.float32)


def scores_of(descriptors: Floats, distance: Floats) -> Floats:
    """The scores that answers are ranked by, in the order of `SCORES`: float32 `[n, scores]`.

    Args:
        descriptors: float32 `[n, DESCRIPTOR_LENGTH]`.
        distance: float32 `[n]`, to the training scans; see `distances`.
    """
    numbers, predicted = descriptors[:, :-1], descriptors[:, -1:]
    one_hot = (predicted == np.arange(len(CLASSES))).astype(np.float32)
    return np.concatenate([numbers[:, :DIMENSIONS], distance[:, np.newaxis], numbers[:, DIMENSIONS:], one_hot], axis=1)
