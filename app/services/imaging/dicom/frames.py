"""Decodes the frames of a DICOM object, one at a time."""

import struct
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGExtended12Bit, RLELossless

from app.models.problems import Problem, UnreadableImage, UnsupportedFormat
from app.services.imaging.dicom.header import PixelFormat
from app.services.imaging.dicom.jpeg12 import decode_12_bits
from app.services.imaging.dicom.objects import BudgetedFile, DicomObject
from app.services.imaging.dicom.rle import decode_rle
from app.services.imaging.formats import DICOM, damaged

# Scans of a progressive JPEG; see `app.services.imaging.formats`.
_MOST_SCANS = 100
# Markers: start of a frame in JPEG and JPEG-LS, and the size in JPEG 2000.
_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0), 0xF7)
_SIZE = b"\xff\x4f\xff\x51"
# The last marker of JPEG, JPEG-LS and JPEG 2000.
_END, _PADDING = b"\xff\xd9", 16
# JPEG 2000 and HTJ2K, whose decoder in GDCM is older.
_WITH_OPENJPEG = tuple(f"1.2.840.10008.1.2.4.{number}" for number in (90, 91, 201, 202, 203))


def decode_frames(opened: DicomObject, numbers: Collection[int]) -> Iterator[tuple[int, NDArray[np.generic] | Problem]]:
    """Decode some frames, in the order of the file, with at most one in memory.

    Args:
        opened: an object with pixels.
        numbers: of the frames, from 0.

    Yields:
        The number, and the stored values `[rows, columns]` or `[rows, columns, 3]` (RGB), or why there are none.

    Raises:
        UnsupportedFormat: no installed library decodes the transfer syntax, or the layout of the pixels is unknown.
    """
    pixels = opened.header.pixels
    assert pixels is not None
    _check_layout(pixels)
    wanted = set(numbers)
    # Where the fragments are damaged, nothing after them can be found.
    with suppress(struct.error, ValueError, EOFError, OSError):
        for number, coded in _coded_frames(opened.content, pixels, wanted):
            if number not in wanted:
                continue
            wanted.discard(number)
            try:
                yield number, _decoded(coded, pixels)
            except Problem as problem:
                yield number, problem
            except Exception:  # see `damaged`
                yield number, damaged(DICOM)
            if not wanted:
                return
    for number in sorted(wanted):
        yield number, UnreadableImage(f"The DICOM file is cut off: frame {number + 1} of {pixels.frames} is missing.")


def _check_layout(pixels: PixelFormat) -> None:
    allowed = pixels.bits_allocated in (8, 16, 32) and pixels.samples in (1, 3)
    if not allowed or not 1 <= pixels.bits_stored <= pixels.bits_allocated:
        raise UnsupportedFormat(
            f"The DICOM file stores {pixels.samples} samples of {pixels.bits_stored} in {pixels.bits_allocated} bits "
            "per pixel; 1 or 3 samples of 8, 16 or 32 bits are accepted."
        )
    try:
        available = get_decoder(pixels.syntax).is_available
    except NotImplementedError:
        available = False
    if not available:
        name = UID(pixels.syntax).name if pixels.syntax.startswith("1.2.840.10008.") else "unknown"
        raise UnsupportedFormat(
            f"The DICOM file is compressed in a way that is not accepted (transfer syntax: {name}). Send it without "
            "compression, or as JPEG, JPEG-LS, JPEG 2000 or RLE."
        )


def _coded_frames(content: BinaryIO, pixels: PixelFormat, wanted: set[int]) -> Iterator[tuple[int, bytes]]:
    content.seek(pixels.start)
    if pixels.length is None:
        budgeted = cast(BinaryIO, BudgetedFile(content))
        order = "<" if UID(pixels.syntax).is_little_endian else ">"
        yield from enumerate(generate_frames(budgeted, number_of_frames=pixels.frames, endianness=order))
        return
    bits = pixels.frame_bits
    for number in sorted(wanted):
        if (number + 1) * bits // 8 > pixels.length:
            return
        content.seek(pixels.start + number * bits // 8)
        coded = content.read(bits // 8)
        if len(coded) < bits // 8:
            return
        yield number, coded


def _decoded(coded: bytes, pixels: PixelFormat) -> NDArray[np.generic]:
    plugin, source, syntax, planar = "", coded, pixels.syntax, pixels.planar
    if syntax == RLELossless:
        source, syntax, planar = decode_rle(coded, pixels), ExplicitVRLittleEndian, 0
    elif pixels.length is None:
        _check_coded(coded, pixels)
        source = encapsulate([coded])
        if syntax == JPEGExtended12Bit and pixels.samples == 1 and pixels.bits_allocated == 16:
            return decode_12_bits(coded, pixels)
        plugin = "pylibjpeg" if syntax in _WITH_OPENJPEG else "gdcm"
    options: dict[str, Any] = {
        "rows": pixels.rows,
        "columns": pixels.columns,
        "number_of_frames": 1,
        "samples_per_pixel": pixels.samples,
        "bits_allocated": pixels.bits_allocated,
        "bits_stored": pixels.bits_stored,
        "pixel_representation": int(pixels.signed),
        "photometric_interpretation": pixels.photometric,
        "planar_configuration": planar if pixels.samples == 3 else 0,
        "pixel_keyword": "PixelData",
    }
    values, _ = get_decoder(syntax).as_array(source, index=0, decoding_plugin=plugin, **options)
    return np.asarray(values)


def _check_coded(coded: bytes, pixels: PixelFormat) -> None:
    """Check that decoding gives no more than a frame of the stated size.

    Raises:
        UnreadableImage: it does, or its size cannot be found.
    """
    # One byte of padding, or few.
    if _END not in coded[-_PADDING:]:
        raise UnreadableImage("The DICOM file is damaged: the compressed pixels of a frame are cut off. Send it again.")
    if coded_size(coded) != (pixels.rows, pixels.columns) or coded.count(b"\xff\xda") > _MOST_SCANS:
        raise UnreadableImage(
            "The DICOM file is damaged: its compressed pixels have another size than its header says."
        )


def coded_size(coded: bytes) -> tuple[int, int] | None:
    """Rows and columns of a JPEG, JPEG-LS or JPEG 2000 code stream; None if they cannot be found."""
    start = coded.find(_SIZE)
    if 0 <= start < 2048 and len(coded) >= start + 24:
        width, height, left, top = (int.from_bytes(coded[start + at : start + at + 4]) for at in (8, 12, 16, 20))
        return height - top, width - left
    position = 2
    while coded[position : position + 1] == b"\xff" and len(coded) >= position + 9:
        marker = coded[position + 1]
        if marker in _FRAMES:
            height, width = (int.from_bytes(coded[position + at : position + at + 2]) for at in (5, 7))
            return height, width
        position += 1 if marker == 0xFF else 2 + int.from_bytes(coded[position + 2 : position + 4])
    return None
