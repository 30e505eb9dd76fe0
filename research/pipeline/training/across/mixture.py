"""Which slices a batch has: every class from every sequence and from several sources."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pydantic import Field

from app.models.classes import CLASSES
from app.models.strict import Fraction, Strict
from research.pipeline.data.manifest import UNKNOWN_TUMOR
from research.pipeline.data.slices import DATA_SET, OTHER, Slice


class MixtureSettings(Strict):
    """Shares of the slices of a batch; see `Mixture`."""

    data_set: dict[str, Fraction] = Field(description="Of the data set's classes and of tumors of unrecorded type.")
    sources: dict[str, Fraction] = Field(description="Of the classes, and of `other`, from the sources.")


@dataclass(frozen=True)
class _Cell:
    """The slices of one class, sequence and source, by group, and the probability to be drawn."""

    groups: list[list[int]]
    share: float

    @cached_property
    def members(self) -> list[int]:
        """All slices of the cell."""
        return [number for group in self.groups for number in group]


class Mixture:
    """Draws slices: first class and kind of source, then sequence, source, group and slice.

    Sequences and sources weigh by the root of their number of slices, between equal weights, which would repeat the
    rare ones too often, and their share, by which one sequence would stand for a class.
    """

    def __init__(self, slices: Sequence[Slice], members: Sequence[int], settings: MixtureSettings) -> None:
        """Sort the members into cells.

        Args:
            slices: all slices.
            members: the numbers of those that may be drawn.
            settings: shares of the classes.
        """
        cells: dict[tuple[bool, str], dict[str, dict[str, dict[str, list[int]]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        )
        for number in members:
            item = slices[number]
            own = item.source == DATA_SET or item.label == UNKNOWN_TUMOR
            cells[own, item.label][item.sequence][item.source][item.group].append(number)
        self._cells = []
        for (own, label), sequences in cells.items():
            share = (settings.data_set if own else settings.sources).get(label, 0)
            for sequence, part in _by_root({name: _count(sources) for name, sources in sequences.items()}):
                sources = sequences[sequence]
                for source, weight in _by_root({name: _count({name: groups}) for name, groups in sources.items()}):
                    self._cells.append(_Cell(list(sources[source].values()), share * part * weight))
        self._shares = np.array([cell.share for cell in self._cells])
        self._shares /= self._shares.sum()

    def draw(self, count: int, rng: np.random.Generator) -> list[int]:
        """The numbers of `count` slices."""
        drawn = []
        for cell in rng.choice(len(self._cells), count, p=self._shares):
            of_class = self._cells[cell]
            # Half of the draws are uniform over groups, half over slices: a patient with many slices counts more, but
            # not by their number.
            one_group = of_class.groups[rng.integers(len(of_class.groups))]
            members = one_group if rng.random() < 0.5 else of_class.members
            drawn.append(members[rng.integers(len(members))])
        return drawn


def _count(sources: dict[str, dict[str, list[int]]]) -> int:
    return sum(len(members) for groups in sources.values() for members in groups.values())


def _by_root(counts: dict[str, int]) -> list[tuple[str, float]]:
    total = sum(count**0.5 for count in counts.values())
    return [(name, count**0.5 / total) for name, count in counts.items()]


def target_of(item: Slice) -> list[float]:
    """The distribution over the classes that training aims at, `[4]`; flat where the slice is none of them.

    For a tumor of unrecorded type the loss counts any tumor; its target is `[1, 1, 0, 1]`.
    """
    if item.label == UNKNOWN_TUMOR:
        return [float(name != "notumor") for name in CLASSES]
    if item.label == OTHER:
        tumor = item.nature == "tumor"
        return [(name != "notumor") / 3 if tumor else 1 / 4 for name in CLASSES]
    return [float(name == item.label) for name in CLASSES]
