"""Shares with their confidence intervals."""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from app.models.measured.test_set import Proportion

_Z = NormalDist().inv_cdf(0.975)


def wilson(count: int, total: int) -> Proportion:
    """A share with its 95 % score interval (Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953).

    The interval is 0 to 1 if `total` is 0.
    """
    if total == 0:
        return Proportion(count=0, total=0, value=None, low=0, high=1)
    share = count / total
    centre = (share + _Z**2 / (2 * total)) / (1 + _Z**2 / total)
    margin = _Z * np.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2)) / (1 + _Z**2 / total)
    # Where count is 0 or total, the interval ends at exactly 0 or 1; rounding errors would miss it.
    low = 0.0 if count == 0 else float(centre - margin)
    high = 1.0 if count == total else float(centre + margin)
    return Proportion(count=count, total=total, value=share, low=low, high=high)


def share_of(chosen: NDArray[np.bool_]) -> Proportion:
    """The share of true values in bool `[n]`, with its 95 % interval."""
    return wilson(int(chosen.sum()), len(chosen))
