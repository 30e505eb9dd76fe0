"""The common style of all pictures: a sans-serif font, one accent colour, grays, no frames."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from PIL import Image

WIDTH = 8.0
DPI = 150
SMALL = 8.5

INK = "#22282d"
GRAY = "#5d676e"
PALE = "#a4adb3"
LINE = "#d6dbde"
PANEL = "#f1f3f4"
ACCENT = "#1b6f8a"
ACCENT_PALE = "#d9e9ee"
SHADES = LinearSegmentedColormap.from_list("accent", ["#ffffff", ACCENT])

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.labelcolor": GRAY,
    "axes.edgecolor": PALE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": GRAY,
    "ytick.color": GRAY,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "lines.linewidth": 1.8,
}


def figure(height: float) -> Figure:
    """An empty figure of the common width and `height` inches, with automatic layout."""
    return Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")


def model_colour(index: int) -> str:
    """The colour of a model: accent for the first, gray for the others."""
    return ACCENT if index == 0 else GRAY


def bare(axes: Axes) -> None:
    """Remove ticks and frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def show(axes: Axes, picture: Image.Image) -> None:
    """Show a picture whole, on a black square."""
    side = max(picture.size)
    square = Image.new("RGB", (side, side))
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    axes.imshow(square)
    bare(axes)


def save(drawn: Figure, path: Path) -> Path:
    """Write a figure as a small PNG with 256 dithered colours; white stays pure white."""
    full = BytesIO()
    drawn.savefig(full, format="png", facecolor="white")
    with Image.open(full) as image:
        colours = image.convert("RGB")
    palette = Image.new("P", (1, 1))
    palette.putpalette([255, 255, 255, *(colours.quantize(255).getpalette() or [])])
    reduced = colours.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    # Pillow compares colours with six bits per channel, so it can replace white by a similar colour.
    reduced.paste(0, mask=Image.fromarray((np.asarray(colours) == 255).all(axis=2)))
    reduced.save(path, optimize=True)
    return path
