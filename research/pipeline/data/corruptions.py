"""Typical damage to a scan before it reaches the service: a fixed, seeded set of corruptions.

Each scan is first resized to 299 x 299 pixels, 8-bit RGB, so that a blur radius or the grain of noise has the same
effect on every image and network.
"""

from collections.abc import Callable
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

SIDE = 299
SEED = 20261123

Corruption = Callable[[Image.Image, np.random.Generator], Image.Image]


def corrupt(name: str, image: Image.Image, index: int) -> Image.Image:
    """Resize a scan to 299 x 299 pixels and corrupt it.

    Args:
        name: a key of `CORRUPTIONS`.
        image: 8-bit RGB, of any size.
        index: number of the image; the random part depends only on it.
    """
    standard = image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return CORRUPTIONS[name](standard, np.random.default_rng((SEED, index)))


def _gamma(exponent: float) -> Corruption:
    table = [round(255 * (value / 255) ** exponent) for value in range(256)] * 3
    return lambda image, rng: image.point(table)


def _contrast(factor: float) -> Corruption:
    """Reduce the contrast towards the image's mean gray."""
    return lambda image, rng: ImageEnhance.Contrast(image).enhance(factor)


def _noise(sigma: float) -> Corruption:
    """Add Gaussian noise, `sigma` a fraction of white, equal in every channel since scans are gray."""

    def add(image: Image.Image, rng: np.random.Generator) -> Image.Image:
        return _to_image(np.asarray(image) / 255 + rng.normal(0, sigma, (image.height, image.width, 1)))

    return add


def _blur(radius: float) -> Corruption:
    """Gaussian blur; `radius` is its standard deviation in pixels."""
    return lambda image, rng: image.filter(ImageFilter.GaussianBlur(radius))


def _jpeg(quality: int) -> Corruption:
    def compress(image: Image.Image, rng: np.random.Generator) -> Image.Image:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality)
        return Image.open(file).convert("RGB")

    return compress


def _rotation(degrees: float) -> Corruption:
    """Rotate counter-clockwise about the centre, on black."""
    return lambda image, rng: image.rotate(degrees, Image.Resampling.BICUBIC)


def _crop(share: float) -> Corruption:
    """Crop the middle `share` of each side and enlarge it."""

    def crop(image: Image.Image, rng: np.random.Generator) -> Image.Image:
        cut_x, cut_y = image.width * (1 - share) / 2, image.height * (1 - share) / 2
        box = (cut_x, cut_y, image.width - cut_x, image.height - cut_y)
        return image.resize(image.size, Image.Resampling.BICUBIC, box=box)

    return crop


def _lost_resolution(scale: float) -> Corruption:
    def reduce_and_enlarge(image: Image.Image, rng: np.random.Generator) -> Image.Image:
        small = (round(image.width * scale), round(image.height * scale))
        return image.resize(small, Image.Resampling.BICUBIC).resize(image.size, Image.Resampling.BICUBIC)

    return reduce_and_enlarge


def _clahe(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Contrast-limited adaptive histogram equalisation (Zuiderveld 1994), with scikit-image's defaults."""
    from skimage.exposure import equalize_adapthist

    return _to_image(equalize_adapthist(np.asarray(image)))


def _black_border(share: float) -> Corruption:
    """Blacken the outer `share` of each side."""

    def blacken(image: Image.Image, rng: np.random.Generator) -> Image.Image:
        x, y = round(image.width * share), round(image.height * share)
        out = Image.new("RGB", image.size)
        out.paste(image.crop((x, y, image.width - x, image.height - y)), (x, y))
        return out

    return blacken


def _to_image(values: NDArray[np.floating]) -> Image.Image:
    """Convert float `[height, width, 3]`, with white at 1, to 8-bit RGB."""
    return Image.fromarray(np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8))


CORRUPTIONS: dict[str, Corruption] = {
    "gamma 0.6": _gamma(0.6),
    "gamma 1.6": _gamma(1.6),
    "contrast 0.6": _contrast(0.6),
    "Gaussian noise, sigma 0.05": _noise(0.05),
    "blur, radius 1.5": _blur(1.5),
    "JPEG, quality 20": _jpeg(20),
    "rotation by 15°": _rotation(15),
    "crop to 90 %": _crop(0.9),
    "half resolution and back": _lost_resolution(0.5),
    "CLAHE": _clahe,
    "outer 5 % black": _black_border(0.05),
}
