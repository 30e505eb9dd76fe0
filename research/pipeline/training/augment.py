"""Random changes of training pictures that imitate other scanners, export settings and poses."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter, ImageOps

from research.pipeline.training.recipe import AugmentationSettings, Range

_LEAST_RESOLUTION = 0.35
_BLUR_RADIUS = (0.4, 1.8)
_JPEG_QUALITY = (12, 60)
_NOISE_SIGMA = (0.01, 0.07)
_MOST_BORDER = 0.08
# Drawing normal numbers takes longer than everything else, so noise is a random window of one large field.
_NOISE_FIELD_SIDE = 512


class Augmenter:
    """Changes 8-bit gray pictures according to the settings."""

    def __init__(self, settings: AugmentationSettings) -> None:
        """Draw the field of noise."""
        self._settings = settings
        self._noise_field = np.random.default_rng(0).standard_normal((_NOISE_FIELD_SIDE,) * 2, np.float32)

    def __call__(
        self, picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None, zoom: Range, rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
        """Return a changed copy, and the mask moved in the same way.

        Args:
            picture: uint8 `[side, side]`.
            mask: uint8 `[side, side]`, if there is one.
            zoom: range of the random scale.
            rng: source of all randomness; the same state gives the same copy.
        """
        settings = self._settings
        move = self._movement(picture.shape[0], zoom, rng)
        image = _moved(Image.fromarray(picture), move, Image.Resampling.BICUBIC)
        image = image.point(self._tone_curve(rng))
        if rng.random() < settings.equalize:
            image = Image.blend(image, ImageOps.equalize(image), rng.uniform(0.2, 0.8))
        if rng.random() < settings.lost_resolution:
            image = _lose_resolution(image, rng.uniform(_LEAST_RESOLUTION, 0.8), rng)
        if rng.random() < settings.blur:
            image = image.filter(ImageFilter.GaussianBlur(rng.uniform(*_BLUR_RADIUS) * image.width / 299))
        if rng.random() < settings.sharpen:
            image = image.filter(ImageFilter.UnsharpMask(2, int(rng.integers(50, 200)), 0))
        if rng.random() < settings.jpeg:
            image = _compress(image, int(rng.integers(*_JPEG_QUALITY)))
        if rng.random() < settings.black_border:
            image = _blacken_border(image, round(rng.uniform(0.01, _MOST_BORDER) * image.width))
        changed = np.asarray(image)
        if rng.random() < settings.noise:
            changed = self._add_noise(changed, rng)
        if mask is not None:
            mask = np.asarray(_moved(Image.fromarray(mask), move, Image.Resampling.BILINEAR))
        return changed, mask

    def _movement(self, side: int, zoom: Range, rng: np.random.Generator) -> tuple[float, ...]:
        """Rotation, scale, stretch, shear, shift and mirroring about the centre, as one affine transform."""
        settings = self._settings
        angle = np.deg2rad(rng.uniform(-settings.rotation, settings.rotation))
        scale = np.exp(rng.uniform(*np.log(zoom))) * np.exp(rng.uniform(-settings.stretch, settings.stretch, 2))
        shear = rng.uniform(-settings.shear, settings.shear, 2)
        flips = np.where(rng.random(2) < (settings.mirror, settings.upside_down), -1, 1)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        matrix = np.diag(flips / scale) @ turn @ np.array([[1, shear[0]], [shear[1], 1]])
        centre = np.full(2, side / 2)
        offset = centre - matrix @ (centre + rng.uniform(-settings.shift, settings.shift, 2) * side)
        return (*matrix[0], offset[0], *matrix[1], offset[1])

    def _tone_curve(self, rng: np.random.Generator) -> list[int]:
        settings = self._settings
        gamma = np.exp(rng.uniform(*np.log(settings.gamma)))
        contrast, brightness = rng.uniform(*settings.contrast), rng.uniform(*settings.brightness)
        level = np.linspace(0, 1, 256) ** gamma
        # Brightness is not added to black pixels, so the background does not change.
        level = level * contrast + brightness * np.minimum(level * 10, 1)
        curve: list[int] = np.rint(np.clip(level, 0, 1) * 255).astype(int).tolist()
        return curve

    def _add_noise(self, picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        height, width = picture.shape
        row, column = rng.integers(0, (_NOISE_FIELD_SIDE - height, _NOISE_FIELD_SIDE - width))
        sigma = np.float32(255 * rng.uniform(*_NOISE_SIGMA))
        noisy = picture + sigma * self._noise_field[row : row + height, column : column + width]
        return np.clip(noisy + np.float32(0.5), 0, 255).astype(np.uint8)


def _moved(image: Image.Image, move: tuple[float, ...], method: Image.Resampling) -> Image.Image:
    """Apply an affine transform in one resampling; fill with black."""
    return image.transform(image.size, Image.Transform.AFFINE, move, method)


def _lose_resolution(image: Image.Image, scale: float, rng: np.random.Generator) -> Image.Image:
    methods = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
    down, up = rng.integers(0, len(methods), 2)
    small = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(small, methods[down]).resize(image.size, methods[up])


def _compress(image: Image.Image, quality: int) -> Image.Image:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("L")


def _blacken_border(image: Image.Image, pixels: int) -> Image.Image:
    inside = Image.new("L", (image.width - 2 * pixels, image.height - 2 * pixels), 255)
    return ImageChops.multiply(image, ImageOps.expand(inside, pixels, 0))
