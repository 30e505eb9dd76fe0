"""From a file's bytes to the network's input: one pre-processing for serving and for training."""

import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageChops, ImageFile, ImageOps, TiffImagePlugin

from app.models.model_file import InputSpec
from app.models.problems import TooLarge, UnreadableImage, UnsupportedFormat

# The limit is checked below, before decoding, against the operator's setting; Pillow's own would get in the way.
Image.MAX_IMAGE_PIXELS = None
# Its remarks on damaged metadata would be printed past the log, and are about somebody's scan.
warnings.filterwarnings("ignore", module=r"PIL\.")

ACCEPTED_FORMATS = ("JPEG", "PNG", "WebP", "BMP", "TIFF", "GIF")

PREVIEW_SIDE = 1024


@dataclass(frozen=True)
class Limits:
    """What is refused before it is decoded: files of more bytes, images of more pixels."""

    max_bytes: int
    max_pixels: int


@dataclass(frozen=True)
class Notice:
    """Something a reader of the result should know: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class ScanFacts:
    """What is said of an image in an answer.

    Attributes:
        width, height: pixels, upright.
        format: what the file's content is, one of `ACCEPTED_FORMATS`.
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
        image: upright, 8-bit, gray (`L`) where no pixel has a colour and else RGB; a large JPEG is decoded at a half, a
            quarter or an eighth of its size, its shorter side at least `PREVIEW_SIDE`.
        facts: about the file, its full size among them.
        notices: what reading it passed over.
    """

    image: Image.Image
    facts: ScanFacts
    notices: tuple[Notice, ...] = ()


_SIGNATURES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("JPEG", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("PNG", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("WebP", lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP"),
    ("BMP", lambda head: head.startswith(b"BM")),
    ("TIFF", lambda head: head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))),
    ("GIF", lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    ("DICOM", lambda head: head[128:132] == b"DICM"),
    ("NIfTI", lambda head: head[344:348] in (b"n+1\0", b"ni1\0")),
    ("gzip (a compressed NIfTI volume?)", lambda head: head.startswith(b"\x1f\x8b")),
    ("PDF", lambda head: head.startswith(b"%PDF-")),
    ("HEIC", lambda head: head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1")),
    ("AVIF", lambda head: head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis")),
    ("JPEG 2000", lambda head: head[4:8] == b"jP  " or head.startswith(b"\xff\x4f\xff\x51")),
    ("JPEG XL", lambda head: head[4:8] == b"JXL " or head.startswith(b"\xff\x0a")),
    ("Photoshop", lambda head: head.startswith(b"8BPS")),
    ("Windows icon", lambda head: head.startswith(b"\0\0\1\0")),
    ("SVG", lambda head: b"<svg" in head),
)
_HEAD_BYTES = 512
# Files made to cost much work: each scan of a JPEG of a few bytes, each strip or tile of a TIFF of one pixel, takes as
# long as a real one. Real files stay far below (a dozen scans; a strip for each row).
_MAX_JPEG_SCANS = 500
_MAX_TIFF_PARTS = 2**16
_BAND_ROWS = 256


def check_size(file: BinaryIO, limits: Limits) -> None:
    """Go to the start of a file that is not too large.

    Raises:
        TooLarge: it has more bytes than the limits allow.
    """
    size = file.seek(0, os.SEEK_END)
    if size > limits.max_bytes:
        raise TooLarge(
            f"The file has {size:,} bytes; at most {limits.max_bytes:,} are accepted.", limit=limits.max_bytes
        )
    file.seek(0)


def read_scan(file: BinaryIO, limits: Limits) -> Scan:
    """Decode an image file into upright 8-bit RGB, or gray where it has no colours, a third of the work from there on.

    Transparency is composited on black; samples of more than 8 bits are scaled by the range they really
    use; of several frames the first is taken.

    Args:
        file: open for reading, seekable.
        limits: enforced before decoding.

    Raises:
        UnreadableImage: no image, or a damaged one.
        UnsupportedFormat: an image of a format that is not accepted.
        TooLarge: more than the limits allow.
    """
    check_size(file, limits)
    format_name = _recognise(file.read(_HEAD_BYTES))
    try:
        parts, most, name = _parts(file, format_name)
        file.seek(0)
    except Exception as error:  # see _damaged
        raise _damaged(format_name) from error
    if parts > most:
        raise UnreadableImage(
            f"The {format_name} file is made of more than {most:,} {name}. Save it again in the usual way."
        )
    try:
        image = Image.open(file, formats=[format_name.upper()])
    except Exception as error:  # see _damaged
        raise _damaged(format_name) from error
    width, height = image.size
    if width * height > limits.max_pixels:
        raise TooLarge(
            f"The image has {width * height / 1e6:.4g} megapixels ({width} x {height}); "
            f"at most {limits.max_pixels / 1e6:g} are accepted.",
            limit=limits.max_pixels,
        )
    try:
        mode = image.mode
        # Not how many: to count them, the whole file would have to be walked through.
        animated = getattr(image, "is_animated", False)
        whole = _reduce(image) if format_name == "JPEG" else None
        plain = _without_equal_channels(_to_rgb(image))
    except Exception as error:
        raise _damaged(format_name) from error
    notices = []
    if animated:
        notices.append(Notice("first-frame", "The file holds several frames; only the first was read."))
    return Scan(plain, ScanFacts(*(whole or plain.size), format_name, mode), tuple(notices))


def to_input(image: Image.Image, spec: InputSpec) -> NDArray[np.float32]:
    """Resize (bicubic, antialiased) to the network's input: float32 `[1, height, width, channels]` in `[0, 1]`.

    A network of one channel gets the luminance, one of three gets a gray image three times.
    """
    if spec.channels == 1:
        image = image.convert("L")
    resized = image.resize((spec.width, spec.height), Image.Resampling.BICUBIC)
    if spec.channels == 3:
        resized = resized.convert("RGB")
    return np.asarray(resized, np.float32).reshape(1, spec.height, spec.width, spec.channels) * np.float32(1 / 255)


def preview(image: Image.Image) -> Image.Image:
    """The image for people to look at: itself, or reduced until its longer side is `PREVIEW_SIDE`."""
    scale = PREVIEW_SIDE / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    # A large picture is first reduced by a whole factor, which is quick, to at least twice the size wanted.
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2)


def _recognise(head: bytes) -> str:
    """Name the format of a file by its first bytes."""
    if not head:
        raise UnreadableImage("The file is empty (0 bytes).", accepted=list(ACCEPTED_FORMATS))
    for name, matches in _SIGNATURES:
        if matches(head):
            if name in ACCEPTED_FORMATS:
                return name
            raise UnsupportedFormat(
                f"The file's format is {name}, which is not accepted. Export the slice as PNG and send that.",
                accepted=list(ACCEPTED_FORMATS),
            )
    raise UnreadableImage(
        "The file's content is not an image of a known format, whatever its name says.",
        accepted=list(ACCEPTED_FORMATS),
    )


def _damaged(format_name: str) -> UnreadableImage:
    # Pillow's decoders raise whatever their parser trips over (OSError, SyntaxError, struct.error, …),
    # so every exception on the way means the same: these bytes are no whole image.
    return UnreadableImage(f"The {format_name} file is damaged or cut off and cannot be decoded. Send it again.")


def _parts(file: BinaryIO, format_name: str) -> tuple[int, int, str]:
    """Of how many parts a file is made, how many are accepted, and what they are called."""
    file.seek(0)
    if format_name == "JPEG":
        # Within a scan's data the bytes of the marker cannot occur.
        return file.read().count(b"\xff\xda"), _MAX_JPEG_SCANS, "scans"
    if format_name == "TIFF":
        header = file.read(8)
        if b"+" in header[2:4]:  # BigTIFF
            header += file.read(8)
        directory = TiffImagePlugin.ImageFileDirectory_v2(header)
        file.seek(directory.next)
        directory.load(file)
        offsets = [directory.get(tag, ()) for tag in (TiffImagePlugin.STRIPOFFSETS, TiffImagePlugin.TILEOFFSETS)]
        counts = [len(value) if isinstance(value, tuple) else 1 for value in offsets]
        return max(counts), _MAX_TIFF_PARTS, "strips or tiles"
    return 1, 1, "parts"


def _reduce(image: ImageFile.ImageFile) -> tuple[int, int]:
    """Have a large JPEG decoded at a part of its size, which is quick; gives its whole size, upright."""
    width, height = image.size
    image.draft(None, (PREVIEW_SIDE, PREVIEW_SIDE))
    with suppress(Exception):  # as in `_upright`
        if image.getexif().get(ExifTags.Base.Orientation, 1) >= 5:
            return height, width
    return width, height


def _to_rgb(image: ImageFile.ImageFile) -> Image.Image:
    deep = _sixteen_bit_colour(image)
    if deep:
        high, low = deep
        values = np.array(_without_alpha(high), np.uint16)
        values <<= 8
        values |= np.asarray(_without_alpha(low))
        colour = _scale_to_8_bits(values)
        return _on_black(colour, high.getchannel("A")) if high.mode == "RGBA" else colour
    image.load()
    upright = _upright(image)
    if upright.mode in ("I", "F") or upright.mode.startswith("I;"):
        return _scale_to_8_bits(np.asarray(upright)).convert("RGB")
    if upright.has_transparency_data:
        rgba = upright if upright.mode == "RGBA" else upright.convert("RGBA")
        return _on_black(rgba, rgba.getchannel("A"))
    return _without_alpha(upright)


def _without_equal_channels(image: Image.Image) -> Image.Image:
    """An RGB image, in gray if that says the same."""
    red, green, blue = image.split()
    coloured = ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox()
    return image if coloured else red


def _without_alpha(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")


def _on_black(image: Image.Image, alpha: Image.Image) -> Image.Image:
    """Composite an image on black, without the copies that `alpha_composite` and `composite` make."""
    black = Image.new("RGB", image.size)
    black.paste(image, mask=alpha)
    return black


def _sixteen_bit_colour(image: ImageFile.ImageFile) -> tuple[Image.Image, Image.Image] | None:
    """The high and the low bytes of 16-bit RGB or RGBA, upright; None for any other image.

    Pillow has no mode for 16-bit colour and keeps the high bytes only, which are nearly all zero where a
    scanner's 12 bits were stored in 16. Decoding a second time in the other byte order gives the low bytes.
    """
    other_order = {"16B": "16L", "16L": "16B", "16N": "16B" if sys.byteorder == "little" else "16L"}
    swapped = []
    for tile in image.tile:
        args = (tile.args,) if isinstance(tile.args, str) else tuple(tile.args or ())
        layout, _, depth = str(args[0] if args else "").partition(";")
        if layout not in ("RGB", "RGBA") or depth not in other_order:
            return None
        args = (f"{layout};{other_order[depth]}", *args[1:])
        swapped.append(tile._replace(args=args[0] if isinstance(tile.args, str) else args))
    if not swapped or image.fp is None:
        return None
    file = image.fp
    image.load()
    file.seek(0)
    again = Image.open(file, formats=[image.format or ""])
    again.tile = swapped
    again.load()
    return _upright(image), _upright(again)


def _upright(image: Image.Image) -> Image.Image:
    """Turn an image, in place, as its EXIF says."""
    # Damaged EXIF is no reason to refuse a scan whose pixels are whole.
    with suppress(Exception):
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _scale_to_8_bits(values: NDArray[np.generic]) -> Image.Image:
    """Map the range that the values really use onto 0 to 255; not-a-number becomes the least value."""
    # Some rows at a time: float64, which no range of float32 overflows, of all pixels at once would be eight times
    # the image.
    bands = [slice(row, row + _BAND_ROWS) for row in range(0, len(values), _BAND_ROWS)]
    ranges = []
    for band in bands:
        finite = values[band][np.isfinite(values[band])]
        if finite.size:
            ranges.append((float(finite.min()), float(finite.max())))
    low = min((least for least, _ in ranges), default=0.0)
    high = max((greatest for _, greatest in ranges), default=0.0)
    scale = 255 / ((high - low) or 1)
    out = np.empty(values.shape, np.uint8)
    for band in bands:
        real = np.nan_to_num(values[band].astype(np.float64), nan=low, posinf=high, neginf=low)
        out[band] = np.rint((real - low) * scale)
    return Image.fromarray(out)
