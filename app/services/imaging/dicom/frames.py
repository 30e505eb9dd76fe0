"""Decodes the frames of a DICOM object, one at a time."""

import struct
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray
from pydicom.encaps import generate_frames
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from app.models.problems import Problem, UnreadableImage, UnsupportedFormat
from app.services.imaging.dicom.header import PixelFormat
from app.services.imaging.dicom.objects import BudgetedFile, DicomObject
from app.services.imaging.dicom.streams import (
    JPEG,
    JPEG_2000,
    JPEG_LS,
    RLE,
    StreamDecoder,
    damaged_frame,
    syntax_name,
)

_SYNTAXES = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    RLE,
    *JPEG,
    *JPEG_LS,
    *JPEG_2000,
)


def decode_frames(
    opened: DicomObject, numbers: Collection[int], decode: StreamDecoder
) -> Iterator[tuple[int, NDArray[np.generic] | Problem]]:
    """Decode some frames, in the order of the file, with at most one in memory.

    Args:
        opened: an object with pixels.
        numbers: of the frames, from 0.
        decode: decodes the code stream of a compressed frame.

    Yields:
        The number, and the stored values `[rows, columns]` or `[rows, columns, 3]` (RGB), or why there are none.

    Raises:
        UnsupportedFormat: the transfer syntax is not accepted, or the layout of the pixels is unknown.
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
                yield number, _decoded(coded, pixels, decode)
            except Problem as problem:
                yield number, problem
            except Exception:  # as decoders of pictures do, those of pydicom raise many kinds
                yield number, damaged_frame(pixels)
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
    if pixels.syntax not in _SYNTAXES:
        raise UnsupportedFormat(
            "The DICOM file is compressed in a way that is not accepted (transfer syntax: "
            f"{syntax_name(pixels.syntax)}). Send it without compression, or as JPEG, JPEG-LS, JPEG 2000 or RLE."
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


def _decoded(coded: bytes, pixels: PixelFormat, decode: StreamDecoder) -> NDArray[np.generic]:
    source, syntax, planar, photometric = coded, pixels.syntax, pixels.planar, pixels.photometric
    if pixels.length is None:
        source, syntax, planar = decode(coded, pixels), str(ExplicitVRLittleEndian), 0
        if pixels.samples == 3 and pixels.syntax != RLE:
            photometric = "RGB"
    options: dict[str, Any] = {
        "rows": pixels.rows,
        "columns": pixels.columns,
        "number_of_frames": 1,
        "samples_per_pixel": pixels.samples,
        "bits_allocated": pixels.bits_allocated,
        "bits_stored": pixels.bits_stored,
        "pixel_representation": int(pixels.signed),
        "photometric_interpretation": photometric,
        "planar_configuration": planar if pixels.samples == 3 else 0,
        "pixel_keyword": "PixelData",
    }
    # The decoder of uncompressed pixels: unused bits, signs and colours.
    values, _ = get_decoder(syntax).as_array(source, index=0, **options)
    return np.asarray(values)
