"""Reads an image file into a scan: upright 8-bit pixels, and facts about the file."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from PIL import ExifTags, Image, ImageFile

from app.models.problems import OutOfMemory, Problem, TooLarge
from app.services.imaging.bitmap import Bitmap
from app.services.imaging.bounds import check_image, check_samples, check_shape, check_tile
from app.services.imaging.chunks import essential_chunks
from app.services.imaging.formats import DICOM, HEAD_BYTES, check_parts, damaged, recognise
from app.services.imaging.pixels import decode_pixels, decode_samples
from app.services.imaging.preprocessing import PREVIEW_SIDE
from app.services.imaging.samples import PERCENTILES, Decoded
from app.services.imaging.tiff import Layout, read_directory


@dataclass(frozen=True)
class Limits:
    """Files with more bytes and images with more pixels are rejected before decoding; see also `bounds`."""

    max_bytes: int
    max_pixels: int


@dataclass(frozen=True)
class Notice:
    """Something a reader of the result should know: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class ScanFacts:
    """Facts about an image file, part of every answer.

    Attributes:
        width, height: full size in pixels, upright.
        format: the format of the file's content, one of `app.services.imaging.formats.ACCEPTED_FORMATS`; `tensor` for
            an input of the network that came without a file.
        mode: how the file stores a pixel, as Pillow names it (`L`, `I;16`, `CMYK`, …).
    """

    width: int
    height: int
    format: str
    mode: str


@dataclass(frozen=True)
class Scan:
    """A decoded image.

    Attributes:
        image: upright, 8-bit, mode `L` where every pixel is gray and `RGB` otherwise. A large JPEG is decoded at a
            half, a quarter or an eighth of its size, with a shorter side of at least `PREVIEW_SIDE`.
        facts: about the file.
        notices: what was ignored or changed while reading, such as further frames.
    """

    image: Image.Image
    facts: ScanFacts
    notices: tuple[Notice, ...] = ()


Reader: TypeAlias = Callable[[BinaryIO, Limits], Scan]
"""`read_scan`, or that of a `Decoder`, which is for files of strangers."""


def check_size(file: BinaryIO, limits: Limits) -> None:
    """Check the number of bytes of a seekable file, and go to its start.

    Raises:
        TooLarge: the file has more bytes than the limits allow.
    """
    size = file.seek(0, os.SEEK_END)
    if size > limits.max_bytes:
        raise too_many_bytes(size, limits)
    file.seek(0)


def too_many_bytes(size: int, limits: Limits) -> TooLarge:
    """The error for a file of too many bytes."""
    return TooLarge(f"The file has {size:,} bytes; at most {limits.max_bytes:,} are accepted.", limit=limits.max_bytes)


def read_scan(file: BinaryIO, limits: Limits) -> Scan:
    """Decode an image file; only the first of several frames, and the middle one of a DICOM object.

    Args:
        file: open for reading, seekable.
        limits: checked before decoding.

    Raises:
        UnreadableImage: the file is not an image, or is damaged.
        UnsupportedFormat: the image's format is not accepted.
        TooLarge: the file has more bytes, or the image more pixels, than the limits allow, or it would take too much
            memory.
        OutOfMemory: there is no memory for it at the moment.
    """
    check_size(file, limits)
    format_name = recognise(file.read(HEAD_BYTES))
    if format_name == DICOM:
        # Lazy import: the libraries are an extra, and take half a second.
        from app.services.imaging.dicom.scan import read_dicom

        return read_dicom(file, limits)
    check_parts(file, format_name)
    try:
        return _decode(essential_chunks(file) if format_name == "PNG" else file, format_name, limits)
    except Exception as error:
        raise _problem(error, format_name) from error


def _problem(error: Exception, format_name: str) -> Problem:
    """What an exception of a decoder means; see `damaged`."""
    if isinstance(error, Problem):
        return error
    # Pillow's own decoders report it as an OSError.
    if isinstance(error, MemoryError) or "out of memory" in str(error):
        return OutOfMemory.now()
    return damaged(format_name)


def _decode(file: BinaryIO, format_name: str, limits: Limits) -> Scan:
    """Decode a file of a known format; raises any exception if it is damaged."""
    if format_name == "TIFF":
        directory = read_directory(file)
        layout = Layout.of(directory)
        if layout:
            check_samples(layout, limits.max_pixels)
            decoded = decode_samples(layout.read(file), directory.get(ExifTags.Base.Orientation, 1))
            return _scan(decoded, ScanFacts(*layout.upright_size, format_name, layout.mode), directory.next != 0)
        check_tile(directory, limits.max_pixels)
    if format_name == "BMP" and (bitmap := Bitmap.of(file)):
        check_shape(bitmap.size, limits.max_pixels)
        return _scan(decode_samples(bitmap.read(file), 1), ScanFacts(*bitmap.size, format_name, bitmap.mode), False)
    file.seek(0)
    image = Image.open(file, formats=[format_name.upper()])
    check_image(image, limits.max_pixels)
    mode = image.mode
    # Counting the frames would need a walk through the whole file.
    animated = getattr(image, "is_animated", False)
    whole = _reduce(image) if format_name == "JPEG" else None
    decoded = decode_pixels(image)
    return _scan(decoded, ScanFacts(*(whole or decoded.image.size), format_name, mode), animated)


def _scan(decoded: Decoded, facts: ScanFacts, animated: bool) -> Scan:
    notices = []
    if animated:
        notices.append(Notice("first-frame", "The file contains several frames; only the first was read."))
    if decoded.window:
        low, high = decoded.window
        notices.append(
            Notice(
                "scaled",
                f"The file stores more than 8 bits per pixel and channel. Its values were scaled so that {low:.6g} is "
                f"black and {high:.6g} is white: the percentiles {PERCENTILES[0]:g} and {PERCENTILES[1]:g} of the "
                "values that are neither padding nor burnt-in text. To set the window yourself, export with 8 bits.",
            )
        )
    return Scan(decoded.image, facts, tuple(notices))


def _reduce(image: ImageFile.ImageFile) -> tuple[int, int]:
    """Make Pillow decode a large JPEG at a fraction of its size, which is fast; returns its full size, upright."""
    width, height = image.size
    image.draft(None, (PREVIEW_SIDE, PREVIEW_SIDE))
    with suppress(Exception):  # damaged EXIF, as in `decode_pixels`
        if image.getexif().get(ExifTags.Base.Orientation, 1) >= 5:
            return height, width
    return width, height
