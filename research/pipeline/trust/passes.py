"""Forward passes of many pictures, cached on disk by name, because they take most of the fitting time."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track

from app.models.model_file import InputSpec
from app.services.imaging.preprocessing import to_input
from app.services.network.classifier import Classifier
from app.services.trust.appearance import appearance

Picture = Callable[[], Image.Image]


@dataclass(frozen=True)
class Passes:
    """Network outputs of some pictures.

    Attributes:
        logits: float32 `[n, 4]`.
        features: float16 `[n, features]`, as in `app.services.network.classifier.ForwardPass`.
        pooled: float16 `[n, channels]`, the maxima of the feature map, the input of the head.
        appearance: float32 `[n, measures]`, as in `app.services.trust.appearance`.
    """

    logits: NDArray[np.float32]
    features: NDArray[np.float16]
    pooled: NDArray[np.float16]
    appearance: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.logits)

    def __getitem__(self, index: NDArray[np.int_] | NDArray[np.bool_] | slice) -> "Passes":
        return Passes(self.logits[index], self.features[index], self.pooled[index], self.appearance[index])


def together(parts: Iterable[Passes]) -> Passes:
    """Concatenate several passes."""
    listed = list(parts)
    return Passes(*(np.concatenate([getattr(part, name) for part in listed]) for name in Passes.__dataclass_fields__))


class PassStore:
    """Runs pictures through a classifier once, and reads the cached results afterwards."""

    def __init__(self, folder: Path, classifier: Classifier, metadata_sha256: str, spec: InputSpec) -> None:
        """Use a cache folder that belongs to these weights."""
        self._folder = folder / metadata_sha256[:12]
        self._classifier = classifier
        self._spec = spec

    def of(self, name: str, pictures: list[Picture]) -> Passes:
        """The passes of pictures. `name` is the cache key of the whole list: other pictures need another name."""
        path = self._folder / f"{name.replace(' ', '-').replace(',', '').replace('%', 'pc')}.npz"
        # The appearance is the same for every network.
        seen = self._folder.parents[1] / "appearance" / path.name
        if not _has(path, len(pictures)):
            logits, features, pooled = self._run(name, pictures)
            _write(path, logits=logits, features=features, pooled=pooled)
        if not _has(seen, len(pictures)):
            with ThreadPoolExecutor(2) as pool:
                looks = list(pool.map(lambda picture: appearance(picture()), pictures))
            _write(seen, appearance=np.array(looks))
        with np.load(path) as kept, np.load(seen) as appearances:
            return Passes(kept["logits"], kept["features"], kept["pooled"], appearances["appearance"])

    def _run(
        self, name: str, pictures: list[Picture]
    ) -> tuple[NDArray[np.float32], NDArray[np.float16], NDArray[np.float16]]:
        def run(picture: Picture) -> tuple[NDArray[np.float32], NDArray[np.float16], NDArray[np.float16]]:
            forward = self._classifier.classify(to_input(picture(), self._spec))
            pooled = forward.feature_map.max(axis=(0, 1)).astype(np.float16)
            return forward.logits, forward.features.astype(np.float16), pooled

        with ThreadPoolExecutor(self._classifier.parallel + 1) as pool:
            found = list(track(pool.map(run, pictures), description=name, total=len(pictures)))
        logits, features, pooled = map(np.array, zip(*found, strict=True))
        return logits, features, pooled


def _has(path: Path, pictures: int) -> bool:
    if not path.exists():
        return False
    with np.load(path) as kept:
        return len(kept[kept.files[0]]) == pictures


def _write(path: Path, **arrays: NDArray[np.generic]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished.npz")
    np.savez(unfinished, allow_pickle=False, **arrays)
    unfinished.replace(path)
