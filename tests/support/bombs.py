"""Small files that take long, or much memory, to decode: for each format, each way known to us, in several sizes.

Tests take a few of them, `python -m benchmarks decoding` all.
"""

import lzma
import struct
import zlib
from collections.abc import Callable
from functools import cache, partial
from io import BytesIO
from typing import Any

from PIL import Image

from tests.support.images import chunk, encode

SIDE = 3200


def flat(mode: str, side: int = SIDE) -> Image.Image:
    """A square of one colour, which compresses best."""
    return Image.new(mode, (side, side), 90)


def jpeg_segments(megabytes: float, segment: bytes = b"\xff\xe1\0\x0aExif\0\0MM") -> bytes:
    """A JPEG with as many equal segments before its pixels as fit."""
    whole = encode(Image.new("L", (64, 64), 90), "JPEG")
    return whole[:2] + segment * int(megabytes * 1e6 / len(segment)) + whole[2:]


@cache
def jpeg_scans(scans: int = 480, side: int = 5000) -> bytes:
    """A progressive JPEG that repeats its last scan; with the defaults it takes more than 4 s."""
    whole = encode(flat("RGB", side), "JPEG", progressive=True)
    last = whole[whole.rfind(b"\xff\xda") : -2]
    return whole[:-2] + scans * last + b"\xff\xd9"


def jpeg_restarts(side: int = SIDE) -> bytes:
    """A JPEG with a restart marker after every block."""
    return encode(flat("L", side), "JPEG", restart_marker_blocks=1)


def jpeg_strip(mode: str = "RGB", width: int = 12_000, **options: Any) -> bytes:
    """A JPEG too narrow to be decoded at a fraction of its size."""
    return encode(Image.new(mode, (width, 1000), 90), "JPEG", **options)


def bmp_rle(side: int = SIDE, kind: int = 1) -> bytes:
    """A BMP with runs of 8 bits (kind 1) or 4 bits (kind 2), the longest that the format has."""
    row = b"\xff\x5a" * (side // 255) + bytes((side % 255, 90)) + b"\0\0"
    pixels = row * side + b"\0\1"
    start = 14 + 40 + 4 * 16
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8 // kind, kind, len(pixels), 0, 0, 16, 0)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + bytes(4 * 16) + pixels


def gif_frames(frames: int, side: int) -> bytes:
    """A GIF of large frames."""
    out = BytesIO()
    flat("L", side).save(out, "GIF")
    first = out.getvalue()
    frame = first[first.rindex(b",\0\0\0\0") : -1]
    return first[:-1] + frames * frame + b";"


def gif_extensions(megabytes: float) -> bytes:
    """A GIF with comments of one byte before its pixels."""
    whole = encode(flat("L", 64), "GIF")
    start = whole.rindex(b",\0\0\0\0")
    return whole[:start] + b"!\xfe\1a\0" * int(megabytes * 2e5) + whole[start:]


def png(width: int, height: int, depth: int, colour: int, *, interlaced: bool = False, before: bytes = b"") -> bytes:
    """A PNG of zeros, with chunks before its pixels."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    packed = zlib.compressobj(9)
    rows = b""
    for left, top, across, down in passes if interlaced else [(0, 0, 1, 1)]:
        columns = -(-(width - left) // across)
        row = bytes(1 + (columns * samples * depth + 7) // 8)
        rows += b"".join(packed.compress(row) for _ in range(-(-(height - top) // down)))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    palette = chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    pixels = chunk(b"IDAT", rows + packed.flush())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + palette + pixels + chunk(b"IEND", b"")


def png_chunks(megabytes: float, one: bytes) -> bytes:
    """A PNG with as many equal chunks before its pixels as fit."""
    return png(64, 64, 8, 0, before=one * int(megabytes * 1e6 / len(one)))


def tiff_parts(parts: int, side: int, part: bytes, compression: int, *, tiled: bool = True) -> bytes:
    """A gray TIFF of square tiles, or of strips of one row, that all have the same data.

    Args:
        parts: number of tiles in a row and in a column, or of strips.
        side: side of a tile, or width of a strip.
        part: its compressed bytes.
        compression: their kind.
        tiled: tiles, or strips.
    """
    count, length = (parts**2, parts * side) if tiled else (parts, parts)
    offsets, counts = [8] * count, [len(part)] * count
    shape = {322: [side], 323: [side], 324: offsets, 325: counts} if tiled else {273: offsets, 278: [1], 279: counts}
    tags = {256: [length if tiled else side], 257: [length], 258: [8], 259: [compression], 262: [1], 277: [1], **shape}
    start = 8 + len(part)
    entries, data = struct.pack("<H", len(tags)), b""
    for tag, values in sorted(tags.items()):
        packed = struct.pack(f"<{len(values)}I", *values)
        place = struct.pack("<I", start + 6 + 12 * len(tags) + len(data))
        entries += struct.pack("<HHI", tag, 4, len(values)) + (packed if len(values) == 1 else place)
        data += packed if len(values) > 1 else b""
    return b"II*\0" + struct.pack("<I", start) + part + entries + bytes(4) + data


def lzma_data(size: int, dictionary: int = 2**20) -> bytes:
    """LZMA data of zeros, with the size of the dictionary that a decoder must provide."""
    return lzma.compress(bytes(size), filters=[{"id": lzma.FILTER_LZMA2, "dict_size": dictionary, "preset": 0}])


def deflated(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)


def tiff_directories(megabytes: float) -> bytes:
    """A TIFF with as many further directories as fit."""
    whole = encode(flat("L", 64), "TIFF")
    (first,) = struct.unpack_from("<I", whole, 4)
    (entries,) = struct.unpack_from("<H", whole, first)
    link = first + 2 + 12 * entries
    start = len(whole)
    further = b"".join(
        struct.pack("<HHHIII", 1, 256, 4, 1, 1, start + 18 * (number + 1))
        for number in range(int(megabytes * 1e6 / 18))
    )
    return whole[:link] + struct.pack("<I", start) + whole[link + 4 :] + further


def tiff(compression: str, mode: str = "RGB", side: int = SIDE, **options: Any) -> bytes:
    return encode(flat(mode, side), "TIFF", compression=compression, **options)


def webp(mode: str, side: int, **options: Any) -> bytes:
    return encode(flat(mode, side), "WebP", **options)


def webp_frames(frames: int, side: int) -> bytes:
    """A WebP of frames that differ."""
    first, *others = (Image.new("RGB", (side, side), number) for number in range(frames))
    return encode(first, "WebP", save_all=True, append_images=others)


def _png_bombs() -> dict[str, Callable[[], bytes]]:
    bombs: dict[str, Callable[[], bytes]] = {}
    # Depth, colour and the largest side within the limit on memory.
    for depth, colour, side in [
        *((depth, 0, 5000) for depth in (1, 2, 4, 8, 16)),
        *((depth, 3, 5000) for depth in (1, 2, 4, 8)),
        *((8, colour, 5000) for colour in (2, 4, 6)),
        (16, 4, 5000),
        (16, 2, 4000),
        (16, 6, 3400),
    ]:
        for interlaced in (False, True):
            name = f"png-{depth}-bit-colour-{colour}{'-interlaced' if interlaced else ''}"
            bombs[name] = partial(png, side, side, depth, colour, interlaced=interlaced)
    chunks = {
        "texts": chunk(b"tEXt", b"a\0b"),
        "unicode-texts": chunk(b"iTXt", b"a\0\0\0\0\0b"),
        "compressed-texts": chunk(b"zTXt", b"a\0\0" + deflated(2**20)),
        "profiles": chunk(b"iCCP", b"a\0\0" + deflated(2**20)),
        "empty-pixels": chunk(b"IDAT", b""),
        "unknown": chunk(b"abCd", b""),
    }
    for name, one in chunks.items():
        for megabytes in (1, 5):
            bombs[f"png-{name}-{megabytes}-mb"] = partial(png_chunks, megabytes, one)
    return bombs


def _jpeg_bombs() -> dict[str, Callable[[], bytes]]:
    bombs: dict[str, Callable[[], bytes]] = {}
    segments = {
        "exif": b"\xff\xe1\0\x0aExif\0\0MM",
        "profile": b"\xff\xe2\0\x10ICC_PROFILE\0\1\1",
        "comment": b"\xff\xfe\0\2",
        "table": b"\xff\xdb\0\x43\0" + bytes(range(1, 65)),
        "fill": b"\xff",
    }
    for name, segment in segments.items():
        for megabytes in (0.01, 2, 9.5):
            bombs[f"jpeg-{name}-segments-{megabytes}-mb"] = partial(jpeg_segments, megabytes, segment)
    for side in (1000, 5000):
        for scans in (40, 480):
            bombs[f"jpeg-{scans}-scans-of-{side}"] = partial(jpeg_scans, scans, side)
        bombs[f"jpeg-restarts-{side}"] = partial(jpeg_restarts, side)
    for mode in ("L", "RGB", "CMYK"):
        for progressive in (False, True):
            bombs[f"jpeg-strip-{mode}-{progressive}"] = partial(
                jpeg_strip, mode, 25_000, progressive=progressive, subsampling=0
            )
    return bombs


def _tiff_bombs() -> dict[str, Callable[[], bytes]]:
    bombs: dict[str, Callable[[], bytes]] = {
        "tiff-lzma": lambda: tiff_parts(4, 1024, lzma_data(2**20), 34925),
        "tiff-lzma-tiles": lambda: tiff_parts(250, 16, lzma_data(2**8), 34925),
        "tiff-lzma-strips": lambda: tiff_parts(2**14, 1024, lzma_data(2**10), 34925, tiled=False),
        "tiff-lzma-large-dictionary": lambda: tiff_parts(1, 64, lzma_data(2**12, 2**30), 34925),
        "tiff-deflate-tiles": lambda: tiff_parts(250, 16, deflated(2**8), 8),
        "tiff-deflate-large-tiles": lambda: tiff_parts(4, 1024, deflated(2**20), 8),
        "tiff-deflate-strips": lambda: tiff_parts(2**14, 1024, deflated(2**10), 8, tiled=False),
        "tiff-packbits-strips": lambda: tiff_parts(2**14, 1024, b"\x81\0" * 8, 32773, tiled=False),
        "tiff-directories": partial(tiff_directories, 2),
        "tiff-many-directories": partial(tiff_directories, 9.5),
    }
    for compression in ("tiff_adobe_deflate", "tiff_lzw", "zstd", "lzma", "packbits", "jpeg"):
        for mode in ("L", "RGB"):
            bombs[f"tiff-{compression}-{mode}"] = partial(tiff, compression, mode)
    for compression in ("group3", "group4", "tiff_ccitt"):
        bombs[f"tiff-{compression}"] = partial(tiff, compression, "1", 5000)
    bombs["tiff-deflate-CMYK"] = partial(tiff, "tiff_adobe_deflate", "CMYK", 4500)
    return bombs


def _other_bombs() -> dict[str, Callable[[], bytes]]:
    bombs: dict[str, Callable[[], bytes]] = {
        "gif-frames": partial(gif_frames, 40, SIDE),
        "gif-large": partial(gif_frames, 1, 5000),
        "gif-comments": partial(gif_extensions, 1),
        "gif-many-comments": partial(gif_extensions, 9.5),
        "webp-frames": partial(webp_frames, 10, 2000),
    }
    for kind, bits in ((1, 8), (2, 4)):
        for side in (500, SIDE, 5000):
            bombs[f"bmp-rle{bits}-{side}"] = partial(bmp_rle, side, kind)
    for mode, side in (("RGB", 4370), ("RGBA", 4030)):
        for lossless in (False, True):
            bombs[f"webp-{mode}-{'lossless' if lossless else 'lossy'}"] = partial(
                webp, mode, side, lossless=lossless, quality=0, method=0
            )
    return bombs


ALL_BOMBS = _jpeg_bombs() | _png_bombs() | _tiff_bombs() | _other_bombs()
# Those that take longest, and one for each check; with the others, a test would take two minutes.
BOMBS = {
    name: ALL_BOMBS[name]
    for name in (
        "jpeg-exif-segments-2-mb",
        "jpeg-480-scans-of-5000",
        "jpeg-strip-CMYK-True",
        "bmp-rle4-3200",
        "gif-frames",
        "gif-comments",
        "png-16-bit-colour-6-interlaced",
        "png-compressed-texts-1-mb",
        "png-texts-1-mb",
        "tiff-lzma",
        "tiff-lzma-large-dictionary",
        "tiff-deflate-strips",
        "tiff-directories",
        "webp-RGBA-lossless",
    )
}
