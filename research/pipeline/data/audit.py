"""Find copies among the images of the data set, and split it without separating copies.

Exact copies have the same decoded pixels. The fingerprint of `app.services.imaging.fingerprints` finds near copies: the
same picture at another size, quality, brightness or contrast. Mirrored and upside-down copies count too, because the
data set was augmented with flips before it was divided.
"""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pydantic import BaseModel, Field
from rich.progress import track

from app.models.classes import CLASSES
from app.services.imaging.fingerprints import MAX_DISTANCE, ORIENTATIONS, difference_hashes
from research.pipeline.data.manifest import UNKNOWN_TUMOR, ImageSource, ManifestRow, Split

# Images whose label is visibly wrong, with the reason; found among the mistakes on the validation split.
DISPUTED_LABELS = Path(__file__).with_name("disputed_labels.csv")
HEAD_CT = Path(__file__).with_name("head_ct.csv")
VALIDATION_SHARE = 0.08
UNKNOWN_TEST_IMAGES = 300
UNKNOWN_VALIDATION_IMAGES = 100

_SHEET_DISTANCES = (0, 3, 6, 9, 11, 13, 15, 19, 24)
_SHEET_PAIRS = 6
_SHEET_PIXELS = 128


@dataclass(frozen=True)
class Picture:
    """An image file of the data set."""

    path: Path
    file: str
    source: ImageSource
    label: str


@dataclass(frozen=True)
class Pairs:
    """Pairs of images whose hashes are close.

    Attributes:
        first, second: int `[n]`, indices into the list of pictures, first < second.
        distance: int `[n]`, number of differing bits, 0 to 256.
        orientation: int `[n]`, orientation of the second, an index into `ORIENTATIONS`.
    """

    first: NDArray[np.int_]
    second: NDArray[np.int_]
    distance: NDArray[np.int_]
    orientation: NDArray[np.int_]

    def up_to(self, distance: int, *, upright: bool = False) -> list[tuple[int, int]]:
        """The pairs that differ in at most `distance` bits; with `upright` only those of equal orientation."""
        close = self.distance <= distance
        if upright:
            close &= self.orientation == 0
        return list(zip(self.first[close].tolist(), self.second[close].tolist(), strict=True))


class AuditReport(BaseModel):
    """Results of the audit."""

    images: dict[ImageSource, int] = Field(description="Images of each source.")
    exact_copies: int = Field(description="Images with the same decoded pixels as an earlier image.")
    max_distance: int = Field(description="Largest number of differing bits of near copies, of 256.")
    groups: int = Field(description="Groups of copies, including single images.")
    largest_group: int
    test_images_with_copy_in_training: dict[str, int] = Field(description="In the official test part, by class.")
    test_images_with_upright_copy_in_training: dict[str, int] = Field(
        description="The same without mirrored and upside-down copies."
    )
    test_images: dict[str, int] = Field(description="All images of the official test part, by class.")
    by_max_distance: dict[int, int] = Field(
        description="Test images with a copy in the training part, for other largest distances."
    )
    label_conflicts: list[tuple[str, str]] = Field(description="Near copies with different classes.")
    disputed_labels: dict[str, str] = Field(description="Images whose label is visibly wrong, and the reason.")
    disputed: dict[Split, dict[str, int]] = Field(
        description="Images of each split, by class, in a group with such a label or conflict."
    )
    head_ct: dict[Split, dict[str, int]] = Field(description="Images of each split that are CT, by class.")
    splits: dict[Split, dict[str, int]] = Field(description="Images of each split, by class.")


def find_pictures(data: Path, unknown_tumors: Path | None) -> list[Picture]:
    """List the images of the data set (Kaggle layout) and, if given, the tumors of unrecorded type.

    Raises:
        FileNotFoundError: a folder of the layout is missing.
    """
    pictures = []
    for folder, source in (("Training", ImageSource.TRAINING), ("Testing", ImageSource.TESTING)):
        for label in CLASSES:
            for path in sorted((data / folder / label).iterdir()):
                pictures.append(Picture(path, path.relative_to(data).as_posix(), source, label))
    if unknown_tumors:
        for path in sorted(unknown_tumors.iterdir()):
            pictures.append(Picture(path, path.name, ImageSource.UNKNOWN_TUMORS, UNKNOWN_TUMOR))
    return pictures


def fingerprint(path: Path) -> tuple[str, NDArray[np.uint64]]:
    """The hash of an image's decoded pixels, and its difference hash in each orientation, uint64 `[4, words]`."""
    with Image.open(path) as image:
        gray = image.convert("L")
    exact = hashlib.sha256(repr(gray.size).encode() + gray.tobytes()).hexdigest()
    return exact, difference_hashes(gray)


def close_pairs(hashes: NDArray[np.uint64], distance: int) -> Pairs:
    """All pairs of images that differ in at most `distance` bits, the second in its best orientation.

    Args:
        hashes: difference hashes of all images, uint64 `[n, orientations, words]`.
        distance: largest number of differing bits.
    """
    found: list[tuple[NDArray[np.int_], ...]] = []
    for index in track(range(len(hashes)), description="Comparing"):
        differing = np.bitwise_count(hashes[index + 1 :] ^ hashes[index, 0]).sum(axis=2, dtype=np.int_)
        best = differing.argmin(axis=1)
        least = differing[np.arange(len(best)), best]
        close = np.flatnonzero(least <= distance)
        found.append((np.full(len(close), index), index + 1 + close, least[close], best[close]))
    return Pairs(*(np.concatenate(column) for column in zip(*found, strict=True)))


def group(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Number the connected groups of `count` items: for each item the number of its group."""
    parents = list(range(count))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    for first, second in pairs:
        parents[root(second)] = root(first)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(root(index), len(numbers)) for index in range(count)]


def assign_splits(pictures: Sequence[Picture], groups: Sequence[int], seed: int) -> list[Split]:
    """The split of each image; a group of copies is never divided between training and validation.

    The official test part stays the test split. In each class of the official training part, groups are drawn for
    validation until they contain 8 % of its images. Tumors of unrecorded type have their own test and validation
    splits, drawn from groups without other images; a tumor with a copy in the training part follows that copy.
    """
    rng = np.random.default_rng(seed)
    members: dict[int, list[int]] = defaultdict(list)
    for index, number in enumerate(groups):
        members[number].append(index)
    splits = [Split.TEST if picture.source is ImageSource.TESTING else Split.TRAIN for picture in pictures]

    def draw(candidates: Iterable[int], wanted: int, split: Split, source: ImageSource) -> set[int]:
        """Assign whole groups to a split until it has `wanted` images; returns the groups."""
        drawn: set[int] = set()
        shuffled = rng.permutation(sorted(candidates)).tolist()
        for number in shuffled:
            images = [index for index in members[number] if pictures[index].source is source]
            if len(images) > wanted:
                continue
            wanted -= len(images)
            drawn.add(number)
            for index in members[number]:
                if pictures[index].source is not ImageSource.TESTING:
                    splits[index] = split
        return drawn

    def groups_of(source: ImageSource, label: str) -> set[int]:
        return {
            number
            for number, picture in zip(groups, pictures, strict=True)
            if (picture.source, picture.label) == (source, label)
        }

    training = [picture.label for picture in pictures if picture.source is ImageSource.TRAINING]
    in_training: set[int] = set()
    for label in CLASSES:
        candidates = groups_of(ImageSource.TRAINING, label)
        draw(
            candidates - in_training,
            round(VALIDATION_SHARE * training.count(label)),
            Split.VALIDATION,
            ImageSource.TRAINING,
        )
        in_training |= candidates
    free = groups_of(ImageSource.UNKNOWN_TUMORS, UNKNOWN_TUMOR) - in_training
    free -= draw(free, UNKNOWN_TEST_IMAGES, Split.TEST, ImageSource.UNKNOWN_TUMORS)
    draw(free, UNKNOWN_VALIDATION_IMAGES, Split.VALIDATION, ImageSource.UNKNOWN_TUMORS)
    return splits


def read_disputed_labels() -> dict[str, str]:
    """The reason by file, for the images whose label is visibly wrong."""
    with DISPUTED_LABELS.open(newline="") as file:
        return {row["file"]: row["reason"] for row in csv.DictReader(file)}


def read_head_ct() -> set[str]:
    """The images that are head CT, one of each group of copies. They were looked for and confirmed by eye."""
    with HEAD_CT.open(newline="") as file:
        return {row["file"] for row in csv.DictReader(file)}


def audit(
    data: Path,
    unknown_tumors: Path | None,
    disputed_labels: dict[str, str],
    head_ct: Set[str],
    sheet: Path,
    seed: int,
) -> tuple[list[ManifestRow], AuditReport]:
    """Fingerprint every image, group the copies, split the data, and draw a sheet of pairs to check the threshold.

    Args:
        data: the data set in the Kaggle layout.
        unknown_tumors: folder of tumors of unrecorded type.
        disputed_labels: the reason by file, for images whose label is visibly wrong.
        head_ct: images that are CT; their copies are CT too.
        sheet: file for the picture of pairs. It shows images of the data set and must not be published.
        seed: seed of the split.
    """
    pictures = find_pictures(data, unknown_tumors)
    exact, hashes = zip(
        *(fingerprint(picture.path) for picture in track(pictures, description="Fingerprints")), strict=True
    )
    pairs = close_pairs(np.array(hashes), max(_SHEET_DISTANCES))
    close = pairs.up_to(MAX_DISTANCE)
    groups = group(len(pictures), close)
    upright_groups = group(len(pictures), pairs.up_to(MAX_DISTANCE, upright=True))
    splits = assign_splits(pictures, groups, seed)
    in_training = _groups_in_training(pictures, groups)
    conflicts = [
        (first, second)
        for first, second in close
        if pictures[first].label != pictures[second].label
        and UNKNOWN_TUMOR not in (pictures[first].label, pictures[second].label)
    ]
    disputed = {groups[first] for first, _ in conflicts}
    disputed |= {number for number, picture in zip(groups, pictures, strict=True) if picture.file in disputed_labels}
    ct = {number for number, picture in zip(groups, pictures, strict=True) if picture.file in head_ct}
    rows = [
        ManifestRow(
            file=picture.file,
            source=picture.source,
            label=picture.label,
            group=number,
            split=split,
            has_copy_in_training=picture.source is not ImageSource.TRAINING and number in in_training,
            disputed=number in disputed,
            ct=number in ct,
        )
        for picture, number, split in zip(pictures, groups, splits, strict=True)
    ]
    report = AuditReport(
        images=Counter(picture.source for picture in pictures),
        exact_copies=len(exact) - len(set(exact)),
        max_distance=MAX_DISTANCE,
        groups=len(set(groups)),
        largest_group=max(Counter(groups).values()),
        test_images_with_copy_in_training=_by_label(row for row in _test_rows(rows) if row.has_copy_in_training),
        test_images_with_upright_copy_in_training=_by_label(
            row for row, copied in zip(rows, _copied(pictures, upright_groups), strict=True) if copied
        ),
        test_images=_by_label(_test_rows(rows)),
        by_max_distance={
            distance: sum(_copied(pictures, group(len(pictures), pairs.up_to(distance))))
            for distance in range(0, MAX_DISTANCE + 7, 2)
        },
        label_conflicts=[(pictures[first].file, pictures[second].file) for first, second in conflicts],
        disputed_labels=disputed_labels,
        disputed={split: _by_label(row for row in rows if row.split is split and row.disputed) for split in Split},
        head_ct={split: _by_label(row for row in rows if row.split is split and row.ct) for split in Split},
        splits={split: _by_label(row for row in rows if row.split is split) for split in Split},
    )
    _draw_sheet(pictures, pairs, sheet)
    return rows, report


def _groups_in_training(pictures: Sequence[Picture], groups: Sequence[int]) -> set[int]:
    return {number for number, picture in zip(groups, pictures, strict=True) if picture.source is ImageSource.TRAINING}


def _copied(pictures: Sequence[Picture], groups: Sequence[int]) -> list[bool]:
    """Whether each picture is in the official test part and has a copy in the training part."""
    in_training = _groups_in_training(pictures, groups)
    return [
        picture.source is ImageSource.TESTING and number in in_training
        for number, picture in zip(groups, pictures, strict=True)
    ]


def _test_rows(rows: Iterable[ManifestRow]) -> Iterator[ManifestRow]:
    return (row for row in rows if row.source is ImageSource.TESTING)


def _by_label(rows: Iterable[ManifestRow]) -> dict[str, int]:
    return dict(sorted(Counter(row.label for row in rows).items()))


def _draw_sheet(pictures: Sequence[Picture], pairs: Pairs, path: Path) -> None:
    """Draw some pairs of each range of distances side by side, with their distance and classes."""
    rng = np.random.default_rng(0)
    width, height = 2 * _SHEET_PIXELS + 8, _SHEET_PIXELS + 16
    bands = [(least, next_least - 1) for least, next_least in pairwise((*_SHEET_DISTANCES, _SHEET_DISTANCES[-1] + 1))]
    sheet = Image.new("L", (width * _SHEET_PAIRS, height * len(bands)))
    pen = ImageDraw.Draw(sheet)
    for row, (least, greatest) in enumerate(bands):
        found = np.flatnonzero((pairs.distance >= least) & (pairs.distance <= greatest))
        for column, pair in enumerate(rng.permutation(found)[:_SHEET_PAIRS].tolist()):
            x, y = column * width, row * height
            first, second = pictures[pairs.first[pair]], pictures[pairs.second[pair]]
            pen.text(
                (x, y),
                f"{pairs.distance[pair]} {first.label} {second.label} {ORIENTATIONS[pairs.orientation[pair]]}",
                fill=255,
            )
            for offset, picture in ((0, first), (_SHEET_PIXELS, second)):
                with Image.open(picture.path) as image:
                    sheet.paste(image.convert("L").resize((_SHEET_PIXELS, _SHEET_PIXELS)), (x + offset, y + 14))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)
