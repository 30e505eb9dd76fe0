"""Rejects images that would take too much memory, before they are decoded.

Numbers of bytes are peaks of the whole reading, measured on images of 16 megapixels, and rounded up.
"""

from PIL import ImageFile
from PIL import TiffImagePlugin as Tiff
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from app.models.problems import TooLarge
from app.services.imaging.tiff import Layout

# Longer sides and thinner strips than any scan has: resizing makes an intermediate image of 299 times the longer side.
MAX_SIDE = 2**15
MAX_RATIO = 32
# For each pixel that the operator accepts: what 8-bit colour with transparency takes. More than 8 bits take more.
BYTES_PER_PIXEL = 13
_WEBP = {"RGB": 17, "RGBA": 20}
_PNG_16_BITS = {"RGB;16B": 20, "RGBA;16B": 28}
# Copies of the samples that are needed at once, and those of signed bytes and of floats stored as differences.
_TIFF_COPIES, _TIFF_MORE_COPIES = 3, 4
_SMALLER = "Save it as PNG with 8 bits per channel, or smaller."


def check_shape(size: tuple[int, int], max_pixels: int) -> None:
    """Check width and height in pixels.

    Raises:
        TooLarge: the image has too many pixels, or is too long, or too long for its width.
    """
    width, height = size
    if width * height > max_pixels:
        raise TooLarge(
            f"The image has {width * height / 1e6:.4g} megapixels ({width} x {height}); "
            f"at most {max_pixels / 1e6:g} are accepted.",
            limit=max_pixels,
        )
    if max(size) > MAX_SIDE:
        raise TooLarge(
            f"The image has a side of {max(size):,} pixels ({width} x {height}); at most {MAX_SIDE:,} are accepted. "
            "Crop it to a single slice.",
            limit=MAX_SIDE,
        )
    if max(size) > MAX_RATIO * min(size):
        raise TooLarge(
            f"One side of the image is more than {MAX_RATIO} times the other ({width} x {height}). Crop it to a single "
            "slice.",
            limit=MAX_RATIO,
        )


def check_samples(layout: Layout, max_pixels: int) -> None:
    """Check the size of a TIFF file and the memory that its samples take, the padding of strips and tiles included.

    Raises:
        TooLarge: see `check_shape`, or decoding the file would take too much memory.
    """
    check_shape(layout.upright_size, max_pixels)
    more = layout.stores_differences_of_floats or (layout.kind, layout.bits) == ("i", 8)
    _check_memory((_TIFF_MORE_COPIES if more else _TIFF_COPIES) * layout.nbytes, max_pixels)


def check_tile(directory: ImageFileDirectory_v2, max_pixels: int) -> None:
    """Check the tiles of a TIFF file that Pillow reads; they can be larger than the image.

    Raises:
        TooLarge: a tile has too many pixels.
    """
    check_shape((directory.get(Tiff.TILEWIDTH, 1), directory.get(Tiff.TILELENGTH, 1)), max_pixels)


def check_image(image: ImageFile.ImageFile, max_pixels: int) -> None:
    """Check an image that Pillow has opened.

    Raises:
        TooLarge: see `check_shape`, or decoding the image would take too much memory.
    """
    check_shape(image.size, max_pixels)
    width, height = image.size
    layout = image.tile[0].args if image.tile else None
    need = {"WEBP": _WEBP.get(image.mode), "PNG": _PNG_16_BITS.get(str(layout))}.get(image.format or "")
    _check_memory(width * height * (need or BYTES_PER_PIXEL), max_pixels)


def too_much_memory(limit: int) -> TooLarge:
    """The error for an image whose decoder needs more memory than the checks foresee, in bytes."""
    return TooLarge(
        f"Decoding the image takes more memory than the {limit / 1e6:g} MB that are accepted. {_SMALLER}", limit=limit
    )


def _check_memory(need: int, max_pixels: int) -> None:
    limit = max_pixels * BYTES_PER_PIXEL
    if need > limit:
        raise TooLarge(
            f"Decoding the image takes {need / 1e6:.4g} MB of memory; at most {limit / 1e6:g} MB are accepted. "
            f"{_SMALLER}",
            limit=limit,
        )
