"""Read the data set's images exactly as the service reads an upload."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.models.model_file import InputSpec
from app.services.imaging.preprocessing import to_input
from app.services.imaging.reading import Limits, read_scan
from research.pipeline.data.manifest import ImageSource, ManifestRow

_NO_LIMITS = Limits(max_bytes=10**9, max_pixels=10**9)


def path_of(row: ManifestRow, data: Path, unknown_tumors: Path | None) -> Path:
    """The file of an image in the manifest.

    Raises:
        ValueError: the image is a tumor of unrecorded type and no folder for such tumors is given.
    """
    if row.source is not ImageSource.UNKNOWN_TUMORS:
        return data / row.file
    if unknown_tumors is None:
        raise ValueError("the manifest lists tumors of unrecorded type: name their folder with --unknown-tumors")
    return unknown_tumors / row.file


def read_image(path: Path) -> Image.Image:
    """Decode a file as the service does, into 8-bit RGB."""
    with path.open("rb") as file:
        return read_scan(file, _NO_LIMITS).image.convert("RGB")


def read_gray(paths: Sequence[Path], side: int) -> NDArray[np.uint8]:
    """Read images in gray and resize them as the service does: uint8 `[n, side, side]`."""
    spec = InputSpec(height=side, width=side, channels=1)
    pictures = np.empty((len(paths), side, side), np.uint8)

    def read(index: int) -> None:
        pictures[index] = np.rint(to_input(read_image(paths[index]), spec)[0, :, :, 0] * 255)

    with ThreadPoolExecutor() as pool:
        list(pool.map(read, range(len(paths))))
    return pictures
