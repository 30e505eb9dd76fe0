"""Image files of every format, made from pixels."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import count
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile

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


def with_chunks(png: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """A PNG with chunks before and after its pixels."""
    start, end = png.index(b"IDAT") - 4, png.index(b"IEND") - 4
    return png[:start] + before + png[start:end] + after + png[end:]


def bmp(
    rows: NDArray[np.generic] | bytes,
    size: tuple[int, int],
    bits: int,
    *,
    masks: tuple[int, int, int, int] | None = None,
    palette: tuple[int, ...] = (),
    compression: int = 0,
    header: int = 40,
    downwards: bool = False,
) -> bytes:
    """A BMP of rows of any number of bits for a pixel.

    Args:
        rows: the rows as stored, from top to bottom; or all bytes, as they are.
        size: width and height.
        bits: of a pixel.
        masks: of red, green, blue and opacity.
        palette: grays.
        compression: 0 none, 1 and 2 runs, 3 three masks, 6 four masks.
        header: bytes of the header without masks that follow it, 40 or 56 and more.
        downwards: whether the top row is the first in the file.
    """
    if not isinstance(rows, bytes):
        octets = np.ascontiguousarray(rows if downwards else rows[::-1]).view(np.uint8)
        rows = np.pad(octets, ((0, 0), (0, -octets.shape[1] % 4))).tobytes()
    width, height = size[0], -size[1] if downwards else size[1]
    head = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(rows), 0, 0, len(palette), 0)
    if masks:
        head += struct.pack("<4I", *masks)[: 12 if header == 40 and compression == 3 else 16]
    head = head.ljust(header, b"\0") + b"".join(bytes([gray] * 3 + [0]) for gray in palette)
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(rows), 0, 0, 14 + len(head)) + head + rows


def packed(values: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """Rows of numbers of fewer than 8 bits, the first number in the highest bits of a byte."""
    each = np.unpackbits(values[..., None], axis=2)[..., -bits:]
    return np.packbits(each.reshape(len(values), -1), axis=1)


def bmp32(rgba: NDArray[np.uint8], masks: tuple[int, int, int, int] = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)) -> bytes:
    """A BMP with a version 5 header and 32 bits for a pixel of `[h, w, 4]`."""
    height, width, _ = rgba.shape
    rows = np.ascontiguousarray(rgba[..., [2, 1, 0, 3]]).reshape(height, -1)
    return bmp(rows, (width, height), 32, masks=masks, compression=3, header=124)


def empty_png(width: int, height: int) -> bytes:
    """A PNG with a size in its header and no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def tiff(
    values: NDArray[np.generic],
    *,
    order: Literal["<", ">"] = "<",
    photometric: int | None = None,
    extra: int = 2,
    planar: bool = False,
    tile: int = 0,
    deflate: bool = False,
    predictor: int = 1,
    reversed_bits: bool = False,
    tags: dict[int, list[int]] | None = None,
) -> bytes:
    """A TIFF of `[h, w, channels]` of any type; a second or fourth channel is of the kind `extra`.

    Args:
        values: the samples.
        order: byte order.
        photometric: 0 white is zero, 1 black is zero, 2 RGB; None for 1 or 2.
        extra: 0 of no known use, 1 opacity that the colours contain, 2 opacity.
        planar: whether each channel has a plane of its own.
        tile: side of the tiles, a multiple of 16; 0 for strips of seven rows.
        deflate: whether the parts are compressed.
        predictor: 1 none, 2 differences, 3 differences of the bytes of floats.
        reversed_bits: whether the first bit of a byte is the lowest.
        tags: replace those that the samples have; an empty one is left out.
    """
    height, width, channels = values.shape
    size = values.dtype.itemsize
    planes = [values[..., [channel]] for channel in range(channels)] if planar else [values]
    parts = []
    for plane in planes:
        across, down = (tile, tile) if tile else (width, 7)
        for top in range(0, height, down):
            for left in range(0, width, across):
                part = plane[top : top + down, left : left + across]
                if tile:
                    part = np.pad(part, ((0, tile - part.shape[0]), (0, tile - part.shape[1]), (0, 0)))
                parts.append(_coded(part, order, predictor))
    if reversed_bits:
        parts = [
            np.packbits(np.unpackbits(np.frombuffer(part, np.uint8)), bitorder="little").tobytes() for part in parts
        ]
    if deflate:
        parts = [zlib.compress(part) for part in parts]
    colours = 3 if channels > 2 else 1
    more = tags or {}
    tags = {
        256: [width],
        257: [height],
        258: [8 * size] * channels,
        259: [8 if deflate else 1],
        262: [photometric if photometric is not None else colours // 3 + 1],
        266: [2 if reversed_bits else 1],
        277: [channels],
        284: [2 if planar else 1],
        317: [predictor],
        339: [{"u": 1, "i": 2, "f": 3}[values.dtype.kind]] * channels,
        **({338: [extra]} if channels > colours else {}),
        **({322: [tile], 323: [tile]} if tile else {278: [7]}),
    }
    ends = np.cumsum([8, *map(len, parts)]).tolist()
    tags |= {324 if tile else 273: ends[:-1], 325 if tile else 279: [len(part) for part in parts]}
    tags = {tag: values for tag, values in (tags | more).items() if values}
    return (
        {"<": b"II*\0", ">": b"MM\0*"}[order]
        + struct.pack(f"{order}I", ends[-1])
        + b"".join(parts)
        + _directory(tags, order, ends[-1])
    )


def _coded(part: NDArray[np.generic], order: Literal["<", ">"], predictor: int) -> bytes:
    ordered = part.astype(part.dtype.newbyteorder(order))
    if predictor == 2:
        numbers = part.view(f"u{part.dtype.itemsize}")
        steps = np.diff(numbers, axis=1, prepend=np.zeros_like(numbers[:, :1]))
        return steps.astype(steps.dtype.newbyteorder(order)).tobytes()
    if predictor == 3:
        height, width, channels = part.shape
        octets = part.astype(part.dtype.newbyteorder(">")).view(np.uint8).reshape(height, width * channels, -1)
        row = np.moveaxis(octets, 1, 2).reshape(height, -1, channels)
        return np.diff(row, axis=1, prepend=np.zeros_like(row[:, :1])).tobytes()
    return ordered.tobytes()


def _directory(tags: dict[int, list[int]], order: str, start: int) -> bytes:
    entries, data = struct.pack(f"{order}H", len(tags)), b""
    for tag, values in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(values)}I", *values)
        place = struct.pack(f"{order}I", start + 6 + 12 * len(tags) + len(data))
        entries += struct.pack(f"{order}HHI", tag, 4, len(values)) + (packed if len(values) == 1 else place)
        data += packed if len(values) > 1 else b""
    return entries + bytes(4) + data


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


def zipped(files: dict[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
