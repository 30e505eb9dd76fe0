"""The pictures for fitting and measuring trust; each part passes through the network once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path

import numpy as np
from PIL import Image

from research.pipeline.data.corruptions import CORRUPTIONS, corrupt
from research.pipeline.data.images import path_of
from research.pipeline.data.manifest import ManifestRow, Split
from research.pipeline.data.slices import Slice
from research.pipeline.trust import outsiders
from research.pipeline.trust.outsiders import DATA_SET_CT
from research.pipeline.trust.passes import InputPicture, Passes, PassStore, together
from research.pipeline.trust.quality_changes import QUALITIES, Change

SEED = 20261123
# About as many as there are of other hospitals: each pass takes a tenth of a second.
TRAINING_IMAGES = 3000
VALIDATION_IMAGES = 200
CORRUPTED_IMAGES = 100
COLLECTED_PER_KIND = 40
MADE_PER_KIND = 48
LIBRARY_CROPS = 40


@dataclass(frozen=True)
class TrustData:
    """The forward passes of all parts.

    Attributes:
        training: scans of the data set's training split, half of them with a harmless change, and their rows.
        foreign: the training slices of other hospitals, half of them with a harmless change, and what is known of them.
        foreign_validation: the validation slices of other hospitals.
        validation: scans of the validation split, and their rows.
        validation_quality: the validation scans of `quality_rows` in each changed quality.
        test: scans of the official test part and of the other source, and their rows.
        corrupted: test scans under each corruption of the evaluation.
        choosing: outsiders by kind for selecting a method, altered ones made from training scans.
        reported: outsiders by kind for measuring it, altered ones made from test scans with other seeds.
    """

    training: Passes
    training_rows: tuple[ManifestRow, ...]
    foreign: Passes
    foreign_slices: tuple[Slice, ...]
    foreign_validation: Passes
    validation: Passes
    validation_rows: tuple[ManifestRow, ...]
    validation_quality: dict[str, Passes]
    quality_rows: tuple[ManifestRow, ...]
    test: Passes
    test_rows: tuple[ManifestRow, ...]
    corrupted: dict[str, Passes]
    choosing: dict[str, Passes]
    reported: dict[str, Passes]

    @property
    def inside(self) -> Passes:
        """The scans that the gate is fitted to."""
        return together([self.training, self.foreign])


def gather(
    store: PassStore,
    rows: Sequence[ManifestRow],
    foreign: Sequence[Slice],
    *,
    data: Path,
    unknown_tumors: Path | None,
    sources: Path,
    folder: Path,
) -> TrustData:
    """Run all passes that are not cached; the first time about 17,000 forward passes.

    Args:
        store: runs and caches the passes.
        rows: the manifest of the data set.
        foreign: the slices of other hospitals.
        data: the data set in the Kaggle layout.
        unknown_tumors: folder of tumors of unrecorded type.
        sources: folder of other hospitals' slices.
        folder: folder of outsiders, a sub-folder for each kind.

    Raises:
        OSError: a file is missing.
        ValueError: the manifest lists tumors of unrecorded type and no folder for such tumors is given.
    """
    paths = {row: path_of(row, data, unknown_tumors) for row in rows}
    of_split = {split: [row for row in rows if row.split is split and not row.ct] for split in Split}

    def drawn(among: Sequence[ManifestRow], number: int | None = None) -> list[ManifestRow]:
        order = np.random.default_rng(SEED).permutation(len(among))[:number]
        return [among[index] for index in order.tolist()]

    def as_is(some: Sequence[ManifestRow]) -> list[InputPicture]:
        return [InputPicture(paths[row]) for row in some]

    def otherwise(some: Sequence[ManifestRow], change: Change) -> list[InputPicture]:
        return [InputPicture(paths[row], partial(_changed, change, index)) for index, row in enumerate(some)]

    changes: list[Change | None] = [*[None] * len(QUALITIES), *QUALITIES.values()]

    def half_changed(some: Sequence[Path]) -> list[InputPicture]:
        return [
            InputPicture(path, partial(_changed, change, index) if change else None)
            for index, (path, change) in enumerate(zip(some, cycle(changes), strict=False))
        ]

    training = drawn(of_split[Split.TRAIN], TRAINING_IMAGES)
    trained = store.of("training", half_changed([paths[row] for row in training]))
    foreign_slices = [item for item in foreign if item.split is Split.TRAIN]
    foreign_trained = store.of("foreign", half_changed([sources / item.file for item in foreign_slices]))
    unseen = [item for item in foreign if item.split is Split.VALIDATION]
    foreign_validated = store.of("foreign validation", [InputPicture(sources / item.file) for item in unseen])
    scans_to_change = [paths[row] for row in of_split[Split.TRAIN]]
    choosing = _outsiders(store, "choosing", folder, scans_to_change, SEED + 1)
    choosing[DATA_SET_CT] = store.of(
        f"choosing {DATA_SET_CT}", as_is([row for row in rows if row.ct and row.split is not Split.TEST])
    )
    validated = store.of("validation", as_is(of_split[Split.VALIDATION]))
    others = drawn(of_split[Split.VALIDATION], VALIDATION_IMAGES)
    quality = {name: store.of(f"validation {name}", otherwise(others, change)) for name, change in QUALITIES.items()}
    reported = _outsiders(store, "reported", folder, [paths[row] for row in of_split[Split.TEST]], SEED + 2)
    reported[DATA_SET_CT] = store.of(
        f"reported {DATA_SET_CT}", as_is([row for row in rows if row.ct and row.split is Split.TEST])
    )
    tests = drawn(of_split[Split.TEST])
    tested = store.of("test", as_is(tests))
    some = tests[:CORRUPTED_IMAGES]
    corrupted = {
        name: store.of(
            f"test {name}",
            [InputPicture(paths[row], partial(_corrupted, name, index)) for index, row in enumerate(some)],
        )
        for name in CORRUPTIONS
    }
    return TrustData(
        training=trained,
        training_rows=tuple(training),
        foreign=foreign_trained,
        foreign_slices=tuple(foreign_slices),
        foreign_validation=foreign_validated,
        validation=validated,
        validation_rows=tuple(of_split[Split.VALIDATION]),
        validation_quality=quality,
        quality_rows=tuple(others),
        test=tested,
        test_rows=tuple(tests),
        corrupted=corrupted,
        choosing=choosing,
        reported=reported,
    )


def _outsiders(store: PassStore, name: str, folder: Path, scans: Sequence[Path], seed: int) -> dict[str, Passes]:
    """Collected kinds, divided between the two uses, and generated kinds."""
    second = name == "reported"
    kinds: dict[str, list[InputPicture]] = {
        kind: [InputPicture(path) for path in files[int(second) :: 2][:COLLECTED_PER_KIND]]
        for kind, files in outsiders.collected(folder).items()
    }
    library = outsiders.crops_of_library_pictures(LIBRARY_CROPS, SEED)[int(second) :: 2]
    images = {**outsiders.made(MADE_PER_KIND, seed), **outsiders.changed(scans, MADE_PER_KIND, seed)}
    images["textures and objects"] = library
    images["other body parts, CT and MR"] = outsiders.test_slices()
    kinds |= {kind: [InputPicture(image) for image in made] for kind, made in images.items()}
    return {kind: store.of(f"{name} {kind}", pictures) for kind, pictures in kinds.items()}


def _changed(change: Change, index: int, image: Image.Image) -> Image.Image:
    return change(image, np.random.default_rng((SEED, index)))


def _corrupted(name: str, index: int, image: Image.Image) -> Image.Image:
    return corrupt(name, image, index)
