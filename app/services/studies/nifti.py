"""Reads NIfTI volumes slice by slice, with the orientation that their affine states."""

import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import nibabel
import numpy as np
from nibabel.fileholders import FileHolder
from numpy.typing import NDArray

from app.models.problems import Problem, UnreadableImage, UnsupportedFormat
from app.services.imaging.bounds import check_shape
from app.services.imaging.dicom.header import AcquisitionTags, Frame, Header, PixelFormat
from app.services.imaging.inflating import inflated
from app.services.imaging.reading import Limits, check_size

_GZIP = b"\x1f\x8b"
_MAX_SLICES = 2000
# From this ratio of the largest voxel side to the next, slices are across the largest.
_THICK = 1.2
# NIfTI's axes point to the right, the front and the head; DICOM's to the left, the back and the head.
_TO_DICOM = np.diag([-1.0, -1.0, 1.0])


@dataclass(frozen=True)
class Volume:
    """An opened volume.

    Attributes:
        header: as a DICOM object of its slices would have it.
        frames: the stored values of some slices.
    """

    header: Header
    frames: Callable[[Collection[int]], Iterator[tuple[int, NDArray[np.generic] | Problem]]]


def is_nifti(head: bytes) -> bool:
    """Whether a file is a NIfTI volume, compressed or not, from its first 1,024 bytes."""
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 400)
        except zlib.error:
            return False
    return head[344:348] == b"n+1\0" or head[4:8] == b"n+2\0"


def open_volume(file: BinaryIO, limits: Limits) -> Volume:
    """Read the header of a NIfTI volume in one file (`.nii`, `.nii.gz`).

    Raises:
        TooLarge: the file has, or unpacks to, too many bytes.
        UnreadableImage: the volume is damaged.
        UnsupportedFormat: it has several time points or channels, or no numbers of a known type.
    """
    check_size(file, limits)
    plain = _unpacked(file, limits) if file.read(2) == _GZIP else file
    plain.seek(0)
    [size] = struct.unpack("<i", plain.read(4))
    kind: Any = nibabel.Nifti1Image if size in (348, struct.unpack("<i", struct.pack(">i", 348))[0]) else None
    kind = kind or nibabel.Nifti2Image
    plain.seek(0)
    try:
        holder: Any = FileHolder(fileobj=cast(Any, plain))
        image = kind.from_file_map({"header": holder, "image": holder})
        shape = tuple(map(int, image.shape))
        dtype = image.get_data_dtype()
        affine = np.asarray(image.affine, np.float64)
        stated = bool(image.header["qform_code"]) or bool(image.header["sform_code"])
    except Exception as error:  # its parser raises many kinds
        raise UnreadableImage("The NIfTI volume is damaged. Send it again.") from error
    if len(shape) < 3 or any(each != 1 for each in shape[3:]):
        raise UnsupportedFormat(
            f"The NIfTI volume has the shape {shape}; one volume of three dimensions is needed, not a time series."
        )
    if dtype.kind not in "iuf":
        raise UnsupportedFormat("The NIfTI volume holds no plain numbers. Send one of integers or floats.")
    if not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-9:
        raise UnreadableImage("The orientation of the NIfTI volume (its affine) is damaged.")
    if max(shape[:3]) > _MAX_SLICES or min(shape[:3]) < 1:
        raise UnsupportedFormat(f"The NIfTI volume has the shape {shape}; at most {_MAX_SLICES:,} voxels per side.")
    check_shape((max(shape[:3]), sorted(shape[:3])[1]), limits.max_pixels)
    header, axes = _header(shape, affine, dtype, stated=stated)
    proxy = image.dataobj

    def frames(numbers: Collection[int]) -> Iterator[tuple[int, NDArray[np.generic] | Problem]]:
        for number in sorted(numbers):
            yield number, _slice(proxy, len(shape), axes, number)

    return Volume(header, frames)


def _slice(proxy: Any, dimensions: int, axes: tuple[int, int, int], number: int) -> NDArray[np.generic] | Problem:
    rows, columns, across = axes
    index: list[slice | int] = [slice(None)] * 3 + [0] * (dimensions - 3)
    index[across] = number
    try:
        values = np.asarray(proxy[tuple(index)])
    except Exception:  # as above: the file is cut off
        return UnreadableImage(f"The NIfTI volume is cut off: slice {number + 1} is missing.")
    return values if rows < columns else values.T


def _header(
    shape: tuple[int, ...], affine: NDArray[np.float64], dtype: np.dtype[Any], *, stated: bool
) -> tuple[Header, tuple[int, int, int]]:
    """The header, and the axes of rows, columns and slices."""
    directions = _TO_DICOM @ affine[:3, :3]
    sides = np.linalg.norm(directions, axis=0)
    order = np.argsort(sides)
    thick = sides[order[2]] > _THICK * sides[order[1]]
    # Of voxels with equal sides, axial slices.
    across = int(order[2]) if thick else int(np.abs(directions[2] / sides).argmax())
    rows, columns = (axis for axis in range(3) if axis != across)
    units = directions / sides
    cosines = (*units[:, columns].tolist(), *units[:, rows].tolist())
    origin = _TO_DICOM @ affine[:3, 3]
    frames = tuple(
        Frame(
            number=number,
            orientation=cosines if stated else None,
            position=tuple((origin + number * directions[:, across]).tolist()),
            spacing=(float(sides[rows]), float(sides[columns])),
            slope=1.0,
            intercept=0.0,
            window=None,
            function="LINEAR",
            kind=(),
            echo_time=None,
        )
        for number in range(shape[across])
    )
    pixels = PixelFormat(
        rows=shape[rows],
        columns=shape[columns],
        samples=1,
        bits_allocated=dtype.itemsize * 8,
        bits_stored=dtype.itemsize * 8,
        signed=dtype.kind != "u",
        planar=0,
        photometric="MONOCHROME2",
        syntax="",
        frames=len(frames),
        start=0,
        length=0,
        cut_off=False,
    )
    header = Header(
        series="",
        study="",
        series_number=None,
        instance_number=None,
        acquisition=_UNKNOWN,
        pixels=pixels,
        padding=None,
        gray_table=None,
        palette=None,
        kind=(),
        encrypted=False,
        frames=frames,
        complete=False,
    )
    return header, (rows, columns, across)


_UNKNOWN = AcquisitionTags(
    modality="",
    storage="",
    body_part="",
    description="",
    contrast_word="",
    techniques=frozenset(),
    component="",
    agent=False,
    echo_time=None,
    repetition_time=None,
    inversion_time=None,
    flip_angle=None,
    phantom=False,
    burnt_in=False,
)


def _unpacked(file: BinaryIO, limits: Limits) -> BinaryIO:
    """The content of a gzip file.

    Raises:
        TooLarge: it has too many bytes.
        UnreadableImage: the file is damaged.
    """
    file.seek(0)
    try:
        return inflated(file, zlib.MAX_WBITS | 16, limits, "NIfTI volume")
    except zlib.error as error:
        raise UnreadableImage("The compressed NIfTI volume is damaged. Send it again.") from error
