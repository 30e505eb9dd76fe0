"""Measures of an image that do not depend on a network: layout, structure, symmetry and colour.

The features of a network's layers are averages over the image and contain no positions; these measures contain them.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE = 96
_THUMBNAIL = 24
_CELLS = 12
_RINGS = 8
_LEVELS = 8
# Upper limit of a correlation. The halves of a real head never reach it, the halves of a mirrored image do.
_MAX_CORRELATION = 0.99999

_ROWS, _COLUMNS = np.mgrid[0:_SIDE, 0:_SIDE] - (_SIDE - 1) / 2
_RING_OF = np.minimum(np.hypot(_ROWS, _COLUMNS) / (_SIDE / 2) * _RINGS * 0.8, _RINGS - 1).astype(int).ravel()
_FREQUENCIES = np.hypot(*np.meshgrid(np.fft.fftfreq(_SIDE), np.fft.rfftfreq(_SIDE), indexing="ij"))
_BAND_OF = np.minimum(_FREQUENCIES * 2 * _RINGS, _RINGS - 1).astype(int).ravel()

# Number of values of each measure, in the order of `appearance`.
APPEARANCE = {
    "layout": _THUMBNAIL**2 + _CELLS**2,
    "structure": 3 * _RINGS + _LEVELS + 4 + 4,
    "symmetry": 3,
    "colour": 1,
}


def appearance(image: Image.Image) -> NDArray[np.float32]:
    """Measure an 8-bit image, RGB or gray, of any size: float32 `[n]`, where `n` is the sum of `APPEARANCE`."""
    small = np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.BOX), np.float32) * np.float32(1 / 255)
    gray = small if small.ndim == 2 else small.mean(axis=2)
    return np.concatenate([_layout(gray), _structure(gray), [*_symmetry(gray), _colour(small)]]).astype(np.float32)


def _layout(gray: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of each cell of a fine grid, standard deviation of each cell of a coarse one."""
    means, deviations = _cells(gray, _THUMBNAIL).mean(axis=(1, 3)), _cells(gray, _CELLS).std(axis=(1, 3))
    return np.concatenate([means.ravel(), deviations.ravel()])


def _cells(gray: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    return gray.reshape(count, _SIDE // count, count, _SIDE // count)


def _structure(gray: NDArray[np.float32]) -> NDArray[np.floating]:
    """Mean and standard deviation by distance from the centre, spectrum, gray levels, borders, corners."""
    flat = gray.ravel()
    pixels = np.bincount(_RING_OF)
    ring_mean = np.bincount(_RING_OF, flat) / pixels
    ring_spread = np.sqrt(np.maximum(np.bincount(_RING_OF, flat**2) / pixels - ring_mean**2, 0))
    power = np.abs(np.fft.rfft2(gray - gray.mean())).ravel() ** 2
    spectrum = np.log10(np.bincount(_BAND_OF, power) / np.bincount(_BAND_OF) + 1e-2)
    levels = np.sqrt(np.bincount(np.minimum(flat * _LEVELS, _LEVELS - 1).astype(int), minlength=_LEVELS) / len(flat))
    borders = [gray[:4].mean(), gray[-4:].mean(), gray[:, :4].mean(), gray[:, -4:].mean()]
    corners = [gray[:12, :12].mean(), gray[:12, -12:].mean(), gray[-12:, :12].mean(), gray[-12:, -12:].mean()]
    return np.concatenate([ring_mean, ring_spread, spectrum, levels, borders, corners])


def _symmetry(gray: NDArray[np.float32]) -> list[float]:
    """Correlation of the image with itself upside down, mirrored, and both."""
    return [_correlation(gray, gray[::-1]), _correlation(gray, gray[:, ::-1]), _correlation(gray, gray[::-1, ::-1])]


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Fisher-transformed correlation, which separates values near 1, the range of head scans; 0 for uniform images."""
    a, b = one - one.mean(), other - other.mean()
    correlation = float((a * b).sum() / max(float((a * a).sum()), 1e-6))
    return float(np.arctanh(np.clip(correlation, -_MAX_CORRELATION, _MAX_CORRELATION)))


def _colour(small: NDArray[np.float32]) -> float:
    """Mean difference between a pixel's largest and smallest channel, 0 to 1; a few coloured pixels hardly count."""
    return 0.0 if small.ndim == 2 else float((small.max(axis=2) - small.min(axis=2)).mean())
