"""Decodes an opened image of any mode into upright 8-bit pixels, in gray or RGB."""

import sys
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFile, ImageOps

_BAND_ROWS = 256


def decode_pixels(image: ImageFile.ImageFile) -> Image.Image:
    """Decode an image of any mode.

    Transparent pixels are composited on black. Samples of more than 8 bits are scaled from the range that the image
    uses to 0 to 255.

    Returns:
        An upright 8-bit image, mode `L` where every pixel has three equal channels and `RGB` otherwise. Gray images
        take a third of the work in everything that follows.

    Raises:
        Exception: any exception, if the file is damaged; see `app.services.imaging.formats.damaged`.
    """
    return _without_equal_channels(_to_rgb(image))


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
    """An RGB image as gray if all its pixels are gray; otherwise unchanged."""
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

    Pillow has no mode for 16-bit colour and returns only the high bytes, which are nearly all zero if a file stores
    the 12 bits of a scanner in 16. A second decoding in the other byte order gives the low bytes.
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
    """Rotate and mirror an image in place, as its EXIF orientation requires."""
    # Damaged EXIF is no reason to reject a scan whose pixels are intact.
    with suppress(Exception):
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _scale_to_8_bits(values: NDArray[np.generic]) -> Image.Image:
    """Map the range from the smallest to the largest finite value to 0 to 255; not-a-number becomes 0."""
    # In bands of rows: float64, which no range of float32 overflows, takes eight times the memory of the 8-bit image.
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
