"""What a picture looks like, in numbers that no network need be asked for: layout, structure, symmetry and colour.

Layers that are averaged over the image no longer know where things were; these measures do.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE = 96
_THUMBNAIL = 24
_CELLS = 12
_RINGS = 8
_LEVELS = 8
# No two halves of a head are the same to the pixel, as those of a picture that was mirrored are.
_MOST_ALIKE = 0.99999

_ROWS, _COLUMNS = np.mgrid[0:_SIDE, 0:_SIDE] - (_SIDE - 1) / 2
_RING_OF = np.minimum(np.hypot(_ROWS, _COLUMNS) / (_SIDE / 2) * _RINGS * 0.8, _RINGS - 1).astype(int).ravel()
_FREQUENCIES = np.hypot(*np.meshgrid(np.fft.fftfreq(_SIDE), np.fft.rfftfreq(_SIDE), indexing="ij"))
_BAND_OF = np.minimum(_FREQUENCIES * 2 * _RINGS, _RINGS - 1).astype(int).ravel()

# How many numbers tell of each, in the order in which `appearance` has them.
APPEARANCE = {
    "layout": _THUMBNAIL**2 + _CELLS**2,
    "structure": 3 * _RINGS + _LEVELS + 4 + 4,
    "symmetry": 3,
    "colour": 1,
}


def appearance(image: Image.Image) -> NDArray[np.float32]:
    """Describe an 8-bit image, RGB or gray, of any size: float32 `[n]`, `n` the sum of `APPEARANCE`."""
    small = np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.BOX), np.float32) * np.float32(1 / 255)
    gray = small if small.ndim == 2 else small.mean(axis=2)
    return np.concatenate([_layout(gray), _structure(gray), [*_symmetry(gray), _colour(small)]]).astype(np.float32)


def _layout(gray: NDArray[np.float32]) -> NDArray[np.float32]:
    """Brightness and unrest, cell by cell."""
    brightness, unrest = _cells(gray, _THUMBNAIL).mean(axis=(1, 3)), _cells(gray, _CELLS).std(axis=(1, 3))
    return np.concatenate([brightness.ravel(), unrest.ravel()])


def _cells(gray: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    return gray.reshape(count, _SIDE // count, count, _SIDE // count)


def _structure(gray: NDArray[np.float32]) -> NDArray[np.floating]:
    """Brightness and unrest by distance from the centre, spectrum, gray levels, rims, corners."""
    flat = gray.ravel()
    pixels = np.bincount(_RING_OF)
    ring_mean = np.bincount(_RING_OF, flat) / pixels
    ring_spread = np.sqrt(np.maximum(np.bincount(_RING_OF, flat**2) / pixels - ring_mean**2, 0))
    power = np.abs(np.fft.rfft2(gray - gray.mean())).ravel() ** 2
    spectrum = np.log10(np.bincount(_BAND_OF, power) / np.bincount(_BAND_OF) + 1e-2)
    levels = np.sqrt(np.bincount(np.minimum(flat * _LEVELS, _LEVELS - 1).astype(int), minlength=_LEVELS) / len(flat))
    rims = [gray[:4].mean(), gray[-4:].mean(), gray[:, :4].mean(), gray[:, -4:].mean()]
    corners = [gray[:12, :12].mean(), gray[:12, -12:].mean(), gray[-12:, :12].mean(), gray[-12:, -12:].mean()]
    return np.concatenate([ring_mean, ring_spread, spectrum, levels, rims, corners])


def _symmetry(gray: NDArray[np.float32]) -> list[float]:
    """How alike the image is to itself upside down, mirrored, and both."""
    return [_alike(gray, gray[::-1]), _alike(gray, gray[:, ::-1]), _alike(gray, gray[::-1, ::-1])]


def _alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Correlation; 0 where there is nothing to correlate. Spread out near 1, where scans of heads lie."""
    a, b = one - one.mean(), other - other.mean()
    correlation = float((a * b).sum() / max(float((a * a).sum()), 1e-6))
    return float(np.arctanh(np.clip(correlation, -_MOST_ALIKE, _MOST_ALIKE)))


def _colour(small: NDArray[np.float32]) -> float:
    """Mean difference between a pixel's largest and smallest channel: a marker of some pixels hardly counts."""
    return 0.0 if small.ndim == 2 else float((small.max(axis=2) - small.min(axis=2)).mean())
