"""Images in memory and batches of them, each a function of the seed, the epoch and its number alone."""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.models.model_file import InputSpec
from app.services.imaging import reading as imaging
from app.services.imaging.reading import Limits
from research.pipeline.data.manifest import ManifestRow, Source
from research.pipeline.training.augment import Augmenter
from research.pipeline.training.loss import fully_labelled, label_vector
from research.pipeline.training.recipe import Recipe, Stage

_NO_LIMITS = Limits(max_bytes=10**9, max_pixels=10**9)


def path_of(row: ManifestRow, data: Path, unknown_tumors: Path | None) -> Path:
    """Where a manifest's image lies.

    Raises:
        ValueError: it is a tumor of unrecorded type, and no folder of those is given.
    """
    if row.source is not Source.UNKNOWN_TUMORS:
        return data / row.file
    if unknown_tumors is None:
        raise ValueError("the manifest names tumors of unrecorded type: give their folder with --unknown-tumors")
    return unknown_tumors / row.file


def read_image(path: Path) -> Image.Image:
    """Decode a file as the service does, into 8-bit RGB."""
    with path.open("rb") as file:
        return imaging.read_scan(file, _NO_LIMITS).image.convert("RGB")


def read_gray(paths: Sequence[Path], side: int) -> NDArray[np.uint8]:
    """Images as the service would bring them to its input, in gray: uint8 `[n, side, side]`."""
    spec = InputSpec(height=side, width=side, channels=1)
    pictures = np.empty((len(paths), side, side), np.uint8)

    def read(index: int) -> None:
        pictures[index] = np.rint(imaging.to_input(read_image(paths[index]), spec)[0, :, :, 0] * 255)

    with ThreadPoolExecutor() as pool:
        list(pool.map(read, range(len(paths))))
    return pictures


def at_half_resolution(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same pictures uint8 `[n, side, side]` as if they had come at half their size."""
    side = pictures.shape[1]

    def halve(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        image = Image.fromarray(picture)
        for size in (side // 2, side):
            image = image.resize((size, size), Image.Resampling.BICUBIC)
        return np.asarray(image)

    return np.array([halve(picture) for picture in pictures])


def as_input(pictures: NDArray[np.uint8], channels: int) -> NDArray[np.float32]:
    """Gray pictures uint8 `[n, side, side]` as a network's input: float32 `[n, side, side, channels]` in `[0, 1]`."""
    scaled = pictures[..., np.newaxis] * np.float32(1 / 255)
    return np.repeat(scaled, channels, axis=-1) if channels > 1 else scaled


def labels_of(rows: Sequence[ManifestRow]) -> NDArray[np.float32]:
    """Which classes each image may have: float32 `[n, 4]`."""
    return np.array([label_vector(row.tumor) for row in rows])


def steps_per_epoch(recipe: Recipe, labelled: int) -> int:
    """Batches until every labelled image was seen once."""
    return math.ceil(labelled / (recipe.batch_size - recipe.unknown_tumors_per_batch))


class TrainingBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """One epoch's batches: every labelled image once, and some tumors of unrecorded type in each batch.

    A batch depends on the recipe's seed, the epoch and its own number alone, so that an epoch can be entered anywhere.
    """

    def __init__(
        self,
        pictures: NDArray[np.uint8],
        labels: NDArray[np.float32],
        *,
        recipe: Recipe,
        stage: Stage,
        epoch: int,
        first_step: int,
        channels: int,
    ) -> None:
        """Plan the epoch.

        Args:
            pictures: uint8 `[n, side, side]`.
            labels: float32 `[n, 4]`.
            recipe: seed, batch size and augmentation.
            stage: the part of the training that the epoch belongs to.
            epoch: number of the epoch, counted over all stages.
            first_step: number of the batch to begin with.
            channels: that the network takes.
        """
        super().__init__(workers=2, max_queue_size=8)
        self._pictures, self._labels = pictures, labels
        self._recipe, self._stage, self._epoch, self._first_step = recipe, stage, epoch, first_step
        self._channels = channels
        self._augment = Augmenter(recipe.augmentation)
        known = fully_labelled(labels)
        rng = np.random.default_rng((recipe.seed, epoch))
        labelled, unknown = rng.permutation(np.flatnonzero(known)), rng.permutation(np.flatnonzero(~known))
        steps = steps_per_epoch(recipe, len(labelled))
        drawn = np.resize(unknown, steps * recipe.unknown_tumors_per_batch) if len(unknown) else unknown
        self._members = [
            np.concatenate(parts)
            for parts in zip(np.array_split(labelled, steps), np.array_split(drawn, steps), strict=True)
        ]

    def __len__(self) -> int:
        return len(self._members) - self._first_step

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        step = self._first_step + index
        rng = np.random.default_rng((self._recipe.seed, self._epoch, step))
        members = self._members[step]
        changed = np.array([self._augment(self._pictures[i], self._stage.zoom, rng) for i in members])
        inputs, labels = as_input(changed, self._channels), self._labels[members]
        if self._stage.mixup is None:
            return inputs, labels[:, np.newaxis]
        return mix(inputs, labels, self._stage.mixup, rng)


def mix(
    inputs: NDArray[np.float32], labels: NDArray[np.float32], alpha: float, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Blend each picture of a batch with another one (mixup, Zhang et al. 2018, https://arxiv.org/abs/1710.09412).

    Args:
        inputs: float32 `[n, side, side, channels]`.
        labels: float32 `[n, 4]` of 0 and 1.
        alpha: of the beta distribution that a pair's share is drawn from; the smaller, the more pairs stay nearly pure.
        rng: decides pairs and shares.

    Returns:
        The blended pictures, and for each its two labels multiplied by their shares, float32 `[n, 2, 4]`.
    """
    partners = rng.permutation(len(inputs))
    share = np.clip(rng.beta(alpha, alpha, len(inputs)), 1e-3, 1 - 1e-3).astype(np.float32)
    weight = share[:, np.newaxis, np.newaxis, np.newaxis]
    both = np.stack([labels, labels[partners]], axis=1)
    shares = np.stack([share, 1 - share], axis=1)
    return weight * inputs + (1 - weight) * inputs[partners], both * shares[:, :, np.newaxis]
