"""Reads an image file into a scan: upright 8-bit pixels, and facts about the file."""

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from PIL import ExifTags, Image, ImageFile

from app.models.problems import TooLarge
from app.services.imaging.formats import HEAD_BYTES, check_parts, damaged, recognise
from app.services.imaging.pixels import decode_pixels
from app.services.imaging.preprocessing import PREVIEW_SIDE


@dataclass(frozen=True)
class Limits:
    """Files with more bytes and images with more pixels are rejected before decoding."""

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
        format: the format of the file's content, one of `app.services.imaging.formats.ACCEPTED_FORMATS`.
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
        notices: what was ignored while reading, such as further frames.
    """

    image: Image.Image
    facts: ScanFacts
    notices: tuple[Notice, ...] = ()


def check_size(file: BinaryIO, limits: Limits) -> None:
    """Check the number of bytes of a seekable file, and go to its start.

    Raises:
        TooLarge: the file has more bytes than the limits allow.
    """
    size = file.seek(0, os.SEEK_END)
    if size > limits.max_bytes:
        raise TooLarge(
            f"The file has {size:,} bytes; at most {limits.max_bytes:,} are accepted.", limit=limits.max_bytes
        )
    file.seek(0)


def read_scan(file: BinaryIO, limits: Limits) -> Scan:
    """Decode an image file; only the first of several frames.

    Args:
        file: open for reading, seekable.
        limits: checked before decoding.

    Raises:
        UnreadableImage: the file is not an image, or is damaged.
        UnsupportedFormat: the image's format is not accepted.
        TooLarge: the file has more bytes, or the image more pixels, than the limits allow.
    """
    check_size(file, limits)
    format_name = recognise(file.read(HEAD_BYTES))
    check_parts(file, format_name)
    try:
        image = Image.open(file, formats=[format_name.upper()])
    except Exception as error:  # see `damaged`
        raise damaged(format_name) from error
    width, height = image.size
    if width * height > limits.max_pixels:
        raise TooLarge(
            f"The image has {width * height / 1e6:.4g} megapixels ({width} x {height}); "
            f"at most {limits.max_pixels / 1e6:g} are accepted.",
            limit=limits.max_pixels,
        )
    try:
        mode = image.mode
        # Counting the frames would need a walk through the whole file.
        animated = getattr(image, "is_animated", False)
        whole = _reduce(image) if format_name == "JPEG" else None
        plain = decode_pixels(image)
    except Exception as error:
        raise damaged(format_name) from error
    notices = []
    if animated:
        notices.append(Notice("first-frame", "The file contains several frames; only the first was read."))
    return Scan(plain, ScanFacts(*(whole or plain.size), format_name, mode), tuple(notices))


def _reduce(image: ImageFile.ImageFile) -> tuple[int, int]:
    """Make Pillow decode a large JPEG at a fraction of its size, which is fast; returns its full size, upright."""
    width, height = image.size
    image.draft(None, (PREVIEW_SIDE, PREVIEW_SIDE))
    with suppress(Exception):  # damaged EXIF, as in `decode_pixels`
        if image.getexif().get(ExifTags.Base.Orientation, 1) >= 5:
            return height, width
    return width, height
