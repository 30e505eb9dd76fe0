"""Whether an image is a brain MRI like those the network knows, by what the network's layers make of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.models.thresholds import GateSpec
from app.services.imaging.quality import MAX_COLOUR_SPREAD
from app.services.network.weights import file_sha256
from app.services.trust.appearance import APPEARANCE

# Nearer than this is not told apart: measures that are the same in nearly all scans would say much of nothing.
_LEAST_SQUARE = 0.1
_MOST_DEVIATION = 6
# What more colour than any scan of the data set has counts as, in standard deviations.
_COLOUR_ALARM = 4
# Outsiders that were altered subtly differ in many layers a little, rather than in one very much.
_DIRECTION_WEIGHT = 1.5


@dataclass(frozen=True)
class GateResult:
    """How far an image is from the scans that the network knows.

    Attributes:
        score: the higher, the less like them.
        threshold: a score above it is outside.
    """

    score: float
    threshold: float

    @property
    def outside(self) -> bool:
        """Whether it is no brain MRI like those."""
        return not self.score <= self.threshold


@dataclass(frozen=True)
class LayerStatistics:
    """The features of one layer over the training scans: a Gaussian of low rank (Tipping and Bishop 1999).

    Attributes:
        mean, scale: float32 `[d]`; what is left after `(features - mean) / scale` is what the rest speaks of.
        components: float32 `[k, d]`, orthonormal directions of most variance.
        deviations: float32 `[k]`, standard deviations along them.
        noise: standard deviation along every other direction.
        usual, spread: mean and standard deviation of the logarithm of the distance of scans that nothing else of this
            was fitted to.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    components: NDArray[np.float32]
    deviations: NDArray[np.float32]
    noise: float
    usual: float
    spread: float

    def log_distance(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Logarithm of the Mahalanobis distance over the root of `d`: float32 `[n, d]` to float64 `[n]`."""
        centred = (features - self.mean) / self.scale
        along = centred @ self.components.T
        rest = np.maximum((centred**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        squared = ((along / self.deviations) ** 2).sum(axis=1) + rest / self.noise**2
        distances: NDArray[np.float64] = 0.5 * np.log(
            np.maximum(squared / len(self.mean), _LEAST_SQUARE), dtype=np.float64
        )
        return distances

    def deviation(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """How many standard deviations the distance is from the usual one: float64 `[n]`."""
        return (self.log_distance(features) - self.usual) / self.spread


@dataclass(frozen=True)
class Direction:
    """Where outsiders lie from the training scans, in all layers at once (Hendrycks et al. 2019, arXiv:1812.04606).

    Attributes:
        weights: float32 `[sum of all d]`.
        usual, spread: mean and standard deviation, along it, of scans that it was not fitted to.
    """

    weights: NDArray[np.float32]
    usual: float
    spread: float


class Gate:
    """Tells scans from everything else.

    Each layer tells how unusual an image's distance from the training scans is (Lee et al. 2018,
    https://arxiv.org/abs/1807.03888), as do its layout, structure and symmetry; the most alarmed one counts, for what
    is unlike a scan in one respect is unlike it. To that comes how far the image lies towards outsiders that the gate
    was shown. Both are counted in standard deviations of training scans, the latter half as much again, and the score
    is the root of their squares' sum.
    """

    def __init__(self, layers: tuple[LayerStatistics, ...], direction: Direction, threshold: float) -> None:
        """Keep what was fitted.

        Args:
            layers: of the network, in the order in which `features` has them, then layout, structure and symmetry.
            direction: towards outsiders.
            threshold: a score above it is outside.
        """
        self.layers = layers
        self.direction = direction
        self.threshold = threshold

    @property
    def features(self) -> int:
        """How many features of a network it reads."""
        return sum(len(layer.mean) for layer in self.layers[: 1 - len(APPEARANCE)])

    def __call__(self, features: NDArray[np.float32], looks: NDArray[np.float32]) -> GateResult:
        """Judge one image by its features float32 `[n]`, as `ForwardPass` has them, and its `appearance`."""
        score = self.scores(np.concatenate([features, looks])[np.newaxis])[0]
        return GateResult(float(score), self.threshold)

    def scores(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """OOD scores float64 `[images]`, of features and appearance float32 `[images, n]`."""
        towards = values_along(self.layers, values) @ self.direction.weights
        outwards = (towards.astype(np.float64) - self.direction.usual) / self.direction.spread
        alarms = self.alarms(values).max(axis=0)
        scores: NDArray[np.float64] = np.hypot(_DIRECTION_WEIGHT * np.maximum(outwards, 0), np.maximum(alarms, 0))
        return scores

    def alarms(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """How alarmed each layer is, and last the colour: float64 `[layers + 1, images]`."""
        told = [layer.deviation(part) for layer, part in _parts(self.layers, values)]
        return np.array([*told, _COLOUR_ALARM * values[:, -1].astype(np.float64) / MAX_COLOUR_SPREAD])

    def save(self, path: Path) -> None:
        """Write everything but the threshold as NumPy arrays; components in half precision."""
        arrays: dict[str, NDArray[np.generic]] = {
            "direction_weights": self.direction.weights,
            "direction_usual": np.asarray(self.direction.usual),
            "direction_spread": np.asarray(self.direction.spread),
        }
        for number, layer in enumerate(self.layers):
            arrays[f"components_{number}"] = layer.components.astype(np.float16)
            for name in ("mean", "scale", "deviations", "noise", "usual", "spread"):
                arrays[f"{name}_{number}"] = np.asarray(getattr(layer, name), np.float32)
        np.savez_compressed(path, allow_pickle=False, **arrays)


def values_along(layers: tuple[LayerStatistics, ...], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a `Direction` weighs: each layer standardised, no channel counting boundlessly, every layer the same."""
    return np.concatenate(
        [
            np.clip((part - layer.mean) / layer.scale, -_MOST_DEVIATION, _MOST_DEVIATION) / np.sqrt(len(layer.mean))
            for layer, part in _parts(layers, values)
        ],
        axis=1,
        dtype=np.float32,
    )


def _parts(
    layers: tuple[LayerStatistics, ...], values: NDArray[np.float32]
) -> Iterator[tuple[LayerStatistics, NDArray[np.float32]]]:
    start = 0
    for layer in layers:
        end = start + len(layer.mean)
        yield layer, values[:, start:end]
        start = end


def read_gate(content: bytes, spec: GateSpec) -> Gate:
    """The gate of a statistics file's content.

    Raises:
        ValueError, KeyError: it is no such file.
    """
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        layers = tuple(
            LayerStatistics(
                *(
                    arrays[f"{name}_{number}"].astype(np.float32)
                    for name in ("mean", "scale", "components", "deviations")
                ),
                *(float(arrays[f"{name}_{number}"]) for name in ("noise", "usual", "spread")),
            )
            for number in range(len(spec.layers))
        )
        direction = Direction(
            arrays["direction_weights"], float(arrays["direction_usual"]), float(arrays["direction_spread"])
        )
        return Gate(layers, direction, spec.threshold)


def open_gate(metadata: ModelMetadata, folder: Path) -> Gate:
    """The gate of a model.

    Raises:
        ConfigurationError: no thresholds were fitted to its weights, or the file of its statistics is not the one that
            they belong to.
    """
    if metadata.trust is None:
        raise ConfigurationError(
            f"{metadata.name} has no thresholds for these weights. Fit them with "
            f"`python -m research.pipeline trust {metadata.name}`."
        )
    spec = metadata.trust.gate
    path = folder / spec.statistics
    if not path.exists() or file_sha256(path) != spec.statistics_sha256:
        raise ConfigurationError(
            f"{path} does not hold the statistics that the thresholds of {metadata.name} belong to. Put the project's "
            "own file back (`git checkout models/`), or fit them anew."
        )
    return read_gate(path.read_bytes(), spec)
