"""Decodes an opened image of any mode into upright 8-bit pixels, in gray or RGB."""

from contextlib import suppress

import numpy as np
from PIL import ExifTags, Image, ImageChops, ImageFile, ImageOps

from app.services.imaging.samples import Decoded, Samples, on_black, to_8_bits

# Pillow multiplies the grays of a PNG of 2 or 4 bits by these factors, but not its transparent value.
_FACTORS = {"L;2": 85, "L;4": 17}
# The layouts of 16-bit PNG that Pillow reduces to the high bytes, and what a second decoding takes them for.
_LOW_BYTES = {"RGB;16B": "RGB;16L", "RGBA;16B": "RGBA;16L"}


def decode_pixels(image: ImageFile.ImageFile) -> Decoded:
    """Decode an image of any mode.

    Transparent pixels are composited on black, unless all are transparent. Samples of more than 8 bits are scaled to 8
    as `to_8_bits` describes.

    Returns:
        An upright 8-bit image, mode `L` where every pixel has three equal channels and `RGB` otherwise. Gray images
        take a third of the work in everything that follows.

    Raises:
        Exception: any exception, if the file is damaged; see `app.services.imaging.formats.damaged`.
    """
    deep = _sixteen_bit_samples(image)
    if deep is None:
        _multiply_transparent_value(image)
        image.load()
        return Decoded(_without_equal_channels(_to_rgb(_upright(image))))
    orientation = 1
    with suppress(Exception):  # damaged EXIF, as in `_upright`
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    return decode_samples(deep, orientation)


def decode_samples(samples: Samples, orientation: int) -> Decoded:
    """Convert samples to an image like that of `decode_pixels`; `orientation` as in EXIF."""
    decoded = to_8_bits(samples)
    decoded.image.getexif()[ExifTags.Base.Orientation] = orientation
    return Decoded(_without_equal_channels(_upright(decoded.image)), decoded.window)


def _multiply_transparent_value(image: ImageFile.ImageFile) -> None:
    factor = _FACTORS.get(str(image.tile[0].args)) if image.format == "PNG" and image.tile else None
    if factor and "transparency" in image.info:
        image.info["transparency"] *= factor


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        rgba = image if image.mode == "RGBA" else image.convert("RGBA")
        return on_black(rgba, rgba.getchannel("A"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _without_equal_channels(image: Image.Image) -> Image.Image:
    """An RGB image as gray if all its pixels are gray; otherwise unchanged."""
    if image.mode == "L":
        return image
    red, green, blue = image.split()
    coloured = ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox()
    return image if coloured else red


def _sixteen_bit_samples(image: ImageFile.ImageFile) -> Samples | None:
    """The samples of a 16-bit PNG; None for any other image.

    Pillow has no mode for 16-bit colour and returns only the high bytes, which are nearly all zero if a file stores the
    12 bits of a scanner in 16. A second decoding, in the other byte order, gives the low bytes. The four bytes of gray
    with alpha are decoded as those of an RGBA pixel.
    """
    layout = image.tile[0].args if image.format == "PNG" and image.tile else None
    file = image.fp
    if layout == "LA;16B":
        image.tile = [tile._replace(args="RGBA") for tile in image.tile]
        pairs = np.asarray(image).view(">u2")
        return Samples(pairs[..., :1], pairs[..., 1])
    if layout == "I;16B":
        values = np.asarray(image)[..., None]
    elif layout in _LOW_BYTES and file:
        image.load()
        file.seek(0)
        again = Image.open(file, formats=["PNG"])
        again.tile = [tile._replace(args=_LOW_BYTES[layout]) for tile in again.tile]
        values = np.array(image, np.uint16)
        values <<= 8
        values |= np.asarray(again)
    else:
        return None
    transparent = image.info.get("transparency")
    if values.shape[2] == 4:
        return Samples(values[..., :3], values[..., 3])
    return Samples(values, None if transparent is None else (values != transparent).any(axis=2).astype(np.uint16))


def _upright(image: Image.Image) -> Image.Image:
    """Rotate and mirror an image in place, as its EXIF orientation requires."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except MemoryError:
        raise
    except Exception:  # noqa: S110 (damaged EXIF is no reason to reject a scan whose pixels are intact)
        pass
    return image
