"""Batches of slices from many sources. Each depends only on the seed and its number, so that a run can continue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import Dataset

from app.models.model_file import FeatureMapSpec
from research.pipeline.data.manifest import UNKNOWN_TUMOR
from research.pipeline.data.pack import Pack
from research.pipeline.data.slices import OTHER
from research.pipeline.training.across.known import UNKNOWN, plane_of, sequence_of
from research.pipeline.training.across.mixture import Mixture, target_of
from research.pipeline.training.across.place import PLACE_UNKNOWN, mask_on_grid
from research.pipeline.training.across.recipe import AcrossRecipe, Schedule
from research.pipeline.training.across.restyle import Restyler
from research.pipeline.training.augment import Augmenter


@dataclass(frozen=True)
class Batch:
    """Slices and what is known about them.

    Attributes:
        pictures: gray, uint8 `[n, side, side]`.
        target: distribution over the classes, float32 `[n, 4]`; see `target_of`.
        partial: whether the target lists allowed classes instead, bool `[n]`.
        other: 1 if the slice shows none of the four classes, float32 `[n]`.
        tumor: 1 if the slice shows any tumor, float32 `[n]`.
        place: share of tumor in each cell of the feature map, float32 `[n, rows, columns]`; `PLACE_UNKNOWN` if unknown.
        sequence: index in `SEQUENCES`, int64 `[n]`; `UNKNOWN` also if the picture's contrast was changed.
        plane: index in `PLANES`, int64 `[n]`, or `UNKNOWN`.
    """

    pictures: torch.Tensor
    target: torch.Tensor
    partial: torch.Tensor
    other: torch.Tensor
    tumor: torch.Tensor
    place: torch.Tensor
    sequence: torch.Tensor
    plane: torch.Tensor

    def to(self, device: torch.device) -> "Batch":
        """The batch on a device."""
        return Batch(*(values.to(device) for values in vars(self).values()))

    def halves(self) -> list["Batch"]:
        """The batch in two equal parts."""
        return [Batch(*part) for part in zip(*(values.chunk(2) for values in vars(self).values()), strict=True)]


class AcrossBatches(Dataset[Batch]):  # type: ignore[misc]
    """All batches of a run."""

    def __init__(
        self, pack: Pack, members: Sequence[int], *, recipe: AcrossRecipe, schedule: Schedule, grid: FeatureMapSpec
    ) -> None:
        """Plan the run.

        Args:
            pack: all slices.
            members: numbers of those to learn from.
            recipe: mixture and random changes.
            schedule: the phases.
            grid: positions of the feature map's cells.
        """
        self._pack, self._recipe, self._grid = pack, recipe, grid
        self._by_source: dict[str, list[int]] = defaultdict(list)
        for number in members:
            self._by_source[pack.slices[number].source].append(number)
        self._phases = [phase for phase in schedule.phases for _ in range(phase.steps)]
        self._mixture = Mixture(pack.slices, members, recipe.mixture)
        self._augment, self._restyle = Augmenter(recipe.augmentation), Restyler(recipe.restyle)

    def __len__(self) -> int:
        return len(self._phases)

    def __getitem__(self, step: int) -> Batch:
        rng = np.random.default_rng((self._recipe.seed, step))
        phase = self._phases[step]
        side = int(rng.choice(phase.sides))
        numbers = self._mixture.draw(self._recipe.batch_size, rng)
        cells = np.arange(self._grid.offset, side, self._grid.stride)
        pictures = np.empty((len(numbers), side, side), np.uint8)
        place = np.full((len(numbers), len(cells), len(cells)), PLACE_UNKNOWN, np.float32)
        sequence = np.full(len(numbers), UNKNOWN)
        for index, number in enumerate(numbers):
            picture, contrast_kept = self._picture(number, side), True
            if rng.random() < phase.restyled:
                picture, contrast_kept = self._restyle(picture, self._picture(self._partner(number, rng), side), rng)
            if contrast_kept:
                sequence[index] = sequence_of(self._pack.slices[number])
            mask = self._pack.masks.get(number)
            pictures[index], moved = self._augment(
                picture, None if mask is None else resized(mask, side), phase.zoom, rng
            )
            if moved is not None:
                place[index] = mask_on_grid(moved, cells)
            elif self._pack.slices[number].label == "notumor":
                place[index] = 0
        items = [self._pack.slices[number] for number in numbers]
        return Batch(
            pictures=torch.from_numpy(pictures),
            target=torch.tensor([target_of(item) for item in items]),
            partial=torch.tensor([item.label == UNKNOWN_TUMOR for item in items]),
            other=torch.tensor([float(item.label == OTHER) for item in items]),
            tumor=torch.tensor([float(item.nature == "tumor") for item in items]),
            place=torch.from_numpy(place),
            sequence=torch.from_numpy(sequence),
            plane=torch.tensor([plane_of(item) for item in items]),
        )

    def _picture(self, number: int, side: int) -> NDArray[np.uint8]:
        return resized(self._pack.pictures[number], side)

    def _partner(self, number: int, rng: np.random.Generator) -> int:
        """A slice that lends its look, from another source; all sources lend theirs equally often."""
        others = [members for source, members in self._by_source.items() if source != self._pack.slices[number].source]
        members = others[rng.integers(len(others))]
        return members[rng.integers(len(members))]


def resized(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A picture or mask as a square of `side` pixels, uint8 `[side, side]`."""
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC))
