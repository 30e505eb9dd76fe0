import struct
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features

from app.config.settings import PROJECT_DIR
from app.models.model_file import InputSpec
from app.models.problems import Problem, TooLarge, UnreadableImage, UnsupportedFormat
from app.services.imaging.formats import ACCEPTED_FORMATS, PICTURE_FORMATS
from app.services.imaging.preprocessing import to_input, to_preview
from app.services.imaging.reading import Limits, read_scan
from tests.conftest import sample_paths
from tests.support.images import empty_png, encode, png16, striped_tiff

SPEC = InputSpec(height=299, width=299, channels=3)
LIMITS = Limits(max_bytes=10_000_000, max_pixels=25_000_000)


def read(data: bytes, max_pixels: int = LIMITS.max_pixels):
    return read_scan(BytesIO(data), Limits(LIMITS.max_bytes, max_pixels))


def pixels(data: bytes) -> np.ndarray:
    """The decoded scan as 8-bit RGB, even if it is gray."""
    return np.asarray(read(data).image.convert("RGB"))


@pytest.fixture
def gray() -> Image.Image:
    """A gradient, 40 x 30, from 0 to 255."""
    return Image.fromarray(np.linspace(0, 255, 1200).astype(np.uint8).reshape(30, 40))


class TestFormats:
    @pytest.mark.parametrize("name", PICTURE_FORMATS)
    def test_a_gray_image_is_decoded_to_gray_from_each_accepted_format(self, gray, name):
        exact = {"lossless": True} if name == "WebP" else {"quality": 100} if name == "JPEG" else {}
        scan = read(encode(gray.convert("RGB"), name, **exact))
        assert (scan.facts.format, scan.facts.width, scan.facts.height) == (name, 40, 30)
        assert scan.image.mode == "L"
        error = np.abs(np.asarray(scan.image).astype(int) - np.asarray(gray).astype(int))
        assert error.max() <= {"JPEG": 4, "GIF": 0}.get(name, 0)

    @pytest.mark.parametrize("name", ["PNG", "WebP", "BMP", "TIFF"])
    def test_one_coloured_pixel_makes_the_scan_rgb(self, gray, name):
        picture = gray.convert("RGB")
        picture.putpixel((7, 5), (90, 91, 90))
        scan = read(encode(picture, name, **({"lossless": True} if name == "WebP" else {})))
        assert scan.image.mode == "RGB"
        assert (np.asarray(scan.image) == np.asarray(picture)).all()

    @pytest.mark.parametrize(
        "kind",
        [{"big_tiff": True}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate", "tile": (16, 16)}],
    )
    def test_each_kind_of_tiff_is_decoded(self, gray, kind):
        assert (pixels(encode(gray, "TIFF", **kind)) == np.asarray(gray)[..., None]).all()

    def test_the_format_depends_on_the_content_not_on_the_name(self, gray, tmp_path: Path):
        misnamed = tmp_path / "scan.jpg"
        misnamed.write_bytes(encode(gray, "PNG"))
        with misnamed.open("rb") as file:
            assert read_scan(file, LIMITS).facts.format == "PNG"

    @pytest.mark.parametrize(
        ("data", "word"),
        [
            (b"\0" * 344 + b"n+1\0", "NIfTI"),
            (struct.pack("<i", 348) + bytes(344), "Analyze"),
            (b"NRRD0004\ntype: short\n", "NRRD"),
            (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "MAT-file"),
            (b"PK\3\4\x14\0\0\0\x08\0", "ZIP archive.*batch.*`files`"),
            (b"PK\3\4\x14\0\6\0\x08\0[Content_Types].xml", "Office document"),
            (b"\x1f\x8b\x08\0", "gzip"),
            (b"%PDF-1.7\n", "PDF"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
            (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
            (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
            (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
            (b"\xff\xd8\xff\xe0\0\x04JF\xff\xf7\0\x0b\x08\0\x10\0\x10\1\1\x11\0", "JPEG-LS"),
            (b"\xff\xd8\xff\xff\xc1\0\x0b\x0c\0\x10\0\x10\1\1\x11\0", "JPEG of 12 bits.*16 bits"),
            (b"\xff\xd8\xff\xc3\0\x0b\x08\0\x10\0\x10\1\1\x11\0", "lossless JPEG"),
            (b"\0\0\0\x1cftypisom\0\0\0\0", "video"),
            (b"8BPS\0\x01", "Photoshop"),
            (b"\0\0\1\0\1\0", "icon"),
            (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        ],
    )
    def test_another_format_is_named_and_rejected(self, data, word):
        with pytest.raises(UnsupportedFormat, match=word) as caught:
            read(data)
        assert caught.value.accepted == list(ACCEPTED_FORMATS)

    @pytest.mark.parametrize("data", [b"hello, this is not an image", b"\0" * 4096, b"RIFF\0\0\0\0WAVEfmt ", b"\x89"])
    def test_a_file_of_another_kind_is_rejected(self, data):
        with pytest.raises(UnreadableImage, match="not an image"):
            read(data)

    def test_the_error_for_an_empty_file_says_0_bytes(self):
        with pytest.raises(UnreadableImage, match="0 bytes"):
            read(b"")


class TestDamage:
    @pytest.mark.parametrize("name", PICTURE_FORMATS)
    @pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9])
    def test_a_truncated_file_is_rejected(self, name, part, rng):
        whole = encode(Image.fromarray(rng.integers(0, 255, (64, 64), np.uint8)).convert("RGB"), name)
        with pytest.raises(UnreadableImage, match=r"damaged or cut off|not an image"):
            read(whole[: int(len(whole) * part)])

    @settings(max_examples=300, deadline=None)
    @given(name=st.sampled_from(PICTURE_FORMATS), junk=st.binary(max_size=600), keep=st.integers(2, 60))
    def test_garbage_after_a_real_start_is_either_decoded_or_rejected(self, name, junk, keep):
        whole = encode(Image.new("RGB", (16, 16), "gray"), name)
        try:
            scan = read(whole[:keep] + junk, max_pixels=1_000_000)
        except Problem:
            return
        assert scan.image.mode in ("L", "RGB")

    @settings(max_examples=300, deadline=None)
    @given(name=st.sampled_from(PICTURE_FORMATS), where=st.integers(0, 2000), value=st.integers(0, 255))
    def test_a_file_with_one_changed_byte_is_either_decoded_or_rejected(self, name, where, value):
        whole = bytearray(encode(Image.new("L", (24, 24), 90), name))
        whole[where % len(whole)] = value
        try:
            scan = read(bytes(whole), max_pixels=1_000_000)
        except Problem:
            return
        assert scan.image.mode in ("L", "RGB")

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=2000))
    def test_random_bytes_are_rejected(self, noise):
        with pytest.raises(Problem):
            read(noise)

    def test_an_image_without_pixels_is_rejected(self):
        with pytest.raises(UnreadableImage):
            read(empty_png(0, 10))

    @pytest.mark.parametrize("compression", ["tiff_lzw", "group4"])
    def test_libtiff_prints_nothing(self, compression, rng, capfd):
        noise = Image.fromarray(rng.integers(0, 255, (64, 64), np.uint8))
        data = bytearray(
            encode(noise.convert("1") if compression == "group4" else noise, "TIFF", compression=compression)
        )
        data[40:80] = b"\xff" * 40
        with suppress(Problem):
            read(bytes(data))
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize("megabytes", [5, 45])
    def test_an_image_without_memory_for_it_is_not_called_damaged(self, megabytes, tmp_path: Path):
        (tmp_path / "scan.png").write_bytes(encode(Image.new("RGB", (4000, 4000)), "PNG", compress_level=1))
        script = f"""\
import resource
from pathlib import Path
from app.services.imaging.reading import Limits, read_scan
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + {megabytes} * 2**20
with open({str(tmp_path / "scan.png")!r}, "rb") as file:
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    try:
        read_scan(file, Limits(10**7, 25 * 10**6))
    except Exception as error:
        print(type(error).__name__)
"""
        ended = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_DIR, capture_output=True, text=True)
        assert (ended.stdout, ended.stderr) == ("OutOfMemory\n", "")


class TestLimits:
    def test_too_many_pixels_are_rejected_before_decoding(self):
        # The file contains no pixel data: decoding it would raise another error.
        with pytest.raises(TooLarge, match=r"400 megapixels \(20000 x 20000\); at most 25") as caught:
            read(empty_png(20_000, 20_000))
        assert caught.value.limit == 25_000_000

    @pytest.mark.parametrize(
        ("size", "word"), [((1, 25_000_000), "a side of 25,000,000"), ((33, 1), "more than 32 times")], ids=str
    )
    def test_an_image_too_long_for_a_scan_is_rejected_before_decoding(self, size, word):
        with pytest.raises(TooLarge, match=f"{word}.*single slice"):
            read(empty_png(*size))

    def test_too_many_bytes_are_rejected_first(self):
        with pytest.raises(TooLarge, match=r"10,000,001 bytes; at most 10,000,000"):
            read(bytes(10_000_001))

    def test_a_jpeg_with_too_many_scans_is_rejected_before_decoding(self):
        data = encode(Image.new("L", (64, 64), 128), "JPEG", progressive=True)
        scan = data[data.rfind(b"\xff\xda") : -2]
        assert read(data[:-2] + 100 * scan + b"\xff\xd9").facts.width == 64
        with pytest.raises(UnreadableImage, match="more than 500 scans"):
            read(data[:-2] + 500 * scan + b"\xff\xd9")

    @pytest.mark.parametrize("segment", [b"\xff\xe1\0\x08Exif\0\0", b"\xff", b"\xff\xd0", b"\xff\0"], ids=repr)
    def test_a_jpeg_with_too_many_segments_is_rejected_before_decoding(self, gray, segment):
        data = encode(gray, "JPEG")
        assert read(data[:2] + 900 * segment + data[2:]).facts.width == 40
        with pytest.raises(UnreadableImage, match="more than 1,000 segments"):
            read(data[:2] + 1000 * segment + data[2:])

    def test_a_tiff_with_too_many_strips_is_rejected_before_decoding(self):
        assert read(striped_tiff(32)).facts.height == 32
        with pytest.raises(UnreadableImage, match="more than 65,536 strips or tiles"):
            read(striped_tiff(2**16 + 1))

    def test_frames_after_the_first_are_not_read(self):
        # The second directory is beyond the end of the file: reading it would fail.
        scan = read(striped_tiff(4, next_directory=2**20))
        assert [notice.code for notice in scan.notices] == ["first-frame"]

    def test_an_image_of_exactly_the_limit_is_accepted(self, gray):
        assert read(encode(gray, "PNG"), max_pixels=1200).facts.width == 40
        with pytest.raises(TooLarge):
            read(encode(gray, "PNG"), max_pixels=1199)

    def test_a_raw_jpeg_2000_codestream_is_rejected(self):
        with pytest.raises(UnsupportedFormat):
            read(b"\xff\x4f\xff\x51" + b"\0" * 100)


class TestModes:
    def test_one_bit_images_are_black_and_white(self):
        image = Image.new("1", (10, 10))
        image.paste(1, (0, 0, 5, 10))
        out = pixels(encode(image, "PNG"))
        assert (out[:, :5] == 255).all()
        assert (out[:, 5:] == 0).all()

    def test_8_bit_gray_is_unchanged(self, gray):
        assert (pixels(encode(gray, "PNG")) == np.asarray(gray)[..., None]).all()

    def test_a_palette_is_applied(self, gray):
        image = gray.convert("RGB").quantize(64)
        assert (pixels(encode(image, "PNG")) == np.asarray(image.convert("RGB"))).all()

    def test_a_transparent_palette_colour_becomes_black(self):
        image = Image.new("P", (4, 4), 1)
        image.putpixel((0, 0), 2)
        image.putpalette([0, 0, 0, 200, 100, 50, 90, 90, 90])
        out = pixels(encode(image, "PNG", transparency=1))
        assert (out[0, 0] == 90).all()
        assert (out[1:] == 0).all()

    @pytest.mark.parametrize("mode", ["RGBA", "LA"])
    def test_transparency_is_composited_on_black(self, mode):
        image = Image.new("RGBA", (2, 1))
        image.putpixel((0, 0), (200, 200, 200, 255))
        image.putpixel((1, 0), (200, 200, 200, 128))
        out = pixels(encode(image.convert(mode), "PNG"))
        assert (out[0, 0] == 200).all()
        assert np.abs(out[0, 1].astype(int) - 100).max() <= 1

    def test_cmyk_is_converted_to_rgb(self):
        image = Image.new("RGB", (32, 32), (180, 60, 20)).convert("CMYK")
        for name in ("JPEG", "TIFF"):
            out = pixels(encode(image, name))
            assert np.abs(out.reshape(-1, 3).astype(int).mean(0) - (180, 60, 20)).max() < 5

    def test_16_bit_colour_with_transparency_is_composited_on_black(self):
        values = np.full((4, 4, 4), 3000, np.uint16)
        values[..., 3] = 65535
        values[0, 0, :3] = 0
        values[3, 3, 3] = 0
        out = pixels(png16(values))
        assert (out[0, 0] == 0).all()
        assert (out[1, 1] == 255).all()
        assert (out[3, 3] == 0).all()

    def test_16_bit_gray_with_transparency_is_composited_on_black(self):
        values = np.full((4, 4, 2), 65535, np.uint16)
        values[1, 1, 1] = values[2, 2, 0] = 0
        out = pixels(png16(values))
        assert (out[0, 0] == 255).all()
        assert (out[1, 1] == 0).all()

    def test_not_a_number_becomes_black(self):
        values = np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)
        values[3, 3], values[4, 4], values[5, 5] = np.nan, np.inf, -np.inf
        out = pixels(encode(Image.fromarray(values), "TIFF"))[..., 0]
        assert (out[3, 3], out[4, 4], out[5, 5], out[15, 15]) == (0, 255, 0, 255)

    def test_the_widest_range_of_floats_does_not_overflow(self):
        top = float(np.finfo(np.float32).max)
        values = np.array([[-top, 0, top]], np.float32)
        assert pixels(encode(Image.fromarray(values), "TIFF"))[0, :, 0].tolist() == [0, 128, 255]

    @pytest.mark.parametrize("kind", [np.uint16, np.float32])
    def test_an_image_of_a_single_value_is_black(self, kind):
        data = encode(Image.fromarray(np.full((8, 8), 700, kind)), "TIFF")
        assert (pixels(data) == 0).all()

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_the_exif_orientation_is_applied(self, orientation):
        upright = Image.new("RGB", (40, 30))
        upright.paste((255, 255, 255), (0, 0, 20, 15))
        back = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_90"}
        back |= {7: "TRANSVERSE", 8: "ROTATE_270"}
        stored = upright.transpose(Image.Transpose[back[orientation]]) if orientation > 1 else upright
        exif = Image.Exif()
        exif[0x0112] = orientation
        scan = read(encode(stored, "JPEG", quality=100, exif=exif))
        assert (scan.facts.width, scan.facts.height) == (40, 30)
        assert np.abs(np.asarray(scan.image.convert("RGB")).astype(int) - np.asarray(upright)).mean() < 3

    def test_damaged_exif_is_ignored(self, gray):
        data = encode(gray, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
        assert read(data).facts.width == 40

    @pytest.mark.parametrize("name", ["GIF", "WebP", "TIFF", "PNG"])
    def test_the_first_of_several_frames_is_read_with_a_notice(self, name, gray):
        frames = [gray.convert("L"), Image.new("L", gray.size, 200)]
        options = {"lossless": True} if name == "WebP" else {}
        scan = read(encode(frames[0], name, save_all=True, append_images=frames[1:], **options))
        assert np.abs(np.asarray(scan.image).astype(int) - np.asarray(gray)).max() <= 2
        assert [notice.code for notice in scan.notices] == ["first-frame"]


class TestReducedDecoding:
    """Large JPEGs are decoded at a fraction of their size, without a visible effect on the result."""

    @pytest.fixture
    def large(self) -> Image.Image:
        """A scan enlarged to 12 megapixels."""
        return Image.open(sample_paths()[0]).convert("RGB").resize((4000, 3000), Image.Resampling.BICUBIC)

    def test_the_networks_input_is_nearly_the_same(self, large):
        scan = read(encode(large, "JPEG", quality=95))
        assert scan.image.size == (2000, 1500)
        assert np.abs(to_input(scan.image, SPEC) - to_input(large, SPEC)).max() < 0.02
        assert to_preview(scan.image).size == to_preview(large).size

    @pytest.mark.parametrize(("orientation", "size"), [(1, (4000, 3000)), (3, (4000, 3000)), (6, (3000, 4000))])
    def test_the_facts_contain_the_full_size(self, large, orientation, size):
        exif = Image.Exif()
        exif[0x0112] = orientation
        facts = read(encode(large, "JPEG", exif=exif)).facts
        assert (facts.width, facts.height) == size

    def test_the_shorter_side_is_not_reduced_below_the_preview_side(self, large):
        strip = large.resize((4000, 1100))
        assert read(encode(strip, "JPEG")).image.size == (4000, 1100)


def test_pillow_can_decode_every_accepted_format():
    assert features.check("webp")
    assert features.check("jpg")
    assert features.check("libtiff")
