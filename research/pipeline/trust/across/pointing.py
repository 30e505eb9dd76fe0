"""How well heat-maps show masked tumors: the pointing game."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from app.models.measured.test_set import Proportion
from app.models.model_file import FeatureMapSpec
from app.models.thresholds import HeatmapMethod
from app.services.measures.intervals import share_of
from research.pipeline.trust.across.predictions import Predicted

_TOLERANCE = 15


def pointing(
    found: Predicted, masks: Mapping[int, NDArray[np.uint8]], grid: FeatureMapSpec, side: int
) -> dict[HeatmapMethod, Proportion]:
    """Share of the masked tumors to which the highest cell of a heat-map points.

    Args:
        found: slices; those without a mask do not count.
        masks: by number of the slice; see `Pack`.
        grid: positions of the heat-map's cells.
        side: side of the pictures that were predicted, in pixels.
    """
    masked = [index for index, number in enumerate(found.numbers.tolist()) if number in masks]
    near = [_near(masks[int(found.numbers[index])], side) for index in masked]
    maps = {HeatmapMethod.GRAD_CAM: found.evidence, HeatmapMethod.PLACE: found.place}
    return {
        method: share_of(
            np.array([_hit(heat[index], tumor, grid) for index, tumor in zip(masked, near, strict=True)], bool)
        )
        for method, heat in maps.items()
    }


def _near(mask: NDArray[np.uint8], side: int) -> NDArray[np.bool_]:
    tumor = np.asarray(Image.fromarray(mask).resize((side, side), Image.Resampling.NEAREST)) > 0
    close: NDArray[np.bool_] = ndimage.distance_transform_edt(~tumor) <= _TOLERANCE
    return close


def _hit(heat: NDArray[np.float16], near: NDArray[np.bool_], grid: FeatureMapSpec) -> bool:
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    return bool(near[grid.offset + grid.stride * row, grid.offset + grid.stride * column])
