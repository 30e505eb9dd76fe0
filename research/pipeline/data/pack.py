"""One file with every slice that training and validation read: small pictures, masks and the table of slices.

The file is a ZIP archive with `slices.csv`, `<number>.webp` for each row of the table and `<number>.png` for each mask.
With pictures of 256 pixels it has less than 40 MB and travels to a machine with a graphics card as a whole.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track

from research.pipeline.data.images import read_image
from research.pipeline.data.slices import BR35H, DATA_SET, Slice

_TABLE = "slices.csv"


@dataclass(frozen=True)
class Folders:
    """Where the pictures are.

    Attributes:
        data: the data set in the Kaggle layout.
        unknown_tumors: the tumors of unrecorded type.
        sources: the sources of other hospitals, with `labels.csv`.
    """

    data: Path
    unknown_tumors: Path
    sources: Path

    def path(self, item: Slice, name: str) -> Path:
        """The path of a slice's picture or mask."""
        return {DATA_SET: self.data, BR35H: self.unknown_tumors}.get(item.source, self.sources) / name


@dataclass(frozen=True)
class Pack:
    """The packed slices in memory.

    Attributes:
        slices: the table.
        pictures: for each slice a gray picture in its own proportions, uint8 `[rows, columns]`.
        masks: by number of the slice, the tumor's mask of the picture's size, uint8 0 or 255.
    """

    slices: list[Slice]
    pictures: list[NDArray[np.uint8]]
    masks: dict[int, NDArray[np.uint8]]


def write_pack(slices: Sequence[Slice], folders: Folders, path: Path, side: int, quality: int) -> None:
    """Write slices into one file.

    Args:
        slices: the rows of its table.
        folders: where their pictures are.
        path: the file.
        side: pictures with a longer side are reduced to it, in pixels.
        quality: quality of the WebP compression, 0 to 100.

    Raises:
        OSError: a picture cannot be read.
    """
    table = StringIO()
    writer = csv.DictWriter(table, Slice.model_fields)
    writer.writeheader()
    writer.writerows(item.model_dump(mode="json") for item in slices)
    with ZipFile(path, "w", ZIP_STORED) as archive:
        archive.writestr(_TABLE, table.getvalue())
        for number, item in enumerate(track(slices, description="Packing")):
            image = read_image(folders.path(item, item.file)).convert("L")
            image.thumbnail((side, side), Image.Resampling.BICUBIC)
            archive.writestr(f"{number}.webp", _encoded(image.convert("RGB"), "WEBP", quality=quality, method=4))
            if item.mask:
                with Image.open(folders.path(item, item.mask)) as mask:
                    reduced = mask.convert("L").resize(image.size, Image.Resampling.BOX)
                archive.writestr(f"{number}.png", _encoded(reduced.convert("1", dither=Image.Dither.NONE), "PNG"))


def _encoded(image: Image.Image, form: str, **options: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def read_pack(path: Path) -> Pack:
    """Read a packed file into memory.

    Raises:
        OSError, KeyError, ValueError: the file is missing or is not a packed file.
    """
    slices = read_table(path)
    with ZipFile(path) as archive:
        pictures = [_gray(archive, f"{number}.webp") for number in range(len(slices))]
    return Pack(slices, pictures, read_masks(path))


def read_masks(path: Path) -> dict[int, NDArray[np.uint8]]:
    """Read the masks of a packed file by the number of their slice; see `Pack`.

    Raises:
        OSError, ValueError: the file is missing or is not a packed file.
    """
    with ZipFile(path) as archive:
        masks = [name for name in archive.namelist() if name.endswith(".png")]
        return {int(name.removesuffix(".png")): _gray(archive, name) for name in masks}


def _gray(archive: ZipFile, name: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(archive.read(name))).convert("L"))


def read_table(path: Path) -> list[Slice]:
    """Read what is known of the slices of a packed file, without their pictures.

    Raises:
        OSError, KeyError, ValueError: the file is missing or is not a packed file.
    """
    with ZipFile(path) as archive:
        rows = csv.DictReader(StringIO(archive.read(_TABLE).decode()))
        return [Slice.model_validate(row) for row in rows]
