"""Image files of every format, made from pixels."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont


def encode(image: Image.Image, format_name: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


def copies(jpeg: bytes) -> Iterator[bytes]:
    """Files with the pixels of a JPEG file and different bytes: each has its number as a comment."""

    def copy(number: int) -> bytes:
        return jpeg[:2] + b"\xff\xfe\x00\x06" + struct.pack(">I", number) + jpeg[2:]

    # Unlike a generator, `map` can be used by several threads.
    return map(copy, count())


def png16(values: NDArray[np.uint16]) -> bytes:
    """A 16-bit PNG of `[h, w, channels]`: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA. Pillow can write only gray."""
    height, width, channels = values.shape
    colour_type = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def empty_png(width: int, height: int) -> bytes:
    """A PNG with a size in its header and no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def tiff16(values: NDArray[np.uint16]) -> bytes:
    """An uncompressed little-endian 16-bit RGB TIFF of `[h, w, 3]`."""
    height, width, _ = values.shape
    data = values.astype("<u2").tobytes()
    behind_directory = 8 + 2 + 9 * 12 + 4
    entries = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, 3, behind_directory),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, behind_directory + 6),
        (277, 3, 1, 3),
        (278, 3, 1, height),
        (279, 4, 1, len(data)),
    ]
    return _tiff(entries) + struct.pack("<HHH", 16, 16, 16) + data


def striped_tiff(strips: int, next_directory: int = 0) -> bytes:
    """A gray TIFF, one pixel wide, whose strips of one pixel all point to the same byte."""
    entries = [
        (256, 4, 1, 1),
        (257, 4, 1, strips),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, strips, 8 + 2 + 8 * 12 + 4),
        (277, 3, 1, 1),
        (278, 4, 1, 1),
    ]
    return _tiff(entries, next_directory) + struct.pack("<I", 8) * strips


def _tiff(entries: list[tuple[int, int, int, int]], next_directory: int = 0) -> bytes:
    """A little-endian TIFF up to the end of its first directory."""
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", next_directory)


def text_page() -> bytes:
    """An image of a printed page."""
    page = Image.new("RGB", (600, 700), "white")
    lines = "\n".join(["The quick brown fox jumps over the lazy dog, and on it goes."] * 24)
    ImageDraw.Draw(page).multiline_text((30, 30), lines, "black", ImageFont.load_default(18))
    return encode(page, "PNG")
