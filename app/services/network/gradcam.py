"""Grad-CAM (Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391), exact and in closed form.

After the last feature map the network is global max pooling, Dense(relu), Dense. The gradient of a class's logit
with respect to a channel is then the pooled unit's gradient through the two dense layers, placed where the channel
has its maximum; its mean over all positions, Grad-CAM's weight, is that gradient divided by their number. The logit
is differentiated, not the softmax, whose gradient vanishes where the network is sure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.models.model_file import FeatureMapSpec, InputSpec
from app.services.imaging.colormap import INFERNO
from app.services.imaging.png import encode_png
from app.services.network.weights import ClassifierHead

_STRONGEST_TINT = 0.6
_OPACITY = [round(_STRONGEST_TINT * value) for value in range(256)]
_FOCUS_LEVEL = 0.5
_FOCUS_GRID = 100


@dataclass(frozen=True)
class Focus:
    """Where the heat lies, in fractions of the image.

    Attributes:
        x, y: centre of mass, from the left and from the top.
        area: share of the image at half the maximum heat or more.
    """

    x: float
    y: float
    area: float


def heatmap(feature_map: NDArray[np.float32], head: ClassifierHead, target: int) -> NDArray[np.float32]:
    """How much each position speaks for a class.

    Args:
        feature_map: float32 `[rows, columns, channels]`, the layer that is pooled.
        head: the dense layers behind it.
        target: index of the class.

    Returns:
        float32 `[rows, columns]` in `[0, 1]`, its maximum 1; all zero where nothing speaks for the class.
    """
    rows, columns, _ = feature_map.shape
    pooled = feature_map.max(axis=(0, 1))
    active = pooled @ head.hidden_kernel + head.hidden_bias > 0
    weights = head.hidden_kernel @ (head.logit_kernel[:, target] * active) / (rows * columns)
    heat: NDArray[np.float32] = np.maximum(feature_map @ weights, 0)
    peak = heat.max()
    if peak > 0:
        heat /= peak
    return heat


def focus(heat: NDArray[np.float32], grid: FeatureMapSpec, spec: InputSpec) -> Focus | None:
    """Centre and extent of a heat-map, None where it is all zero."""
    total = float(heat.sum())
    if total <= 0:
        return None
    rows, columns = heat.shape
    x = float(heat.sum(axis=0) @ _centres(columns, grid, spec.width)) / total
    y = float(heat.sum(axis=1) @ _centres(rows, grid, spec.height)) / total
    fine = np.asarray(_stretch(heat, (_FOCUS_GRID, _FOCUS_GRID), grid, spec))
    return Focus(x, y, float((fine >= _FOCUS_LEVEL).mean()))


def overlay(image: Image.Image, heat: NDArray[np.float32], grid: FeatureMapSpec, spec: InputSpec) -> bytes:
    """Lay a heat-map over a scan, as PNG.

    The tint is the stronger the hotter, so that what the network did not look at stays as it was.

    Args:
        image: 8-bit, RGB or gray.
        heat: float32 `[rows, columns]` in `[0, 1]`.
        grid: where the cells of `heat` lie in the network's input.
        spec: the network's input.
    """
    # Pillow cuts fractions off, and what lies beyond 0 and 255.
    level = _stretch(heat * 255 + 0.5, image.size, grid, spec).convert("L")
    mask = level.point(_OPACITY)
    level.putpalette(INFERNO)
    return encode_png(np.asarray(Image.composite(level.convert("RGB"), image.convert("RGB"), mask)))


def _centres(cells: int, grid: FeatureMapSpec, size: int) -> NDArray[np.float64]:
    """Centres of a row's cells, as fractions of the input's side."""
    return (grid.stride * np.arange(cells) + grid.offset + 0.5) / size


def _stretch(heat: NDArray[np.float32], size: tuple[int, int], grid: FeatureMapSpec, spec: InputSpec) -> Image.Image:
    """Bring a heat-map to `size`, each cell where its receptive field has its centre."""

    def to_padded(position: int) -> float:
        # The outermost cells' values hold on to the input's edge, which lies within one cell of them.
        return (position - grid.offset - 0.5) / grid.stride + 0.5 + 1

    padded = np.pad(heat, 1, mode="edge")
    box = (to_padded(0), to_padded(0), to_padded(spec.width), to_padded(spec.height))
    return Image.fromarray(padded).resize(size, Image.Resampling.BICUBIC, box=box)
