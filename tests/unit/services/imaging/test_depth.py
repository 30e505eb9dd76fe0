"""Samples of every depth, sign, photometric, layout and byte order come out as the scan that they store."""

import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.models.problems import TooLarge
from app.services.imaging.reading import Limits, Scan, read_scan
from tests.conftest import SAMPLES_DIR
from tests.support.images import bmp32, chunk, encode, png16, tiff, with_chunks

LIMITS = Limits(max_bytes=10_000_000, max_pixels=25_000_000)
TYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8")


def read(data: bytes) -> Scan:
    return read_scan(BytesIO(data), LIMITS)


def gray_of(data: bytes) -> NDArray[np.uint8]:
    scan = read(data)
    assert scan.image.mode == "L"
    return np.asarray(scan.image)


@pytest.fixture(scope="module")
def plain() -> NDArray[np.uint8]:
    """A part of a sample image, 8 bits, `[h, w]`, from 0 to 255."""
    with Image.open(SAMPLES_DIR / "Te-gl_0010.jpg") as image:
        values = np.asarray(image.convert("L").resize((150, 131))).copy()
    values[0, :2] = 0, 255
    return values


def stored(plain: NDArray[np.uint8], kind: str) -> NDArray[Any]:
    """The scan as samples of a type, `[h, w, 1]`: 12 bits where there is room, negative ones if it is signed."""
    wide = plain.astype(np.float64)[..., None]
    if kind == "u1":
        return plain[..., None]
    return ((wide - 128) if kind == "i1" else (wide / 255 - 0.25) if kind[0] == "f" else wide * 16).astype(kind)


def is_the_scan(found: NDArray[np.uint8], plain: NDArray[np.uint8]) -> bool:
    """Whether an image is the scan, with its contrast stretched by the percentiles."""
    inner = plain[(plain > 0) & (plain < 255)]
    low, high = np.percentile(inner, (0.5, 99.5))
    want = ((plain.astype(float) - low) / (high - low) * 255).clip(0, 255)
    return bool(np.abs(found - want).max() <= 4)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize(
    "layout",
    [
        {"order": "<"},
        {"order": ">"},
        {"order": ">", "tile": 64, "deflate": True},
        {"deflate": True, "predictor": 2},
        {"reversed_bits": True},
    ],
    ids=lambda layout: " ".join(f"{name} {value}" for name, value in layout.items()),
)
def test_a_gray_tiff_gives_the_scan(plain, kind, photometric, layout):
    if "predictor" in layout:
        layout = {**layout, "predictor": 3 if kind[0] == "f" else 2}
    values = stored(plain, kind)
    if photometric == 0:
        values = ~values if kind[1] == "1" else (values.max() - values).astype(kind)
    found = gray_of(tiff(values, photometric=photometric, **layout))
    assert (found == plain).all() if kind[1] == "1" else is_the_scan(found, plain)


@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i4", "f8"])
@pytest.mark.parametrize(
    ("channels", "extra"), [(3, 2), *((channels, extra) for channels in (2, 4) for extra in range(3))]
)
@pytest.mark.parametrize("layout", [{}, {"order": ">", "planar": True}, {"planar": True, "tile": 32, "deflate": True}])
def test_further_channels_are_opacity_only_where_the_file_says_so(plain, kind, channels, extra, layout):
    full = stored(plain, kind)
    values = np.repeat(full, channels, axis=2)
    if channels != 3:
        values[..., -1] = np.iinfo(kind).max if kind[0] != "f" else 1
        values[:20, :20, -1] = 0
    found = gray_of(tiff(values, extra=extra, **layout)).copy()
    if extra == 2 and channels != 3:
        assert (found[:20, :20] == 0).all()
        found[:20, :20] = gray_of(tiff(full))[:20, :20]
    # Transparent pixels do not count for the percentiles, which changes them a little.
    assert np.abs(found.astype(int) - gray_of(tiff(full))).max() <= (0 if kind[1] == "1" else 8)


def test_coloured_16_bit_planes_keep_their_order_and_their_low_bytes():
    values = np.zeros((40, 50, 3), np.uint16)
    values[..., 0], values[..., 1] = np.arange(50), np.arange(40)[:, None]
    for data in (tiff(values), tiff(values, planar=True), tiff(values, order=">", planar=True), png16(values)):
        out = np.asarray(read(data).image).astype(int)
        assert (np.diff(out[..., 0], axis=1) >= 0).all()
        assert (np.diff(out[..., 1], axis=0) >= 0).all()
        assert out[0, 48, 0] > 240 > 15 > out[0, 48, 1] == out[30, 30, 2]


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_packed_bits_are_unpacked(plain, bits):
    values = plain.astype(np.uint16) << (bits - 8)
    row = np.unpackbits(values.astype(">u2").view(np.uint8).reshape(*values.shape, 2), axis=2)[..., 16 - bits :]
    packed = np.packbits(row.reshape(len(values), -1), axis=1)
    data = bytearray(tiff(packed[..., None]))
    width, depth = (data.index(np.array([tag, 4], "<u2").tobytes()) + 8 for tag in (256, 258))
    data[width : width + 4] = plain.shape[1].to_bytes(4, "little")
    data[depth : depth + 4] = bits.to_bytes(4, "little")
    assert is_the_scan(gray_of(bytes(data)), plain)


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "zstd", "lzma", "tiff_deflate"])
def test_libtiff_decompresses_deep_samples(plain, compression):
    for values in (plain.astype(np.uint16) * 16, plain.astype(np.float32), plain.astype(np.int32) - 100):
        assert is_the_scan(gray_of(encode(Image.fromarray(values), "TIFF", compression=compression)), plain)


class TestOutliers:
    """What is not tissue does not set the window."""

    @pytest.mark.parametrize("make", [png16, tiff], ids=["PNG", "TIFF"])
    @pytest.mark.parametrize(
        ("area", "value"),
        [
            ((slice(3, 4), slice(3, 4)), 65535),
            ((slice(100, 110), slice(90, 140)), 65535),
            ((slice(0, 40), slice(None)), 65535),
            ((slice(0, 40), slice(None)), 32768),
        ],
        ids=["hot pixel", "label", "padding", "padding below the maximum"],
    )
    def test_the_rest_of_the_scan_is_as_without_them(self, plain, make, area, value):
        values = stored(plain, "u2")
        expected = gray_of(make(values)).astype(int)
        values[area] = value
        values[-1, -1] = 65535
        found = gray_of(make(values)).astype(int)
        assert (found[area] == 255).all()
        rest = np.ones_like(plain, bool)
        rest[area] = rest[-1, -1] = False
        assert np.abs(found - expected)[rest].max() <= 12

    def test_negative_padding_is_black(self, plain):
        values = stored(plain, "i2")
        values[:, :30] = -32768
        values[:, 30:35] = -2000
        found = gray_of(tiff(values))
        assert (found[:, :35] == 0).all()
        assert np.corrcoef(found[:, 35:].ravel(), plain[:, 35:].ravel())[0, 1] > 0.99

    def test_a_warning_names_the_window_of_deep_samples_only(self, plain):
        (notice,) = read(tiff(stored(plain, "u2"))).notices
        assert notice.code == "scaled"
        assert "percentiles 0.5 and 99.5" in notice.message
        assert read(tiff(plain[..., None])).notices == read(tiff(stored(plain, "i1"))).notices == ()


class TestTransparency:
    @pytest.mark.parametrize(
        "data",
        [
            lambda gray: bmp32(np.dstack([gray] * 3 + [0 * gray])),
            lambda gray: encode(Image.fromarray(np.dstack([gray] * 3 + [0 * gray])), "PNG"),
            lambda gray: encode(Image.fromarray(np.dstack([gray, 0 * gray])), "PNG"),
            lambda gray: encode(Image.fromarray(np.dstack([gray] * 3 + [0 * gray])), "TIFF"),
            lambda gray: tiff(np.dstack([gray] * 3 + [0 * gray]), extra=1),
            lambda gray: encode(Image.fromarray(np.dstack([gray] * 3 + [0 * gray])), "WebP", lossless=True, exact=True),
        ],
        ids=["BMP", "PNG RGBA", "PNG LA", "TIFF", "TIFF associated", "WebP"],
    )
    def test_an_image_that_is_transparent_everywhere_is_read_without_alpha(self, plain, data):
        assert (gray_of(data(plain)) == plain).all()

    @pytest.mark.parametrize("opacity", [0, 4095, 65535])
    @pytest.mark.parametrize("channels", [2, 4])
    def test_a_16_bit_opacity_that_is_the_same_everywhere_changes_nothing(self, plain, opacity, channels):
        values = np.repeat(stored(plain, "u2"), channels, axis=2)
        values[..., -1] = opacity
        assert is_the_scan(gray_of(png16(values)), plain)
        assert is_the_scan(gray_of(tiff(values)), plain)

    def test_the_transparent_value_of_a_16_bit_png_is_black(self, plain):
        values = stored(plain, "u2")
        values[:10] = 4080
        data = with_chunks(png16(values), before=chunk(b"tRNS", (4080).to_bytes(2)))
        assert (gray_of(data)[:10] == 0).all()


class TestPngChunks:
    """A damaged or large chunk that is not needed for the pixels is skipped, wherever it is."""

    WRONG = chunk(b"tEXt", b"Comment\0scan")[:-4] + b"\0\0\0\0"

    @pytest.mark.parametrize("position", ["before", "after"])
    @pytest.mark.parametrize(
        "extra",
        [
            WRONG,
            chunk(b"tEXt", b"Comment\0" + bytes(3_000_000)),
            chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(3_000_000))),
            chunk(b"iCCP", b"icc\0\x07damaged"),
            chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(3_000_000))),
            chunk(b"zTXt", b"Comment\0\x09?"),
            chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(3_000_000))),
            chunk(b"pHYs", b"\0"),
            chunk(b"acTL", b""),
            chunk(b"fcTL", b"\0"),
        ],
        ids=lambda extra: f"{extra[4:8].decode()} {len(extra)}",
    )
    def test_the_picture_is_read(self, plain, position, extra):
        data = encode(Image.fromarray(plain), "PNG")
        assert (gray_of(with_chunks(data, **{position: extra})) == plain).all()

    def test_orientation_and_transparency_remain(self, plain):
        exif = Image.Exif()
        exif[0x0112] = 6
        image = Image.fromarray(np.dstack([plain, np.full_like(plain, 255)]))
        data = encode(image, "PNG", exif=exif)
        assert (gray_of(with_chunks(data, before=self.WRONG)) == np.rot90(plain, -1)).all()


def test_more_bytes_than_the_pixels_may_take_are_rejected_before_decoding():
    wide = tiff(np.zeros((1, 1, 4), np.float64), planar=True).replace(
        np.array([256, 4, 1, 0, 1, 0], "<u2").tobytes(), np.array([256, 4, 1, 0, 65000, 300], "<u2").tobytes()
    )
    with pytest.raises(TooLarge):
        read(wide)
    deep = tiff(np.zeros((98, 100, 4), np.float64), deflate=True)
    with pytest.raises(TooLarge, match=r"takes 0.9408 MB of memory; at most 0.26 MB.*8 bits"):
        read_scan(BytesIO(deep), Limits(10**6, 20_000))
