"""What drift is measured against: how the validation scans of a model looked to it, and how a new scan does.

The file `<name>_drift.npz` beside the weights holds it; `python -m research.pipeline reference` writes it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from app.config.settings import ConfigurationError
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
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


# Of the network's input in gray, float32 `[height, width]` in `[0, 1]`. How large the file's picture was is left out:
# the network does not see it, and it differs from collection to collection.
MEASURES: dict[str, Callable[[Floats], float]] = {
    "brightness": lambda gray: float(gray.mean()),
    "contrast": lambda gray: float(gray.std()),
    "sharpness": _sharpness,
}
SCALARS = ("confidence", "entropy", "OOD score", *MEASURES)
DESCRIPTOR_LENGTH = DIMENSIONS + len(SCALARS) + 1

# What answers are ranked by. Each group has the same share of the error, however many scores it has.
_GROUPS = (
    tuple(f"feature {number}" for number in range(1, DIMENSIONS + 1)),
    ("distance",),
    SCALARS,
    tuple(f"class {tumor}" for tumor in CLASSES),
)
SCORES = tuple(score for group in _GROUPS for score in group)
LOG_WEIGHTS = np.log([1 / (len(_GROUPS) * len(group)) for group in _GROUPS for _ in group])


def scalars_of(probabilities: NDArray[np.float64], ood_score: float, network_input: Floats) -> list[float]:
    """What is noted of a scan besides its features, in the order of `SCALARS`.

    Args:
        probabilities: float64 `[4]`.
        ood_score: the gate's.
        network_input: float32 `[1, height, width, channels]` in `[0, 1]`.
    """
    gray = network_input[0].mean(axis=-1)
    entropy = float(-np.sum(probabilities * np.log(np.maximum(probabilities, 1e-300))))
    return [float(probabilities.max()), entropy, ood_score, *(measure(gray) for measure in MEASURES.values())]


@dataclass(frozen=True)
class DriftReference:
    """The validation scans as a network saw them, and how to see a new one so.

    What is noted of a scan is its descriptor, float32 `[DESCRIPTOR_LENGTH]`: the pooled features' projection on the
    directions in which training scans differ most, the scalars, and the number of the predicted class. No image can be
    made of it again: of the 2048 features of a whole image 32 sums are left.

    Attributes:
        facts: what it was made of.
        mean: float32 `[channels]`, of the pooled features of training scans.
        components: float32 `[channels, DIMENSIONS]`, orthonormal.
        neighbours: float32 `[m, DIMENSIONS]`, projections of training scans.
        edges: float32 `[scores, BINS - 1]`, between the bins of each score, fixed on training scans.
        descriptors: float32 `[n, DESCRIPTOR_LENGTH]`, of the validation scans.
        confusion: int64 `[4, 4]`, of the validation scans: their class, and what they were called.
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
        """A scan's descriptor.

        Args:
            feature_map: float32 `[rows, columns, channels]`.
            probabilities: see `scalars_of`.
            ood_score: the same.
            network_input: the same.
        """
        projection = self.project(feature_map.max(axis=(0, 1)))
        scalars = scalars_of(probabilities, ood_score, network_input)
        return np.concatenate([projection, scalars, [probabilities.argmax()]]).astype(np.float32)

    def project(self, pooled: Floats) -> Floats:
        """Pooled features `[..., channels]`, projected: float32 `[..., DIMENSIONS]`."""
        return ((pooled - self.mean) @ self.components).astype(np.float32)

    def bins(self, descriptors: Floats) -> NDArray[np.int64]:
        """The bins of the scores of descriptors `[n, DESCRIPTOR_LENGTH]`: int64 `[n, scores]`, below `BINS`."""
        scores = scores_of(descriptors, distances(descriptors[:, :DIMENSIONS], self.neighbours))
        columns = zip(self.edges, scores.T, strict=True)
        return np.stack([np.searchsorted(edges, column, side="right") for edges, column in columns], axis=1)

    @cached_property
    def called(self) -> NDArray[np.int64]:
        """How many validation scans were called each class: int64 `[4]`."""
        called: NDArray[np.int64] = self.confusion.sum(axis=0)
        return called

    @classmethod
    def read(cls, metadata: ModelMetadata, folder: Path) -> Self:
        """The reference of a model's weights.

        Raises:
            ConfigurationError: there is none, it is damaged, or of other weights.
        """
        path = reference_path(folder, metadata.name)
        remedy = f"Make it with `python -m research.pipeline reference {metadata.name}`, or set DRIFT=off."
        if not path.exists():
            raise ConfigurationError(f"{metadata.name} has no drift reference {path}. {remedy}")
        try:
            with np.load(path) as file:
                facts = ReferenceFacts.model_validate_json(str(file["facts"]))
                arrays = {name: file[name] for name in _ARRAYS}
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise ConfigurationError(f"the drift reference {path} cannot be read. {remedy}") from error
        if facts.weights_sha256 != metadata.sha256:
            raise ConfigurationError(
                f"the drift reference {path} is of other weights than {metadata.weights}. {remedy}"
            )
        confusion = arrays.pop("confusion").astype(np.int64)
        return cls(facts, confusion=confusion, **{name: array.astype(np.float32) for name, array in arrays.items()})

    def write(self, folder: Path) -> Path:
        """Write it beside the weights; gives the file."""
        path = reference_path(folder, self.facts.model)
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        arrays["components"] = self.components.astype(np.float16)
        np.savez_compressed(path, facts=self.facts.model_dump_json(), **arrays)
        return path

    @cached_property
    def key(self) -> str:
        """Tells it, and how it is used, from every other: SHA-256 in hexadecimal digits."""
        use = repr((SCORES, BINS, BETS)).encode()
        arrays = (np.ascontiguousarray(getattr(self, name)).tobytes() for name in _ARRAYS)
        return hashlib.sha256(b"".join((use, *arrays))).hexdigest()


_ARRAYS = ("mean", "components", "neighbours", "edges", "descriptors", "confusion")


def reference_path(folder: Path, model: str) -> Path:
    """Where a model's reference lies, in the folder of its weights."""
    return folder / f"{model}_drift.npz"


def distances(projections: Floats, neighbours: Floats) -> Floats:
    """Mean distance of each projection `[n, DIMENSIONS]` to its nearest neighbours: float32 `[n]`."""
    found = [
        np.partition(np.linalg.norm(neighbours - projection, axis=1), NEIGHBOURS - 1)[:NEIGHBOURS].mean()
        for projection in projections
    ]
    return np.array(found, np.float32)


def scores_of(descriptors: Floats, distance: Floats) -> Floats:
    """What answers are ranked by, in the order of `SCORES`: float32 `[n, scores]`.

    Args:
        descriptors: float32 `[n, DESCRIPTOR_LENGTH]`.
        distance: float32 `[n]`, from the training scans.
    """
    numbers, predicted = descriptors[:, :-1], descriptors[:, -1:]
    called = (predicted == np.arange(len(CLASSES))).astype(np.float32)
    return np.concatenate([numbers[:, :DIMENSIONS], distance[:, np.newaxis], numbers[:, DIMENSIONS:], called], axis=1)
