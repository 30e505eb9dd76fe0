"""Alterations that make a brain MRI useless for clinicians, by kind: effects of programs, errors or artists."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

SIDE = 299

Change = Callable[[Image.Image, np.random.Generator], Image.Image]

WORDS = (
    *("the", "patient", "was", "seen", "in", "clinic", "after", "three", "weeks", "no", "further", "bleeding"),
    *("invoice", "total", "amount", "due", "within", "thirty", "days", "please", "return", "this", "form", "chapter"),
    *("figure", "table", "results", "method", "temperature", "pressure", "volume", "mean", "deviation", "sample"),
)


def gray_picture(values: NDArray[np.floating] | NDArray[np.uint8]) -> Image.Image:
    """Gray levels `[rows, columns]`, clipped to 0 to 255, as an RGB image."""
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).convert("RGB")


def any_colour(rng: np.random.Generator) -> tuple[int, int, int]:
    """A uniformly drawn colour."""
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue


def _invert(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    return ImageOps.invert(scan)


def _mirror_halves(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Put the upper half above its own reflection."""
    half = scan.crop((0, 0, SIDE, SIDE // 2))
    out = scan.copy()
    out.paste(ImageOps.flip(half), (0, SIDE - half.height))
    return out


def _shuffle_patches(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    count = int(rng.integers(3, 7))
    side = SIDE // count
    out = Image.new("RGB", (side * count,) * 2)
    for place, source in enumerate(rng.permutation(count * count).tolist()):
        (row, column), (y, x) = divmod(place, count), divmod(source, count)
        out.paste(scan.crop((x * side, y * side, (x + 1) * side, (y + 1) * side)), (column * side, row * side))
    return out


def _crop_extremely(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    side = int(SIDE * rng.uniform(0.12, 0.28))
    x, y = (int(value) for value in rng.integers(SIDE // 4, 3 * SIDE // 4 - side, 2))
    return scan.crop((x, y, x + side, y + side)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def _stack_panels(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    count = int(rng.integers(2, 5))
    small = scan.resize((SIDE // count,) * 2)
    out = Image.new("RGB", (SIDE, SIDE))
    for row in range(count):
        for column in range(count):
            out.paste(
                ImageOps.mirror(small) if rng.random() < 0.3 else small, (column * small.width, row * small.height)
            )
    return out


def _draw_on(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    out = scan.copy()
    pen = ImageDraw.Draw(out)
    for _ in range(int(rng.integers(3, 8))):
        points = [tuple(point) for point in rng.integers(20, SIDE - 20, (4, 2)).tolist()]
        pen.line(points, fill=any_colour(rng), width=int(rng.integers(3, 9)))
    pen.text((20, 20), " ".join(rng.choice(WORDS, 4)), fill=any_colour(rng), font=ImageFont.load_default(22))
    return out


def _false_colour(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    return ImageOps.colorize(ImageOps.grayscale(scan), any_colour(rng), any_colour(rng), mid=any_colour(rng))


def _blot_out(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Cover the middle of the head with a gray box."""
    level = int(rng.integers(0, 256))
    out = scan.copy()
    out.paste((level, level, level), (60, 60, 240, 240))
    return out


def _edges(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    return scan.filter(ImageFilter.FIND_EDGES)


def _swirl(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    from skimage.transform import swirl

    turned = swirl(  # type: ignore[no-untyped-call]
        np.asarray(scan), strength=rng.uniform(6, 12), radius=200, preserve_range=True
    )
    return Image.fromarray(np.rint(turned).astype(np.uint8))


def _posterise(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Reduce to black and white."""
    return scan.convert("L").point(lambda level: 255 * (level > 60)).convert("RGB")


def _overlay_two(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    return ImageChops.lighter(scan, ImageOps.flip(scan).rotate(rng.uniform(60, 120)))


def coordinates() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Row and column of every pixel of a picture: float64 `[SIDE, SIDE]` each."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    return rows, columns


def _drawn_from(scan: Image.Image, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Image.Image:
    """Sample the scan at float64 `[SIDE, SIDE]` rows and columns; black outside the scan."""
    from skimage.transform import warp

    moved = warp(  # type: ignore[no-untyped-call]
        np.asarray(scan.convert("L"), np.float64), np.array([rows, columns]), order=1
    )
    return gray_picture(np.rint(moved))


def _ripple(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    rows, columns = coordinates()
    turn, height = 2 * np.pi / rng.uniform(25, 60), rng.uniform(7, 15)
    first, second = rng.uniform(0, 2 * np.pi, 2)
    return _drawn_from(
        scan, rows + height * np.sin(turn * columns + first), columns + height * np.sin(turn * rows + second)
    )


def _unroll(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Resample in polar coordinates: angle downwards, distance from the centre to the right."""
    rows, columns = coordinates()
    angle, distance = 2 * np.pi * rows / SIDE + rng.uniform(0, 2 * np.pi), columns / 2
    return _drawn_from(scan, SIDE / 2 + distance * np.sin(angle), SIDE / 2 + distance * np.cos(angle))


def _squash(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    short = int(SIDE / rng.uniform(2.2, 4))
    small = scan.resize((SIDE, short) if rng.random() < 0.5 else (short, SIDE))
    out = Image.new("RGB", (SIDE, SIDE))
    out.paste(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    return out


def _displace_rows(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    out = np.array(scan)
    height = int(rng.integers(6, 30))
    for row in range(0, SIDE, height):
        out[row : row + height] = np.roll(out[row : row + height], int(rng.integers(-50, 51)), axis=1)
    return Image.fromarray(out)


def _turn_tiles(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    count = int(rng.integers(3, 7))
    side = SIDE // count
    out = np.array(scan)[: side * count, : side * count]
    for row in range(0, side * count, side):
        for column in range(0, side * count, side):
            tile = out[row : row + side, column : column + side]
            tile[:] = np.rot90(tile, int(rng.integers(1, 4))).copy()
    return Image.fromarray(out)


def _double(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Overlay the scan with a shifted copy of itself."""
    distance, angle = rng.uniform(30, 80), rng.uniform(0, 2 * np.pi)
    beside = ImageChops.offset(scan, int(distance * np.cos(angle)), int(distance * np.sin(angle)))
    return ImageChops.lighter(scan, beside)


def _solarise(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Invert every pixel that is brighter than about half of the tissue."""
    gray = np.asarray(scan.convert("L"))
    level = int(np.quantile(gray[gray > 20], rng.uniform(0.4, 0.6))) if (gray > 20).any() else 0
    return ImageOps.solarize(scan, level)


def _emboss(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Show the scan as a relief on gray, or its contours on white."""
    kernel = ImageFilter.EMBOSS if rng.random() < 0.5 else ImageFilter.CONTOUR
    return scan.convert("L").filter(kernel).convert("RGB")


def _smear(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Replace each pixel by the mean of a long line of pixels."""
    length, axis = int(rng.integers(25, 60)), int(rng.integers(2))
    sums = np.cumsum(np.asarray(scan, np.float64), axis=axis)
    return gray_picture((sums - np.roll(sums, length, axis=axis)).take(range(length, SIDE), axis) / length).resize(
        (SIDE, SIDE)
    )


def _pixelate(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    count = int(rng.integers(14, 30))
    return scan.resize((count, count), Image.Resampling.BOX).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def _stripe(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Hide parts of the scan behind black bars, or lay bright bars over it."""
    rows, columns = coordinates()
    angle, width = rng.uniform(0, np.pi), rng.uniform(6, 30)
    bars = np.sin(2 * np.pi * (rows * np.sin(angle) + columns * np.cos(angle)) / width) > 0
    gray = np.asarray(scan.convert("L"), np.float64)
    return gray_picture(gray * bars if rng.random() < 0.5 else 0.6 * gray + 100 * bars)


def _make_head_ct(scan: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Make the head look like a CT: a white ring of bone around a brain of nearly uniform gray."""
    gray = np.asarray(scan.convert("L").filter(ImageFilter.GaussianBlur(1)), np.float64)
    closed = _mask(gray > 18).filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.MinFilter(9))
    around = ImageOps.expand(closed, 1, 0)
    ImageDraw.floodfill(around, (0, 0), 128)
    head = np.asarray(around)[1:-1, 1:-1] != 128
    skull = _shrunk(head, rng.uniform(8, 12), 215)
    brain = _shrunk(skull, rng.uniform(5, 8), 205)
    out = np.zeros_like(gray)
    out[head], out[skull] = rng.uniform(30, 70), rng.uniform(215, 255)
    if brain.any():
        contrast = rng.uniform(0.05, 0.2) * rng.choice([-1, 1])
        out[brain] = rng.uniform(75, 130) + contrast * (gray[brain] - gray[brain].mean())
    grain = rng.normal(0, rng.uniform(2, 9), out.shape)
    return gray_picture(out + grain).filter(ImageFilter.GaussianBlur(0.8))


def _mask(inside: NDArray[np.bool_]) -> Image.Image:
    return Image.fromarray(np.where(inside, 255, 0).astype(np.uint8))


def _shrunk(inside: NDArray[np.bool_], width: float, level: int) -> NDArray[np.bool_]:
    blurred: NDArray[np.bool_] = np.asarray(_mask(inside).filter(ImageFilter.GaussianBlur(width))) > level
    return blurred


CHANGES: dict[str, Change] = {
    "inverted": _invert,
    "mirrored halves": _mirror_halves,
    "patches shuffled": _shuffle_patches,
    "extreme crops": _crop_extremely,
    "stacked panels": _stack_panels,
    "drawn on": _draw_on,
    "false colour": _false_colour,
    "middle covered": _blot_out,
    "edges": _edges,
    "swirled": _swirl,
    "black and white": _posterise,
    "two laid over": _overlay_two,
    "rippled": _ripple,
    "unrolled": _unroll,
    "squashed": _squash,
    "rows displaced": _displace_rows,
    "tiles turned": _turn_tiles,
    "doubled": _double,
    "solarised": _solarise,
    "embossed": _emboss,
    "smeared": _smear,
    "pixelated": _pixelate,
    "striped": _stripe,
    "made head CT": _make_head_ct,
}
