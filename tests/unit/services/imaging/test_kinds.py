"""Pictures of every kind that viewers show come out as the scan that they store, or are named and rejected."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from app.models.problems import UnsupportedFormat
from app.services.imaging.reading import Limits, read_scan
from tests.conftest import SAMPLES_DIR
from tests.support.images import bmp, chunk, encode, packed, tiff

Gray = NDArray[np.uint8]
SIZE = (150, 131)
LIMITS = Limits(max_bytes=10_000_000, max_pixels=25_000_000)
RAMP = tuple(range(256))
PALETTE = chunk(b"PLTE", bytes(np.repeat(RAMP, 3).tolist()))


@pytest.fixture(scope="module")
def plain() -> Gray:
    """A part of a sample image, `[h, w]`."""
    with Image.open(SAMPLES_DIR / "Te-gl_0010.jpg") as image:
        return np.asarray(image.convert("L").resize(SIZE)).copy()


def ramp(bits: int, factor: int = 255) -> list[int]:
    """Grays from black to white, as many as numbers of some bits."""
    return [value * factor // (2**bits - 1) for value in range(2**bits)]


def inks(plain: Gray) -> Gray:
    """The scan as CMYK with black ink only."""
    return np.dstack([np.zeros((*plain.shape, 3), np.uint8), 255 - plain])


def cmyk(values: Gray) -> Image.Image:
    return Image.frombytes("CMYK", SIZE, values.tobytes())


def trns(data: bytes) -> bytes:
    return chunk(b"tRNS", data)


def colours(plain: Gray, mode: Literal["YCbCr", "LAB"]) -> Gray:
    """The scan in the channels of a mode, `[h, w, 3]`."""
    rgb = Image.fromarray(plain).convert("RGB")
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    image = rgb.convert(mode) if mode == "YCbCr" else ImageCms.profileToProfile(rgb, *profiles, outputMode="LAB")
    assert image
    return np.frombuffer(image.tobytes(), np.uint8).reshape(*plain.shape, 3).copy()


def few_colours(plain: Gray, deflate: bool) -> bytes:
    """A YCbCr TIFF with one sample of each colour for four of the light."""
    values = np.pad(colours(plain, "YCbCr"), ((0, 1), (0, 0), (0, 0)), mode="edge")
    height, width, _ = values.shape
    light = values[..., 0].reshape(height // 2, 2, width // 2, 2).swapaxes(1, 2).reshape(height // 2, -1, 4)
    rows = np.dstack([light, values[::2, ::2, 1:]]).reshape(height // 2, -1, 1)
    tags = {256: [SIZE[0]], 257: [SIZE[1]], 258: [8] * 3, 262: [6], 277: [3], 278: [14], 339: [1] * 3, 530: [2, 2]}
    return tiff(rows, deflate=deflate, tags=tags)


def ycck(plain: Gray) -> bytes:
    """A JPEG of inverted inks in YCbCr with black, as Adobe's programs write it."""
    values = np.dstack([plain, np.full((*plain.shape, 2), 127, np.uint8), np.zeros_like(plain)])
    data = encode(cmyk(values), "JPEG", quality=100)
    transform = data.index(b"Adobe") + 11
    return data[:transform] + b"\2" + data[transform + 1 :]


def icclab(plain: Gray) -> Gray:
    return colours(plain, "LAB") ^ np.array([0, 128, 128], np.uint8)


def gif_with_its_own_palette(plain: Gray) -> bytes:
    """A GIF whose palette belongs to the frame; Pillow writes it for the whole file."""
    data = encode(Image.fromarray(plain), "GIF", interlace=0)
    palette, rest = data[13:781], data[781:]
    flags = rest.index(b",\0\0\0\0") + 9
    return data[:10] + b"\0" + data[11:13] + rest[:flags] + b"\x87" + palette + rest[flags + 1 :]


def png(plain: Gray, bits: int, colour_type: int = 0, before: bytes = b"") -> bytes:
    """A PNG of fewer than 16 bits with chunks before its pixels."""
    channels = np.repeat(plain, {2: 3}.get(colour_type, 1), axis=1)
    rows = b"".join(b"\0" + row.tobytes() for row in packed(channels >> (8 - bits), bits))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *SIZE, bits, colour_type, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + before + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def runs(plain: Gray, bits: int) -> bytes:
    """Rows of a BMP as runs of equal pixels, from bottom to top."""
    out = bytearray()
    for row in (plain >> (8 - bits))[::-1]:
        edges = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), len(row)]
        for start, end in pairwise(edges):
            out += bytes([end - start, row[start] if bits == 8 else row[start] << 4 | row[start]])
        out += b"\0\0"
    return bytes(out) + b"\0\1"


def masked(plain: Gray, bits: int, masks: tuple[int, int, int, int], **options: Any) -> bytes:
    """A BMP of gray pixels with masks; opaque if there is one for the opacity."""
    pixels = np.full(plain.shape, masks[3], np.int64)
    for mask in masks[:3]:
        low = mask & -mask
        pixels |= (plain.astype(np.int64) * (mask // low) + 127) // 255 * low
    return bmp(pixels.astype(f"<u{bits // 8}"), SIZE, bits, masks=masks, **options)


def gray(values: NDArray[Any], **tags: list[int]) -> bytes:
    """A TIFF of samples of one channel; `tags` are named by their numbers, as in `t262`."""
    return tiff(values[..., None], tags={int(name[1:]): value for name, value in tags.items()})


def few_bits(plain: Gray, bits: int, photometric: int, order: Literal["<", ">"], palette: list[int]) -> bytes:
    """A TIFF of fewer than 8 bits for a pixel."""
    values = packed((255 - plain if photometric == 0 else plain) >> (8 - bits), bits)
    tags = {256: [SIZE[0]], 258: [bits], 262: [photometric], 320: palette}
    return tiff(values[..., None], order=order, tags=tags)


def level(plain: Gray, bits: int) -> Gray:
    """The scan as some bits for a pixel show it."""
    return np.asarray((plain >> (8 - bits)).astype(int) * 255 // (2**bits - 1), np.uint8)


def difference(found: bytes, plain: Gray) -> int:
    """Largest difference between a file's pixels and a scan."""
    image = read_scan(BytesIO(found), LIMITS).image.convert("RGB")
    return int(np.abs(np.asarray(image).astype(int) - plain[..., None]).max())


CASES: list[tuple[str, Callable[[Gray], bytes], int]] = [
    ("TIFF palette", lambda plain: gray(plain, t262=[3], t320=ramp(8, 65535) * 3), 0),
    ("TIFF palette of 8-bit entries", lambda plain: gray(plain, t262=[3], t320=ramp(8) * 3), 0),
    ("TIFF 16-bit palette", lambda plain: gray(plain.astype("<u2") * 257, t262=[3], t320=ramp(16, 65535) * 3), 0),
    ("TIFF CMYK", lambda plain: tiff(inks(plain), tags={262: [5], 338: []}), 0),
    ("TIFF CMYK planes", lambda plain: tiff(inks(plain), planar=True, tags={262: [5], 338: []}), 0),
    ("TIFF CMYK alpha", lambda plain: tiff(np.dstack([inks(plain), np.full_like(plain, 255)]), tags={262: [5]}), 0),
    ("TIFF CMYK 16 bits", lambda plain: tiff(inks(plain).astype("<u2") * 257, tags={262: [5], 338: []}), 0),
    ("TIFF CMYK JPEG", lambda plain: encode(cmyk(inks(plain)), "TIFF", compression="jpeg", quality=100), 3),
    ("TIFF CIELAB", lambda plain: tiff(colours(plain, "LAB"), tags={262: [8]}), 2),
    ("TIFF CIELAB 16 bits", lambda plain: tiff(colours(plain, "LAB").astype("<u2") << 8, tags={262: [8]}), 2),
    ("TIFF ICCLAB", lambda plain: tiff(icclab(plain), order=">", deflate=True, tags={262: [9]}), 2),
    ("TIFF ICCLAB 16 bits", lambda plain: tiff(icclab(plain).astype("<u2") << 8, tags={262: [9]}), 2),
    ("TIFF YCbCr", lambda plain: tiff(colours(plain, "YCbCr"), tags={262: [6], 530: [1, 1]}), 2),
    ("TIFF YCbCr few colours", lambda plain: few_colours(plain, deflate=True), 2),
    ("BMP 4444", lambda plain: masked(plain, 16, (0xF00, 0xF0, 0xF, 0xF000), compression=3, header=56), 10),
    ("BMP 444", lambda plain: masked(plain, 16, (0xF00, 0xF0, 0xF, 0), compression=3), 10),
    ("BMP 565", lambda plain: masked(plain, 16, (0xF800, 0x7E0, 0x1F, 0), compression=3, downwards=True), 6),
    ("BMP 10-10-10-2", lambda plain: masked(plain, 32, (0x3FF << 20, 0xFFC00, 0x3FF, 3 << 30), compression=6), 1),
    ("BMP one byte", lambda plain: masked(plain, 32, (0xFF00, 0xFF00, 0xFF00, 0), compression=3, header=108), 0),
    ("BMP 32 bits", lambda plain: bmp(plain.astype("<u4") * 65793, SIZE, 32, masks=(0, 0, 0, 0), compression=3), 0),
    ("BMP RLE8", lambda plain: bmp(runs(plain, 8), SIZE, 8, palette=RAMP, compression=1), 0),
    ("BMP 8 bits", lambda plain: bmp(255 - plain, SIZE, 8, palette=RAMP[::-1], downwards=True), 0),
    ("JPEG CMYK", lambda plain: encode(cmyk(inks(plain)), "JPEG", quality=100), 3),
    ("JPEG YCCK", ycck, 3),
    ("JPEG RGB", lambda plain: encode(Image.fromarray(plain).convert("RGB"), "JPEG", quality=100, keep_rgb=True), 3),
    ("GIF own palette", gif_with_its_own_palette, 0),
    ("PNG palette transparency for more colours", lambda plain: png(plain, 8, 3, PALETTE + trns(b"\0" * 300)), 0),
    ("PNG palette transparency for fewer colours", lambda plain: png(plain, 8, 3, PALETTE + trns(b"\xff" * 9)), 0),
    *(
        (f"PNG transparency of {size} bytes", lambda plain, size=size: png(plain, 8, 0, trns(b"\0\xff\0"[:size])), 0)
        for size in (0, 1, 3)
    ),
    ("PNG RGB transparency of 5 bytes", lambda plain: png(plain, 8, 2, trns(bytes(5))), 0),
    ("PNG RGB transparency of 8 bytes", lambda plain: png(plain, 8, 2, trns(b"\0\x50" * 4)), 0),
]


@pytest.mark.parametrize(("make", "tolerance"), [pytest.param(*case, id=name) for name, *case in CASES])
def test_the_scan_is_read(plain, make, tolerance):
    assert difference(make(plain), plain) <= tolerance


@pytest.mark.parametrize("bits", [1, 2, 4])
class TestFewBits:
    @pytest.mark.parametrize("order", ["<", ">"])
    @pytest.mark.parametrize("photometric", [0, 1, 3])
    def test_a_tiff_is_read(self, plain, bits, photometric, order):
        palettes = [ramp(bits) * 3, ramp(bits, 65535) * 3] if photometric == 3 else [[]]
        for palette in palettes:
            assert difference(few_bits(plain, bits, photometric, order, palette), level(plain, bits)) == 0

    def test_a_png_is_read_with_its_transparent_value(self, plain, bits):
        most = 2**bits - 1
        for value in (most, most // 2):
            wanted = np.where(plain >> (8 - bits) == value, 0, level(plain, bits))
            assert difference(png(plain, bits, before=trns(value.to_bytes(2))), wanted) == 0


@pytest.mark.parametrize("bits", [1, 4])
@pytest.mark.parametrize("downwards", [True, False])
def test_a_bmp_of_few_bits_is_read(plain, bits, downwards):
    data = bmp(packed(plain >> (8 - bits), bits), SIZE, bits, palette=tuple(ramp(bits)), downwards=downwards)
    assert difference(data, level(plain, bits)) == 0


def test_a_bmp_of_runs_of_4_bits_is_read(plain):
    data = bmp(runs(plain, 4), SIZE, 4, palette=tuple(ramp(4)), compression=2)
    assert difference(data, level(plain, 4)) == 0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda plain: gray(plain, t259=[34712]), r"TIFF picture .* compression 34712 \(JPEG 2000\)"),
        (lambda plain: gray(plain, t262=[32803]), "TIFF picture with 8 bits .* interpretation 32803"),
        (lambda plain: gray(plain.astype("<f8"), t339=[6]), "TIFF picture with 64 bits"),
        (lambda plain: few_colours(plain, deflate=False), "TIFF picture in YCbCr .* lower resolution"),
        (lambda plain: bmp(plain, SIZE, 0, compression=5), r"BMP picture .* compression 5 \(PNG\)"),
        (lambda plain: bmp(packed(plain >> 6, 2), SIZE, 2, palette=tuple(ramp(2))), "BMP picture .* 2 bits"),
    ],
    ids=["TIFF JPEG 2000", "TIFF CFA", "TIFF complex", "TIFF YCbCr", "BMP PNG", "BMP 2 bits"],
)
def test_another_kind_is_named_with_what_to_do(plain, make, words):
    with pytest.raises(UnsupportedFormat, match=f"{words}.*Save the picture as PNG"):
        read_scan(BytesIO(make(plain)), LIMITS)
