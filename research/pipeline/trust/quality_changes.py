"""Harmless quality changes, as other scanners or exports cause them; the result is still a brain MRI."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

Change = Callable[[Image.Image, np.random.Generator], Image.Image]

_STANDARD = 299


def _noisy(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    standard = np.asarray(image.resize((_STANDARD, _STANDARD), Image.Resampling.BICUBIC), np.float32)
    grain = rng.normal(0, 255 * rng.uniform(0.01, 0.06), (*standard.shape[:2], 1))
    return Image.fromarray(np.clip(standard + grain, 0, 255).astype(np.uint8))


def _low_resolution(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    side = int(_STANDARD * rng.uniform(0.3, 0.7))
    return image.resize((side, side), Image.Resampling.BICUBIC)


def _windowed_again(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    gamma, low, high = np.exp(rng.uniform(*np.log((0.6, 1.6)))), rng.uniform(0, 0.06), rng.uniform(0.75, 1.15)
    level = np.clip((np.linspace(0, 1, 256) - low) / (high - low), 0, 1) ** gamma
    return image.point(np.rint(level * 255).astype(int).tolist() * 3)


def _other_resolution(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Resample at another size, rotate slightly and change the margins."""
    side = int(rng.integers(180, 700))
    head = image.resize((side, side), Image.Resampling.BILINEAR).rotate(rng.uniform(-8, 8), Image.Resampling.BILINEAR)
    margin = int(side * rng.uniform(0, 0.08))
    out = Image.new("RGB", (side + 2 * margin,) * 2)
    out.paste(head, (margin, margin))
    return out


def _compressed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(12, 60)))
    return Image.open(file).convert("RGB")


QUALITIES: dict[str, Change] = {
    "noisy": _noisy,
    "low resolution": _low_resolution,
    "another window": _windowed_again,
    "another resolution": _other_resolution,
    "compressed": _compressed,
}
