"""Random changes of contrast that keep shape: another sequence, scanner or preparation of the same slice.

In most training material a class comes with one sequence, which then predicts the class. These changes take the
brightness of tissue away as a clue and leave shape, border and place.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pydantic import Field
from scipy import ndimage

from app.models.strict import Fraction, Strict

_TISSUE = 0.08
_TEXTS = ("R", "L", "A", "SE 4", "TR 500", "TE 12", "W 320", "IM 14", "AX", "COR", "FOV 22", "HFS")

Change = Literal["curve", "monotone", "invert", "fade", "convolve", "amplitude", "histogram"]
# A brighter tissue stays brighter.
_RISING: tuple[Change, ...] = ("monotone", "histogram")


class RestyleSettings(Strict):
    """Probabilities of the changes. The first seven exclude each other; their sum is at most 1."""

    curve: Fraction = Field(description="A random curve of gray levels that may rise and fall.")
    monotone: Fraction = Field(description="A random rising curve.")
    invert: Fraction = Field(description="A random falling curve within the head.")
    fade: Fraction = Field(
        description="Bright tissue, such as enhancement, turns as gray as its surroundings; half are inverted."
    )
    convolve: Fraction = Field(description="A random shallow convolutional network (Ouyang et al. 2022).")
    amplitude: Fraction = Field(description="Low frequencies' amplitude of another slice (Yang and Soatto 2020).")
    histogram: Fraction = Field(description="Gray levels of another slice, by quantile.")
    by_region: Fraction = Field(description="The change is limited to a smooth random region.")
    bias: Fraction = Field(description="A smooth change of brightness across the picture.")
    skull: Fraction = Field(description="The outer rim of the head, skull and scalp, is made black.")
    text: Fraction = Field(description="Letters at the rim of the picture.")


class Restyler:
    """Changes the look of 8-bit gray slices."""

    def __init__(self, settings: RestyleSettings) -> None:
        """Use the probabilities of the settings."""
        self._settings = settings
        self._names: list[Change] = ["curve", "monotone", "invert", "fade", "convolve", "amplitude", "histogram"]
        self._bounds = np.cumsum([getattr(settings, name) for name in self._names])

    def __call__(
        self, picture: NDArray[np.uint8], other: NDArray[np.uint8], rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], bool]:
        """Return a changed copy, and whether its contrast still shows the sequence.

        Args:
            picture: uint8 `[side, side]`.
            other: a slice of another source, of the same size.
            rng: source of all randomness.
        """
        settings = self._settings
        level = picture.astype(np.float32) / np.float32(255)
        head = head_of(level)
        if head.mean() < 0.05:
            return picture, True
        contrast_kept = True
        chosen = int(np.searchsorted(self._bounds, rng.random(), side="right"))
        if chosen < len(self._names):
            name = self._names[chosen]
            contrast_kept = name in _RISING
            changed = _in_range(self._change(name, level, head, other, rng), level, head, rng)
            if rng.random() < settings.by_region:
                share = smooth_field(level.shape, rng)
                changed = share * changed + (1 - share) * level
            level = np.where(head, changed, level)
        if rng.random() < settings.bias:
            level = level * np.exp(rng.uniform(0.2, 0.7) * (2 * smooth_field(level.shape, rng) - 1))
        if rng.random() < settings.skull:
            depth = ndimage.distance_transform_edt(head)
            level = level * (depth > rng.uniform(0.05, 0.12) * len(level))
        result = np.rint(np.clip(level, 0, 1) * 255).astype(np.uint8)
        return (_with_text(result, rng) if rng.random() < settings.text else result), contrast_kept

    def _change(
        self,
        name: Change,
        level: NDArray[np.float32],
        head: NDArray[np.bool_],
        other: NDArray[np.uint8],
        rng: np.random.Generator,
    ) -> NDArray[np.float32]:
        if name in ("curve", "monotone", "invert"):
            return _curve(level, head, name, rng)
        if name == "fade":
            return _fade(level, head, rng)
        if name == "convolve":
            return _convolve(level, rng)
        partner = other.astype(np.float32) / np.float32(255)
        if name == "amplitude":
            return _take_amplitude(level, partner, rng)
        return _take_histogram(level, head, partner)


def head_of(level: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The head without its background, dark places inside included: bool of the picture's shape."""
    tissue = ndimage.uniform_filter(level, 3) > _TISSUE * max(float(np.quantile(level, 0.99)), 0.1)
    inside: NDArray[np.bool_] = _between(tissue, 0) & _between(tissue, 1)
    return inside


def _between(tissue: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """From the first to the last place of tissue along an axis."""
    after_first = np.maximum.accumulate(tissue, axis=axis)
    before_last = np.flip(np.maximum.accumulate(np.flip(tissue, axis), axis=axis), axis)
    between: NDArray[np.bool_] = after_first & before_last
    return between


def smooth_field(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """A smooth random field of a picture's shape, in `[0, 1]`."""
    count = int(rng.integers(2, 6))
    coarse = Image.fromarray(rng.random((count, count), np.float32))
    field: NDArray[np.float32] = np.asarray(coarse.resize((shape[1], shape[0]), Image.Resampling.BICUBIC), np.float32)
    return np.clip(field, 0, 1)


def _curve(
    level: NDArray[np.float32], head: NDArray[np.bool_], kind: Change, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Map gray levels through a piecewise linear curve between quantiles of the head's levels."""
    knots = int(rng.integers(3, 7))
    inner = np.sort(rng.random(knots - 2))
    at = np.unique(np.quantile(level[head], np.concatenate([[0], inner, [1]])))
    values = rng.random(len(at))
    if kind == "monotone":
        values = np.sort(values)
    elif kind == "invert":
        values = np.sort(values)[::-1]
    elif len(at) > 2 and rng.random() < 0.5:
        values[0] = rng.uniform(0, 0.2)  # air and bone stay dark in most sequences
    return np.interp(level, at, values).astype(np.float32)


def _fade(level: NDArray[np.float32], head: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.float32]:
    """Flatten the gray levels above those of the brain; a slice with contrast then resembles T1, inverted T2."""
    knee = np.quantile(level[head], rng.uniform(0.5, 0.85))
    slope = rng.uniform(0.02, 0.3)
    faded: NDArray[np.float32] = np.minimum(level, knee + slope * (level - knee)).astype(np.float32)
    return -faded if rng.random() < 0.5 else faded


def _convolve(level: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A random network of three layers, as wide as one or two channels, mixed with the slice."""
    maps = level[np.newaxis]
    for layer in range(3):
        channels = 1 if layer == 2 else 2
        out = []
        for _ in range(channels):
            size = int(rng.choice([1, 3]))
            total = np.zeros_like(level)
            for values in maps:
                total += ndimage.convolve(values, rng.standard_normal((size, size)).astype(np.float32), mode="nearest")
            out.append(total + np.float32(rng.normal(0, 0.3)))
        maps = np.array(out)
        if layer < 2:
            maps = np.where(maps > 0, maps, 0.1 * maps)
    changed: NDArray[np.float32] = maps[0] * np.linalg.norm(level) / max(float(np.linalg.norm(maps[0])), 1e-6)
    share = np.float32(rng.uniform(0.3, 1))
    return share * changed + (1 - share) * level


def _take_amplitude(
    level: NDArray[np.float32], partner: NDArray[np.float32], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Replace the amplitude of low frequencies by the partner's, without the mean."""
    own, foreign = np.fft.fft2(level), np.fft.fft2(partner)
    rows, columns = (np.abs(np.fft.fftfreq(size)) for size in level.shape)
    near = np.maximum(rows[:, np.newaxis], columns) <= rng.uniform(0.01, 0.07)
    near[0, 0] = False
    share = rng.uniform(0.3, 1)
    amplitude = np.where(near, (1 - share) * np.abs(own) + share * np.abs(foreign), np.abs(own))
    return np.real(np.fft.ifft2(amplitude * np.exp(1j * np.angle(own)))).astype(np.float32)


def _take_histogram(
    level: NDArray[np.float32], head: NDArray[np.bool_], partner: NDArray[np.float32]
) -> NDArray[np.float32]:
    other = head_of(partner)
    if other.mean() < 0.05:
        return level
    quantiles = np.linspace(0, 1, 33)
    at, index = np.unique(np.quantile(level[head], quantiles), return_index=True)
    return np.interp(level, at, np.quantile(partner[other], quantiles)[index]).astype(np.float32)


def _in_range(
    changed: NDArray[np.float32], level: NDArray[np.float32], head: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Stretch the head's levels to a full range of gray, and show a little of the noise that flat curves hide."""
    low, high = np.quantile(changed[head], (0.01, 0.99))
    if high - low < 0.02:
        return level
    dark, bright = rng.uniform(0, 0.12), rng.uniform(0.6, 1)
    stretched: NDArray[np.float32] = dark + (changed - low) * np.float32((bright - dark) / (high - low))
    return stretched


def _with_text(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    image = Image.fromarray(picture)
    side = image.width
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(float(rng.uniform(0.03, 0.07) * side))
    for _ in range(int(rng.integers(1, 5))):
        edge, along = int(rng.integers(4)), float(rng.uniform(0.02, 0.85)) * side
        close, far = 0.02 * side, 0.9 * side
        place = [(along, close), (along, far), (close, along), (far, along)][edge]
        pen.text(place, str(rng.choice(_TEXTS)), fill=int(rng.integers(120, 256)), font=font)
    return np.asarray(image)
