"""Features of many scans for the drift detection, computed once and cached: pooled features, logits, scalars."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track

from app.models.model_file import ModelMetadata
from app.services.drift.reference import SCALARS, scalars_of
from app.services.imaging.preprocessing import to_input
from app.services.network.classifier import Classifier
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.appearance import appearance
from app.services.trust.gate import Gate
from research.pipeline.data.images import read_image

Change = Callable[[Image.Image, int], Image.Image]


@dataclass(frozen=True)
class ScanFeatures:
    """Features of `n` scans.

    Attributes:
        pooled: float16 `[n, channels]`, the feature map's maximum over its cells.
        logits: float32 `[n, 4]`.
        scalars: float32 `[n, len(SCALARS)]`.
    """

    pooled: NDArray[np.float16]
    logits: NDArray[np.float32]
    scalars: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.logits)

    def __getitem__(self, chosen: NDArray[np.integer] | NDArray[np.bool_] | slice) -> "ScanFeatures":
        return ScanFeatures(self.pooled[chosen], self.logits[chosen], self.scalars[chosen])


def scan_features(
    classifier: Classifier,
    gate: Gate,
    metadata: ModelMetadata,
    paths: Sequence[Path],
    cache: Path,
    title: str,
    change: Change = lambda image, index: image,
) -> ScanFeatures:
    """Run a network on image files, or read the cached results of an earlier call.

    Args:
        classifier: the network.
        gate: the network's gate.
        metadata: the network's metadata.
        paths: the image files.
        cache: file of the results; replaced if it belongs to other weights or images.
        title: label of the progress bar.
        change: applied to each decoded image and its number.
    """
    key = f"{metadata.sha256} {' '.join(SCALARS)} {' '.join(path.name for path in paths)}"
    if cache.exists():
        with np.load(cache) as kept:
            if str(kept["key"]) == key:
                return ScanFeatures(kept["pooled"], kept["logits"], kept["scalars"])

    def run(index: int) -> tuple[NDArray[np.float16], NDArray[np.float32], list[float]]:
        image = change(read_image(paths[index]), index)
        network_input = to_input(image, metadata.input)
        forward = classifier.classify(network_input)
        probabilities = calibrated_probabilities(forward.logits, metadata.temperature)
        score = gate(forward.features, appearance(image)).score
        pooled = forward.feature_map.max(axis=(0, 1)).astype(np.float16)
        return pooled, forward.logits, scalars_of(probabilities, score, network_input)

    with ThreadPoolExecutor(classifier.parallel + 1) as pool:
        outputs = list(track(pool.map(run, range(len(paths))), description=title, total=len(paths)))
    pooled, logits, scalars = zip(*outputs, strict=True)
    found = ScanFeatures(np.array(pooled), np.array(logits), np.array(scalars, np.float32))
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.savez(cache, key=key, pooled=found.pooled, logits=found.logits, scalars=found.scalars)
    return found
