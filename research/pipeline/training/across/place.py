"""Where the tumor is, on the cells of the feature map."""

import numpy as np
from numpy.typing import NDArray

PLACE_UNKNOWN = -1.0
# A mask that covers less than this share of every cell counts as a small tumor, not as a whole cell of it.
_LEAST_FULLEST = 0.3


def mask_on_grid(mask: NDArray[np.uint8], cells: NDArray[np.int_]) -> NDArray[np.float32]:
    """Share of a mask in the square around each cell's centre, divided by the largest share.

    Args:
        mask: uint8 `[side, side]`, 0 or 255.
        cells: centres of the cells of a row or column, in pixels; at least two.

    Returns:
        float32 `[cells, cells]` in `[0, 1]`.
    """
    half = (cells[1] - cells[0]) / 2
    sums = np.pad(mask.astype(np.float64) / 255, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    low, high = (np.clip(np.rint(cells + offset), 0, len(mask)).astype(int) for offset in (-half, half))
    area = sums[high][:, high] - sums[low][:, high] - sums[high][:, low] + sums[low][:, low]
    share = area / np.maximum(np.outer(high - low, high - low), 1)
    stretched: NDArray[np.float32] = (share / max(float(share.max()), _LEAST_FULLEST)).astype(np.float32)
    return stretched
