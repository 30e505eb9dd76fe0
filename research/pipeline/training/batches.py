"""Training batches. Each batch depends only on the seed, the epoch and its number, so an epoch can resume anywhere."""

import math

import keras
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from research.pipeline.data.labels import fully_labelled
from research.pipeline.training.augment import Augmenter
from research.pipeline.training.recipe import Recipe, Stage


def at_half_resolution(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures uint8 `[n, side, side]`, reduced to half their size and enlarged again."""
    side = pictures.shape[1]

    def halve(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        image = Image.fromarray(picture)
        for size in (side // 2, side):
            image = image.resize((size, size), Image.Resampling.BICUBIC)
        return np.asarray(image)

    return np.array([halve(picture) for picture in pictures])


def as_input(pictures: NDArray[np.uint8], channels: int) -> NDArray[np.float32]:
    """Gray pictures uint8 `[n, side, side]` as network input float32 `[n, side, side, channels]` in `[0, 1]`."""
    scaled = pictures[..., np.newaxis] * np.float32(1 / 255)
    return np.repeat(scaled, channels, axis=-1) if channels > 1 else scaled


def steps_per_epoch(recipe: Recipe, labelled: int) -> int:
    """Number of batches that cover every labelled image once."""
    return math.ceil(labelled / (recipe.batch_size - recipe.unknown_tumors_per_batch))


class TrainingBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """The batches of one epoch: every labelled image once, plus some tumors of unrecorded type in each batch."""

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
            stage: the training stage of this epoch.
            epoch: number of the epoch, counted over all stages.
            first_step: number of the first batch to deliver.
            channels: input channels of the network.
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
        changed = np.array([self._augment(self._pictures[i], None, self._stage.zoom, rng)[0] for i in members])
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
        alpha: parameter of the beta distribution of the blending weights; a small alpha blends most pairs weakly.
        rng: draws pairs and weights.

    Returns:
        The blended pictures, and the two labels of each, multiplied by their weights: float32 `[n, 2, 4]`.
    """
    partners = rng.permutation(len(inputs))
    share = np.clip(rng.beta(alpha, alpha, len(inputs)), 1e-3, 1 - 1e-3).astype(np.float32)
    weight = share[:, np.newaxis, np.newaxis, np.newaxis]
    both = np.stack([labels, labels[partners]], axis=1)
    shares = np.stack([share, 1 - share], axis=1)
    return weight * inputs + (1 - weight) * inputs[partners], both * shares[:, :, np.newaxis]
