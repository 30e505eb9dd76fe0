"""The samples of an image as its file stores them, of any depth, and their scaling to 8 bits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PERCENTILES = (0.5, 99.5)
_BAND_ROWS = 256
# The range of the values is estimated from about this many pixels, on a regular grid.
_MEASURED_PIXELS = 2**20
# An image of fewer values is a drawing or a mask: its darkest and its brightest value are content, not padding.
_FEWEST_VALUES = 8


@dataclass(frozen=True)
class Samples:
    """The samples of an image.

    Attributes:
        values: `[height, width, channels]`, numbers of any type and byte order; one channel (gray) or three (RGB).
        alpha: `[height, width]`, the opacity, not necessarily up to the largest value of its type; None if opaque.
        white_is_zero: whether the smallest value is white.
    """

    values: NDArray[np.generic]
    alpha: NDArray[np.generic] | None = None
    white_is_zero: bool = False


@dataclass(frozen=True)
class Decoded:
    """Decoded pixels.

    Attributes:
        image: 8-bit, mode `L` or `RGB`.
        window: the values that became black and white; None if the file's samples have at most 8 bits.
    """

    image: Image.Image
    window: tuple[float, float] | None = None


def to_8_bits(samples: Samples) -> Decoded:
    """Convert samples to 8 bits, composited on black.

    Values of 8 bits remain as they are; signed ones are shifted so that none is negative. Deeper values are scaled from
    the range of `_window`. Not-a-number becomes the smallest value. Opacity is relative to its largest value.
    """
    values, opacity = samples.values, _opacity(samples.alpha)
    window = None
    if values.dtype.itemsize > 1:
        window = _window(values, opacity)
        out = _scaled(values, *window)
    elif values.dtype.kind == "i":
        # Arithmetic of unsigned bytes wraps around, so that no wider copy is needed.
        out = values.view(np.uint8) - np.uint8(min(int(values.min()), 0) % 256)
    else:
        out = np.asarray(values, np.uint8)
    if samples.white_is_zero:
        out = 255 - out
    image = Image.fromarray(out[..., 0] if out.shape[2] == 1 else out)
    return Decoded(image if opacity is None else on_black(image, Image.fromarray(opacity)), window)


def on_black(image: Image.Image, alpha: Image.Image) -> Image.Image:
    """Composite an image on black, without the copies that `alpha_composite` and `composite` make.

    An image that is transparent everywhere loses its alpha: programs that write no opacity leave it at zero.
    """
    mode = "L" if image.mode == "L" else "RGB"
    if alpha.getextrema() == (0, 0):
        return image if image.mode == mode else image.convert(mode)
    black = Image.new(mode, image.size)
    black.paste(image, mask=alpha)
    return black


def _opacity(alpha: NDArray[np.generic] | None) -> NDArray[np.uint8] | None:
    """Opacity from 0 to 255; None if it is the same everywhere."""
    if alpha is None:
        return None
    low, high = float(alpha.min()), float(alpha.max())
    if alpha.dtype == np.uint8 and high > 0:
        return np.asarray(alpha, np.uint8)
    return None if not low < high < np.inf else _scaled(alpha, 0.0, high)


def _window(values: NDArray[np.generic], opacity: NDArray[np.uint8] | None) -> tuple[float, float]:
    """The values that become black and white; transparent pixels do not count.

    They are the percentiles `PERCENTILES` of the values without padding and burnt-in labels: these are the smallest and
    the largest value, and any value beyond a gap wider than half the range of the rest.
    """
    step = max(1, int((values.shape[0] * values.shape[1] / _MEASURED_PIXELS) ** 0.5))
    measured = values[::step, ::step]
    if opacity is not None:
        measured = measured[opacity[::step, ::step] > 0]
    levels, counts = np.unique(measured[np.isfinite(measured)].astype(np.float64), return_counts=True)
    if levels.size == 0:
        return 0.0, 0.0
    whole = float(levels[0]), float(levels[-1])
    first, last = 1, levels.size - 2
    while last - first >= _FEWEST_VALUES:
        if levels[last] / 2 - levels[last - 1] / 2 > (levels[last - 1] / 2 - levels[first] / 2) / 2:
            last -= 1
        elif levels[first + 1] / 2 - levels[first] / 2 > (levels[last] / 2 - levels[first + 1] / 2) / 2:
            first += 1
        else:
            break
    if last - first < _FEWEST_VALUES:
        return whole
    levels, sums = levels[first : last + 1], counts[first : last + 1].cumsum()
    low, high = (float(levels[np.searchsorted(sums, share / 100 * sums[-1])]) for share in PERCENTILES)
    return (low, high) if low < high else whole


def _scaled(values: NDArray[np.generic], low: float, high: float) -> NDArray[np.uint8]:
    """Map `low` to `high` to 0 to 255; values beyond are clipped, and not-a-number becomes 0."""
    if values.dtype.itemsize != 2 or values.dtype.kind == "f":
        return _computed(values, low, high)
    # A table of all values: 4 ns for each, not 22.
    native = values.dtype.newbyteorder("=")
    table = _computed(np.arange(2**16, dtype=np.uint16).view(native).reshape(_BAND_ROWS, -1), low, high)
    out = np.empty(values.shape, np.uint8)
    for row in range(0, len(values), _BAND_ROWS):
        band = values[row : row + _BAND_ROWS].astype(native)
        table.take(band.view(np.uint16), out=out[row : row + _BAND_ROWS], mode="clip")
    return out


def _computed(values: NDArray[np.generic], low: float, high: float) -> NDArray[np.uint8]:
    """As `_scaled`, for values of any type."""
    # In bands of rows: float64, which no range of float32 overflows, takes eight times the memory of the 8-bit image.
    # Halves, since the difference of two values can exceed the range of float64.
    out = np.empty(values.shape, np.uint8)
    half = high / 2 - low / 2 or 1.0
    for row in range(0, len(values), _BAND_ROWS):
        band = values[row : row + _BAND_ROWS].astype(np.float64)
        np.nan_to_num(band, copy=False, nan=low, posinf=high, neginf=low)
        out[row : row + _BAND_ROWS] = np.rint((band.clip(low, high) / 2 - low / 2) / half * 255)
    return out
