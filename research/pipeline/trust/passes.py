"""Forward passes of many pictures, cached on disk, because they take most of the fitting time."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
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
from research.pipeline.data.images import read_image

_DIGITS = 12


@dataclass(frozen=True)
class InputPicture:
    """A picture for one forward pass, read when it is needed.

    Attributes:
        source: its file, or the picture itself.
        change: applied to the picture; None for none.
    """

    source: Path | Image.Image
    change: Callable[[Image.Image], Image.Image] | None = None

    def read(self) -> Image.Image:
        """The picture with its change, 8-bit RGB."""
        image = self.source if isinstance(self.source, Image.Image) else read_image(self.source)
        return self.change(image) if self.change else image

    def digest(self) -> bytes:
        """SHA-256 of the bytes of its file or of its pixels, without the change."""
        content = self.source.tobytes() if isinstance(self.source, Image.Image) else self.source.read_bytes()
        return hashlib.sha256(content).digest()


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
        self._folder = folder / metadata_sha256[:_DIGITS]
        self._classifier = classifier
        self._spec = spec

    def of(self, name: str, pictures: Sequence[InputPicture]) -> Passes:
        """The passes of pictures, in their order.

        Args:
            name: of the list, for the cache. The same pictures with other changes need another name.
            pictures: other files, or files with other content, are run again.

        Raises:
            OSError: a file is missing.
        """
        content = hashlib.sha256(b"".join(picture.digest() for picture in pictures)).hexdigest()[:_DIGITS]
        path = self._folder / f"{name.replace(' ', '-').replace(',', '').replace('%', 'pc')}@{content}.npz"
        # The appearance is the same for every network.
        seen = self._folder.parents[1] / "appearance" / path.name
        if not path.exists():
            logits, features, pooled = self._run(name, pictures)
            _write(path, logits=logits, features=features, pooled=pooled)
        if not seen.exists():
            with ThreadPoolExecutor(2) as pool:
                looks = list(pool.map(lambda picture: appearance(picture.read()), pictures))
            _write(seen, appearance=np.array(looks))
        with np.load(path) as kept, np.load(seen) as appearances:
            return Passes(kept["logits"], kept["features"], kept["pooled"], appearances["appearance"])

    def _run(
        self, name: str, pictures: Sequence[InputPicture]
    ) -> tuple[NDArray[np.float32], NDArray[np.float16], NDArray[np.float16]]:
        def run(picture: InputPicture) -> tuple[NDArray[np.float32], NDArray[np.float16], NDArray[np.float16]]:
            forward = self._classifier.classify(to_input(picture.read(), self._spec))
            pooled = forward.feature_map.max(axis=(0, 1)).astype(np.float16)
            return forward.logits, forward.features.astype(np.float16), pooled

        with ThreadPoolExecutor(self._classifier.parallel + 1) as pool:
            found = list(track(pool.map(run, pictures), description=name, total=len(pictures)))
        logits, features, pooled = map(np.array, zip(*found, strict=True))
        return logits, features, pooled


def _write(path: Path, **arrays: NDArray[np.generic]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished.npz")
    np.savez(unfinished, allow_pickle=False, **arrays)
    unfinished.replace(path)
