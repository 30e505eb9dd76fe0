"""Measures the technical quality of an image, and compares each measure with a bound.

The measures are what a radiographer checks before reading a slice. The bounds are quantiles over the training images,
written by `python -m research.pipeline quality` to the file `BOUNDS_FILE`. They do not depend on a network.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops
from pydantic import TypeAdapter

from app.services.imaging.reading import Notice, Scan

BOUNDS_FILE = Path(__file__).with_name("quality_bounds.json")

# Above the spread that JPEG compression in colour adds to a gray image: no image of the data set exceeds 6 / 255.
MAX_COLOUR_SPREAD = 8 / 255
# Side in pixels of the reduced copy that most measures use: text and blur remain visible, and it takes a millisecond.
_SIDE = 192
_WHITE_QUANTILE = 0.99
_CLIPPED_FROM = 250
# Fractions of the gray of the brightest parts: a pixel above the first is tissue, a step above the second may be the
# edge of a letter.
_TISSUE = 0.2
_LETTER_EDGE = 0.35
_LETTER_EDGE_LEAST = 9
_BORDER = 2
# A frame around the picture is thinner than this; a head that is cut off reaches farther.
_FRAME = 8
# Divisors of height and width: the size of the corners in which scanners and viewers write text.
_CORNER = (8, 3)
_MIDDLE = (0.3, 0.7)


@dataclass(frozen=True)
class Quality:
    """The result of one measure for an image.

    Attributes:
        name: the measure's name; also the code of its notice.
        value: the measured value, in the unit of `Measure.meaning`.
        bound: the last acceptable value.
        ok: whether the value is acceptable.
    """

    name: str
    value: float
    bound: float
    ok: bool


@dataclass(frozen=True)
class Measure:
    """A measure, and the notice for an image that exceeds its bound.

    Attributes:
        name: stable.
        meaning: what the value is, with its unit or range.
        high_is_bad: whether the bound is an upper bound.
        advice: the fault and its remedy; `{value}` is replaced by the measured value, `{percent}` by 100 times it.
        tolerance: a bound is never stricter than this; None for no limit.
    """

    name: str
    meaning: str
    high_is_bad: bool
    advice: str
    tolerance: float | None = None


MEASURES = (
    Measure(
        "aspect-ratio",
        "longer side over shorter side",
        True,
        "One side of the image is {value:.1f} times the other; a slice of a head is nearly square. "
        "Crop it to a single slice.",
    ),
    Measure(
        "low-resolution",
        "pixels of the shorter side",
        False,
        "The image is only {value:.0f} pixels on its shorter side; fine detail is missing. Send the original size.",
    ),
    Measure(
        "colour",
        "mean difference between a pixel's channels, 0 to 1",
        True,
        "The image contains colours; an MRI scan does not. Send the plain scan, without overlays.",
        tolerance=MAX_COLOUR_SPREAD,
    ),
    Measure(
        "low-contrast",
        "standard deviation of gray over the brightest parts' gray",
        False,
        "The image is nearly uniform and shows hardly any structure. Narrow the window and export it again.",
    ),
    Measure(
        "too-dark",
        "gray that 1 % of the pixels exceed, 0 to 1",
        False,
        "The image is too dark: its brightest parts reach {percent:.0f} % of white. Set the window so that the brain "
        "is bright enough and export it again.",
    ),
    Measure(
        "clipped",
        "share of the pixels that are white",
        True,
        "{percent:.1f} % of the image is pure white: the detail there is lost. Widen the window and export it again.",
    ),
    Measure(
        "blurred",
        "mean curvature of gray over its mean slope, from pixel to pixel",
        False,
        "The image is blurred; fine detail is missing. Send the original, not a copy that was enlarged, smoothed or "
        "photographed.",
    ),
    Measure(
        "cropped",
        "share of the border that shows tissue",
        True,
        "The head touches {percent:.0f} % of the image's border, so a part of it may be cut off. Send the whole slice.",
    ),
    Measure(
        "burnt-in-text",
        "share of sharp edges in the corner with the most",
        True,
        "A corner of the image seems to contain text. Export it without annotations: they can mislead the network and "
        "reveal the patient's name.",
    ),
    Measure(
        "several-panels",
        "depth of the gap that halves the image, -1 to 1",
        True,
        "The image shows several pictures side by side. Send a single slice.",
    ),
)

BOUNDS = TypeAdapter(dict[str, float]).validate_json(BOUNDS_FILE.read_bytes())


def assess(scan: Scan) -> tuple[Quality, ...]:
    """Compare a scan with the bounds, in the order of `MEASURES`; takes about a millisecond."""
    values = measure(scan)
    return tuple(
        Quality(
            each.name,
            values[each.name],
            bound := BOUNDS[each.name],
            values[each.name] <= bound if each.high_is_bad else values[each.name] >= bound,
        )
        for each in MEASURES
    )


def notices(found: tuple[Quality, ...]) -> list[Notice]:
    """A notice for each measure outside its bound."""
    return [
        Notice(each.name, kind.advice.format(value=each.value, percent=100 * each.value))
        for each, kind in zip(found, MEASURES, strict=True)
        if not each.ok
    ]


def measure(scan: Scan) -> dict[str, float]:
    """The value of every measure, by name, in the order of `MEASURES`."""
    width, height = scan.facts.width, scan.facts.height
    small = scan.image.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, reducing_gap=2)
    gray = np.asarray(small.convert("L"))
    # 16-bit integers hold every difference below and take half the time of floats.
    deep = gray.astype(np.int16)
    across, down = np.abs(deep[:, 1:] - deep[:, :-1]), np.abs(deep[1:] - deep[:-1])
    white = _white(gray)
    return {
        "aspect-ratio": max(width, height) / min(width, height),
        "low-resolution": float(min(width, height)),
        "colour": _colour_spread(small),
        "low-contrast": float(gray.std()) / max(white, 1),
        "too-dark": white / 255,
        "clipped": float((gray >= _CLIPPED_FROM).mean()),
        "blurred": _sharpness(deep, across, down),
        "cropped": _at_border(gray > _TISSUE * white),
        "burnt-in-text": _in_corners(across > max(_LETTER_EDGE * white, _LETTER_EDGE_LEAST)),
        "several-panels": max(_gap(deep.sum(axis, dtype=np.float64)) for axis in (0, 1)),
    }


def _white(gray: NDArray[np.uint8]) -> int:
    """The gray that 1 % of the pixels exceed, 0 to 255."""
    counts = np.bincount(gray.ravel(), minlength=256).cumsum()
    return int(np.searchsorted(counts, _WHITE_QUANTILE * counts[-1]))


def _colour_spread(image: Image.Image) -> float:
    """Mean difference between a pixel's largest and smallest channel, 0 to 1, of an RGB or gray image."""
    if image.mode == "L":
        return 0.0
    red, green, blue = image.split()
    largest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    smallest = ImageChops.darker(ImageChops.darker(red, green), blue)
    return float(np.asarray(ImageChops.subtract(largest, smallest)).mean()) / 255


def _sharpness(gray: NDArray[np.int16], across: NDArray[np.int16], down: NDArray[np.int16]) -> float:
    """Mean absolute Laplacian over the mean absolute gradient: blur reduces the first more than the second.

    Brightness and the share of background do not change the ratio. A uniform image gets the maximum, 4.
    """
    curvature = np.abs(4 * gray[1:-1, 1:-1] - gray[:-2, 1:-1] - gray[2:, 1:-1] - gray[1:-1, :-2] - gray[1:-1, 2:])
    slope = float(across.mean() + down.mean())
    return float(curvature.mean()) / slope if slope else 4.0


def _at_border(tissue: NDArray[np.bool_]) -> float:
    """Share of the border that shows tissue, at the edge or behind a frame, whichever is less."""
    return min(_along_edges(tissue), _along_edges(tissue[_FRAME:-_FRAME, _FRAME:-_FRAME]))


def _along_edges(tissue: NDArray[np.bool_]) -> float:
    edges = (tissue[:_BORDER], tissue[-_BORDER:], tissue[:, :_BORDER].T, tissue[:, -_BORDER:].T)
    return float(np.concatenate(edges).mean())


def _in_corners(edges: NDArray[np.bool_]) -> float:
    height, width = _SIDE // _CORNER[0], _SIDE // _CORNER[1]
    rows, columns = (slice(height), slice(-height, None)), (slice(width), slice(-width, None))
    return max(float(edges[row, column].mean()) for row in rows for column in columns)


def _gap(profile: NDArray[np.float64]) -> float:
    """How empty the emptiest row or column near the middle is, and how evenly it divides the image.

    Args:
        profile: float64 `[n]`, the sum of gray of each column, or of each row.

    Returns:
        1 for an empty line with equal sums on both sides; about 0 for a line with the mean sum.
    """
    total = float(profile.sum())
    if total == 0:
        return 0.0
    before = profile.cumsum()
    balance = 2 * np.minimum(before, total - before) / total
    emptiness = 1 - profile * len(profile) / total
    first, last = (round(share * len(profile)) for share in _MIDDLE)
    return float((balance * emptiness)[first:last].max())
