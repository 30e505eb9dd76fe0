"""Outsiders by kind: pictures that are not brain MRI, or scans altered beyond recognition.

Some are collected, others are generated from a seed. Each kind is generated twice, from different scans and seeds: once
to select a method, once to measure it.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from research.pipeline.data.images import read_image
from research.pipeline.trust.altered_scans import CHANGES, SIDE, WORDS, any_colour, coordinates, gray_picture

Maker = Callable[[np.random.Generator], Image.Image]

# Head CT among the images of the data set.
DATA_SET_CT = "head CT in the data set"

_DATA_PICTURES = (
    "astronaut", "brick", "camera", "cat", "cell", "checkerboard", "chelsea", "clock", "coffee", "coins", "colorwheel",
    "grass", "gravel", "horse", "hubble_deep_field", "immunohistochemistry", "logo", "moon", "page", "rocket", "text",
)  # fmt: skip


def collected(folder: Path) -> dict[str, list[Path]]:
    """Image files of each sub-folder, by its name in lower case."""
    return {
        kind.name.lower(): sorted(path for path in kind.rglob("*") if path.is_file())
        for kind in sorted(folder.iterdir())
        if kind.is_dir()
    }


def made(number: int, seed: int) -> dict[str, list[Image.Image]]:
    """`number` generated pictures of each kind that needs no scan."""
    return {
        kind: [maker(np.random.default_rng((seed, index))) for index in range(number)] for kind, maker in MAKERS.items()
    }


def changed(scans: Sequence[Path], number: int, seed: int) -> dict[str, list[Image.Image]]:
    """`number` pictures of each kind that is made from scans, each from a different scan."""
    kinds: dict[str, list[Image.Image]] = {}
    for offset, (kind, change) in enumerate(CHANGES.items()):
        order = np.random.default_rng((seed, offset)).permutation(len(scans))[:number]
        kinds[kind] = [
            change(
                read_image(scans[index]).resize((SIDE, SIDE), Image.Resampling.BICUBIC),
                np.random.default_rng((seed, index)),
            )
            for index in order.tolist()
        ]
    return kinds


def crops_of_library_pictures(number: int, seed: int) -> list[Image.Image]:
    """Whole example pictures of scikit-image, and random squares of them."""
    from skimage import data

    pictures = []
    for name in _DATA_PICTURES:
        path = Path(data.__file__).parent / f"{name}.png"
        path = path if path.exists() else path.with_suffix(".jpg")
        if path.exists():
            pictures.append(Image.open(path).convert("RGB"))
    crops = list(pictures)
    for index in range(max(0, number - len(pictures))):
        rng = np.random.default_rng((seed, index))
        picture = pictures[index % len(pictures)]
        side = int(min(picture.size) * rng.uniform(0.3, 0.9))
        x, y = (int(rng.integers(0, extent - side + 1)) for extent in picture.size)
        crops.append(picture.crop((x, y, x + side, y + side)))
    return crops[:number]


def test_slices() -> list[Image.Image]:
    """CT and MR slices of other body parts, from the test files in pydicom's package."""
    import pydicom
    from pydicom.data import get_testdata_file

    pictures = []
    for name in ("CT_small.dcm", "MR_small.dcm", "emri_small.dcm", "JPEG2000.dcm", "693_J2KI.dcm"):
        path = get_testdata_file(name, download=False)
        if path is None:
            continue
        try:
            pixels = np.asarray(pydicom.dcmread(path).pixel_array, np.float32)
        except (AttributeError, RuntimeError, NotImplementedError, ImportError):
            continue
        for frame in pixels if pixels.ndim == 3 and pixels.shape[-1] > 4 else [pixels]:
            if frame.ndim == 2:
                low, high = np.percentile(frame, (1, 99))
                pictures.append(gray_picture(np.clip((frame - low) / max(high - low, 1), 0, 1) * 255))
    return pictures


def _fractions() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Relative row and column of every pixel, from 0 at the upper or left border to 1."""
    rows, columns = coordinates()
    return rows / (SIDE - 1), columns / (SIDE - 1)


def _grainy(image: Image.Image, deviation: float, rng: np.random.Generator) -> Image.Image:
    return gray_picture(np.asarray(image, np.float64) + rng.normal(0, deviation, (SIDE, SIDE)))


def _screenshot(rng: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", (480, 360), "white" if rng.random() < 0.5 else (30, 30, 34))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 480, 24), fill=any_colour(rng))
    pen.rectangle((0, 24, int(rng.integers(60, 140)), 360), fill=any_colour(rng))
    for _ in range(int(rng.integers(4, 14))):
        x, y, width, height = (int(value) for value in rng.integers((60, 30, 30, 10), (400, 330, 200, 80)))
        pen.rounded_rectangle((x, y, x + width, y + height), 4, fill=any_colour(rng), outline="gray")
        pen.text((x + 4, y + 2), " ".join(rng.choice(WORDS, 3)), fill=any_colour(rng))
    return image


def _text_page(rng: np.random.Generator) -> Image.Image:
    paper, ink = (255, 20) if rng.random() < 0.8 else (10, 230)
    image = Image.new("L", (420, 560), paper)
    pen = ImageDraw.Draw(image)
    size = int(rng.integers(9, 20))
    font = ImageFont.load_default(size)
    for y in range(30, 530, int(size * 1.4)):
        pen.text((30, y), " ".join(rng.choice(WORDS, max(2, 100 // size))), fill=ink, font=font)
    return image.rotate(rng.uniform(-3, 3), fillcolor=paper).convert("RGB")


def _plot(rng: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", (400, 300), "white")
    pen = ImageDraw.Draw(image)
    pen.line((40, 20, 40, 260, 380, 260), fill="black", width=2)
    steps = np.linspace(40, 380, 40)
    for _ in range(int(rng.integers(1, 4))):
        heights = np.clip(140 + np.cumsum(rng.normal(0, 14, 40)), 20, 258)
        points = list(zip(steps.tolist(), heights.tolist(), strict=True))
        if rng.random() < 0.6:
            pen.line(points, fill=any_colour(rng), width=2)
        else:
            colour = any_colour(rng)
            for x, y in points[::3]:
                pen.rectangle((x, y, x + 12, 258), fill=colour)
    pen.text((120, 275), " ".join(rng.choice(WORDS, 4)), fill="black")
    return image


def _noise(rng: np.random.Generator) -> Image.Image:
    field = rng.normal(size=(SIDE, SIDE))
    exponent = rng.choice([0.0, 0.0, 1.0, 2.0])
    if exponent:
        frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE), np.fft.fftfreq(SIDE)))
        frequency[0, 0] = 1
        field = np.fft.ifft2(np.fft.fft2(field) / frequency**exponent).real
    return gray_picture(127 + rng.uniform(25, 70) * (field - field.mean()) / field.std())


def _flat(rng: np.random.Generator) -> Image.Image:
    level = int(rng.integers(0, 256))
    return Image.new("RGB", (SIDE, SIDE), any_colour(rng) if rng.random() < 0.3 else (level, level, level))


def _gradient(rng: np.random.Generator) -> Image.Image:
    rows, columns = _fractions()
    angle = rng.uniform(0, 2 * np.pi)
    ramp = np.cos(angle) * columns + np.sin(angle) * rows
    if rng.random() < 0.5:
        ramp = np.hypot(rows - rng.uniform(0.2, 0.8), columns - rng.uniform(0.2, 0.8))
    low, high = np.sort(rng.uniform(0, 255, 2))
    return gray_picture(low + (high - low) * (ramp - ramp.min()) / np.ptp(ramp))


def _shapes(rng: np.random.Generator) -> Image.Image:
    """Bright ellipses, rings and boxes on black, as in phantoms."""
    image = Image.new("L", (SIDE, SIDE))
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 7))):
        x, y, width, height = (int(value) for value in rng.integers((0, 0, 30, 30), (220, 220, 230, 230)))
        box, level = (x, y, x + width, y + height), int(rng.integers(60, 256))
        (pen.ellipse if rng.random() < 0.7 else pen.rectangle)(
            box, fill=level if rng.random() < 0.6 else None, outline=level, width=6
        )
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 3))).convert("RGB")


def _fan(rng: np.random.Generator) -> Image.Image:
    """Speckle in a sector on black, as in ultrasound."""
    rows, columns = _fractions()
    radius, angle = np.hypot(rows + 0.05, columns - 0.5), np.abs(np.arctan2(columns - 0.5, rows + 0.05))
    grains = gray_picture(127 + 60 * rng.normal(size=(SIDE, SIDE)))
    speckle = np.asarray(grains.filter(ImageFilter.GaussianBlur(2)))[..., 0]
    bands = 0.5 + 0.5 * np.sin(radius * rng.uniform(10, 40) + rng.uniform(0, 6))
    inside = (radius > 0.12) & (radius < 0.95) & (angle < rng.uniform(0.5, 0.8))
    return gray_picture(inside * np.clip((speckle.astype(float) - 90) * 2.2, 0, 255) * (0.3 + 0.7 * bands))


def _body_section(rng: np.random.Generator) -> Image.Image:
    """A crude section of a trunk: a wide bright ellipse, a spine, organs, and two dark lungs or no lungs."""
    image = Image.new("L", (SIDE, SIDE))
    pen = ImageDraw.Draw(image)
    top = int(rng.integers(50, 90))
    pen.ellipse((8, top, 291, SIDE - top), fill=int(rng.integers(150, 230)))
    pen.ellipse((22, top + 12, 277, SIDE - top - 12), fill=int(rng.integers(70, 120)))
    lungs = rng.random() < 0.5
    for x in (40, 165):
        pen.ellipse((x, top + 30, x + 95, 200), fill=int(rng.integers(5, 20) if lungs else rng.integers(90, 170)))
    pen.ellipse((135, SIDE - top - 60, 168, SIDE - top - 28), fill=240)
    for _ in range(5):
        x, y = (int(value) for value in rng.integers((60, 100), (220, 180)))
        pen.ellipse((x, y, x + 28, y + 22), fill=int(rng.integers(80, 200)))
    return _grainy(image.filter(ImageFilter.GaussianBlur(1.5)), 6, rng)


def _joint(rng: np.random.Generator) -> Image.Image:
    """A crude knee or hip: two rounded bones, a dark gap, muscle around them."""
    image = Image.new("L", (SIDE, SIDE))
    pen = ImageDraw.Draw(image)
    left, right = int(rng.integers(20, 60)), int(rng.integers(239, 280))
    pen.rounded_rectangle((left, 0, right, SIDE), 40, fill=int(rng.integers(60, 120)))
    bone, middle, half = int(rng.integers(120, 230)), int(rng.integers(130, 170)), int(rng.integers(35, 60))
    gap = int(rng.integers(3, 9))
    pen.rounded_rectangle((150 - half, -40, 150 + half, middle - gap), 34, fill=bone, outline=25, width=3)
    pen.rounded_rectangle((150 - half - 6, middle + gap, 150 + half + 6, 340), 34, fill=bone, outline=25, width=3)
    pen.ellipse((left + 8, middle - 40, left + 34, middle + 22), fill=bone, outline=25, width=2)
    return _grainy(image.filter(ImageFilter.GaussianBlur(1.5)).rotate(rng.uniform(-25, 25)), 7, rng)


def _spine(rng: np.random.Generator) -> Image.Image:
    """A crude spine from the side: a bent column of bright blocks, a canal behind it."""
    image = Image.new("L", (SIDE, SIDE), int(rng.integers(20, 70)))
    pen = ImageDraw.Draw(image)
    height, bend, phase = int(rng.integers(26, 44)), rng.uniform(10, 35), rng.uniform(0, 6)
    block, disc, canal = (int(level) for level in rng.integers((110, 40, 140), (220, 100, 255)))
    for y in range(-height, SIDE, height):
        x = int(130 + bend * np.sin(y / 90 + phase))
        pen.rectangle((x + 46, y, x + 66, y + height + 4), fill=canal)
        pen.rectangle((x, y, x + 40, y + height), fill=disc)
        pen.rounded_rectangle((x, y + 5, x + 40, y + height - 4), 4, fill=block)
        pen.ellipse((x + 78, y + 6, x + 130, y + height - 8), fill=disc)
    return _grainy(image.filter(ImageFilter.GaussianBlur(1.5)), 7, rng)


MAKERS: dict[str, Maker] = {
    "screenshots": _screenshot,
    "text pages": _text_page,
    "plots": _plot,
    "noise": _noise,
    "flat fields": _flat,
    "gradients": _gradient,
    "shapes": _shapes,
    "made ultrasound": _fan,
    "made body sections": _body_section,
    "made joints": _joint,
    "made spines": _spine,
}

# Similar kinds, which are left out together. Every other kind is a separate family.
_FAMILIES = (
    {"photos", "textures and objects"},
    {"cxr", "hand"},
    {
        "abdomenct",
        "head_ct",
        DATA_SET_CT,
        "other body parts, CT and MR",
        "made head CT",
        "made body sections",
        "made joints",
        "made spines",
    },
    {"text pages", "screenshots", "plots"},
    {"flat fields", "gradients"},
    {"patches shuffled", "rows displaced", "tiles turned"},
    {"swirled", "rippled", "unrolled", "squashed"},
    {"two laid over", "doubled"},
    {"inverted", "solarised", "black and white"},
    {"edges", "embossed"},
    {"drawn on", "striped", "middle covered"},
)


def families(kinds: Iterable[str]) -> list[set[str]]:
    """Group kinds with all similar kinds."""
    found: list[set[str]] = []
    for kind in kinds:
        family = next((each for each in _FAMILIES if kind in each), {kind})
        if family not in found:
            found.append(family)
    return found
