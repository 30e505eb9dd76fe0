"""The gate: whether an image is a brain MRI like the training scans, from features of the network's layers."""

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

# Lower limit of the squared distance: measures that are equal in nearly all scans would otherwise dominate.
_LEAST_SQUARE = 0.1
_MAX_DEVIATION = 6
# The alarm, in standard deviations, for the largest colour spread in the data set (`MAX_COLOUR_SPREAD`).
_COLOUR_ALARM = 4
# Weight of the direction relative to the layers: subtly altered images differ a little in many layers.
_DIRECTION_WEIGHT = 1.5


@dataclass(frozen=True)
class GateResult:
    """The out-of-distribution score of an image.

    Attributes:
        score: at least 0; the higher, the less the image resembles the training scans.
        threshold: images with a higher score are outside.
    """

    score: float
    threshold: float

    @property
    def outside(self) -> bool:
        """Whether the image is out of distribution; true also if the score is not a number."""
        return not self.score <= self.threshold


@dataclass(frozen=True)
class LayerStatistics:
    """The distribution of one layer's features over the training scans (probabilistic PCA, Tipping and Bishop 1999).

    Attributes:
        mean, scale: float32 `[d]`; `(features - mean) / scale` are the standardised features that the rest describes.
        components: float32 `[k, d]`, orthonormal directions of the largest variance.
        deviations: float32 `[k]`, standard deviations along them.
        noise: standard deviation along every other direction.
        usual, spread: mean and standard deviation of the logarithmic distance, over scans that the other attributes
            were not fitted to.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    components: NDArray[np.float32]
    deviations: NDArray[np.float32]
    noise: float
    usual: float
    spread: float

    def log_distance(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Logarithm of the Mahalanobis distance divided by the root of `d`: float64 `[n]` of float32 `[n, d]`."""
        centred = (features - self.mean) / self.scale
        along = centred @ self.components.T
        rest = np.maximum((centred**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        squared = ((along / self.deviations) ** 2).sum(axis=1) + rest / self.noise**2
        distances: NDArray[np.float64] = 0.5 * np.log(
            np.maximum(squared / len(self.mean), _LEAST_SQUARE), dtype=np.float64
        )
        return distances

    def deviation(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """The logarithmic distance in standard deviations from its mean: float64 `[n]` of float32 `[n, d]`."""
        return (self.log_distance(features) - self.usual) / self.spread


@dataclass(frozen=True)
class Direction:
    """The direction from training scans to outliers, in all layers at once (Hendrycks et al. 2019, arXiv:1812.04606).

    Attributes:
        weights: float32 `[sum of all d]`.
        usual, spread: mean and standard deviation along the direction, over scans that it was not fitted to.
    """

    weights: NDArray[np.float32]
    usual: float
    spread: float


class Gate:
    """Detects images that are not brain MRI scans like the training scans.

    For each layer, and for layout, structure, symmetry and colour of the image, the gate computes how unusual the
    image is compared with the training scans (Lee et al. 2018, https://arxiv.org/abs/1807.03888). The largest of these
    values counts, since one unusual aspect suffices. The second value is the position of the image along the direction
    to the outliers that the gate was fitted with. Both are in standard deviations of training scans; the second has the
    weight 1.5. The score is the root of the sum of their squares.
    """

    def __init__(self, layers: tuple[LayerStatistics, ...], direction: Direction, threshold: float) -> None:
        """Use fitted statistics.

        Args:
            layers: statistics of the network's layers, in the order of `catalogue.features`, then of layout, structure
                and symmetry.
            direction: the direction from training scans to outliers.
            threshold: images with a higher score are outside.
        """
        self.layers = layers
        self.direction = direction
        self.threshold = threshold

    @property
    def features(self) -> int:
        """Number of features of the network that the gate needs."""
        return sum(len(layer.mean) for layer in self.layers[: 1 - len(APPEARANCE)])

    def __call__(self, features: NDArray[np.float32], looks: NDArray[np.float32]) -> GateResult:
        """Score one image.

        Args:
            features: float32 `[n]`, the features of its `ForwardPass`.
            looks: float32 `[m]`, its `appearance`.
        """
        score = self.scores(np.concatenate([features, looks])[np.newaxis])[0]
        return GateResult(float(score), self.threshold)

    def scores(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Out-of-distribution scores float64 `[images]`, of features and appearance, float32 `[images, n]`."""
        towards = values_along(self.layers, values) @ self.direction.weights
        outwards = (towards.astype(np.float64) - self.direction.usual) / self.direction.spread
        alarms = self.alarms(values).max(axis=0)
        scores: NDArray[np.float64] = np.hypot(_DIRECTION_WEIGHT * np.maximum(outwards, 0), np.maximum(alarms, 0))
        return scores

    def alarms(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """How unusual each layer is, and last the colour: float64 `[layers + 1, images]`, in standard deviations."""
        deviations = [layer.deviation(part) for layer, part in _split(self.layers, values)]
        return np.array([*deviations, _COLOUR_ALARM * values[:, -1].astype(np.float64) / MAX_COLOUR_SPREAD])

    def save(self, path: Path) -> None:
        """Write everything except the threshold as an `.npz` file; the components in half precision."""
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
    """The values that a `Direction` weights: standardised, clipped at 6, and scaled so that layers count equally.

    Args:
        layers: statistics of a gate's layers.
        values: float32 `[images, n]`, features and appearance.

    Returns:
        float32 `[images, sum of all d]`.
    """
    return np.concatenate(
        [
            np.clip((part - layer.mean) / layer.scale, -_MAX_DEVIATION, _MAX_DEVIATION) / np.sqrt(len(layer.mean))
            for layer, part in _split(layers, values)
        ],
        axis=1,
        dtype=np.float32,
    )


def _split(
    layers: tuple[LayerStatistics, ...], values: NDArray[np.float32]
) -> Iterator[tuple[LayerStatistics, NDArray[np.float32]]]:
    start = 0
    for layer in layers:
        end = start + len(layer.mean)
        yield layer, values[:, start:end]
        start = end


def read_gate(content: bytes, spec: GateSpec) -> Gate:
    """Read a gate from the content of its statistics file.

    Raises:
        ValueError, KeyError: the content is not that of a statistics file.
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
    """Read the gate of a model from the models folder.

    Raises:
        ConfigurationError: no thresholds were fitted to the model's weights, or the statistics file is missing or
            differs from the one that the thresholds belong to.
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
            f"{path} does not hold the statistics that the thresholds of {metadata.name} belong to. Restore the "
            "project's file (`git checkout models/`), or fit the thresholds again."
        )
    return read_gate(path.read_bytes(), spec)
