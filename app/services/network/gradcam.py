"""Grad-CAM (Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391), exact and in closed form.

After the last feature map the network consists of global max pooling, Dense(relu) and Dense. The gradient of a class's
logit with respect to a channel is therefore zero everywhere except at the channel's maximum, where it is the gradient
of the pooled value through the two dense layers. Grad-CAM's weight of a channel, the mean gradient over all positions,
is that value divided by the number of positions. The logit is differentiated, not the softmax, whose gradient vanishes
for confident predictions.
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
# From this share of the maximum on, a place belongs to what a heat-map points to.
FOCUS_LEVEL = 0.5
_FOCUS_GRID = 100


@dataclass(frozen=True)
class Focus:
    """Centre and extent of a heat-map, in fractions of the image.

    Attributes:
        x, y: centre of mass, from the left and from the top, 0 to 1.
        area: share of the image with at least half the maximum heat, 0 to 1.
    """

    x: float
    y: float
    area: float


def heatmap(feature_map: NDArray[np.float32], head: ClassifierHead, target: int) -> NDArray[np.float32]:
    """The evidence for a class at each position.

    Args:
        feature_map: float32 `[rows, columns, channels]`, the input of the global max pooling.
        head: the dense layers after it.
        target: index of the class.

    Returns:
        float32 `[rows, columns]` in `[0, 1]`, with the maximum 1; all zero if there is no evidence for the class.
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
    """Centre and extent of a heat-map; None if it is all zero.

    Args:
        heat: float32 `[rows, columns]` in `[0, 1]`.
        grid: positions of the cells of `heat` in the network's input.
        spec: the network's input.
    """
    total = float(heat.sum())
    if total <= 0:
        return None
    rows, columns = heat.shape
    x = float(heat.sum(axis=0) @ _centres(columns, grid, spec.width)) / total
    y = float(heat.sum(axis=1) @ _centres(rows, grid, spec.height)) / total
    fine = np.asarray(stretch(heat, (_FOCUS_GRID, _FOCUS_GRID), grid, spec))
    return Focus(x, y, float((fine >= FOCUS_LEVEL).mean()))


def blend(image: Image.Image, heat: NDArray[np.float32], grid: FeatureMapSpec, spec: InputSpec) -> Image.Image:
    """Draw a heat-map over a scan.

    The opacity grows with the heat, so that areas without evidence stay unchanged.

    Args:
        image: 8-bit, RGB or gray.
        heat: float32 `[rows, columns]` in `[0, 1]`.
        grid: positions of the cells of `heat` in the network's input.
        spec: the network's input.

    Returns:
        RGB, of the image's size.
    """
    colours, mask = _colours_and_opacity(heat, image.size, grid, spec)
    return Image.composite(colours, image.convert("RGB"), mask)


def overlay(image: Image.Image, heat: NDArray[np.float32], grid: FeatureMapSpec, spec: InputSpec) -> bytes:
    """What `blend` returns, as PNG."""
    return encode_png(np.asarray(blend(image, heat, grid, spec)))


def layer(size: tuple[int, int], heat: NDArray[np.float32], grid: FeatureMapSpec, spec: InputSpec) -> bytes:
    """Draw a heat-map without the scan: over the scan, it looks like `overlay`.

    Args:
        size: width and height of the picture.
        heat: float32 `[rows, columns]` in `[0, 1]`.
        grid: positions of the cells of `heat` in the network's input.
        spec: the network's input.

    Returns:
        PNG, RGB with alpha.
    """
    colours, mask = _colours_and_opacity(heat, size, grid, spec)
    colours.putalpha(mask)
    return encode_png(np.asarray(colours))


def stretch(heat: NDArray[np.float32], size: tuple[int, int], grid: FeatureMapSpec, spec: InputSpec) -> Image.Image:
    """Resize a heat-map, with each cell at the centre of its receptive field.

    Args:
        heat: float32 `[rows, columns]`.
        size: width and height of the result.
        grid: positions of the cells of `heat` in the network's input.
        spec: the network's input.

    Returns:
        Mode F; the interpolation can exceed the range of `heat` slightly.
    """

    def to_padded(position: int) -> float:
        # The outermost cells extend to the input's edge, at most one cell away.
        return (position - grid.offset - 0.5) / grid.stride + 0.5 + 1

    padded = np.pad(heat, 1, mode="edge")
    box = (to_padded(0), to_padded(0), to_padded(spec.width), to_padded(spec.height))
    return Image.fromarray(padded).resize(size, Image.Resampling.BICUBIC, box=box)


def _colours_and_opacity(
    heat: NDArray[np.float32], size: tuple[int, int], grid: FeatureMapSpec, spec: InputSpec
) -> tuple[Image.Image, Image.Image]:
    # Adding 0.5 rounds: Pillow truncates fractions, and clips values to 0 to 255.
    level = stretch(heat * 255 + 0.5, size, grid, spec).convert("L")
    mask = level.point(_OPACITY)
    level.putpalette(INFERNO)
    return level.convert("RGB"), mask


def _centres(cells: int, grid: FeatureMapSpec, size: int) -> NDArray[np.float64]:
    """Centres of the cells of a row or column, as fractions of the input's side."""
    return (grid.stride * np.arange(cells) + grid.offset + 0.5) / size
