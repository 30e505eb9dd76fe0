"""When requests arrive, in seconds from the start: float64 `[n]`, ascending."""

import numpy as np
from numpy.typing import NDArray

# A day of a hospital in one hour, as shares of its peak: night, morning, noon, afternoon, evening. A real day changes
# more slowly, so that autoscaling has more time.
_DAY = (0.02, 0.05, 0.4, 0.9, 0.7, 1.0, 0.6, 0.2)
DAY_S = 3600.0
BURST_SLICES = 200


def poisson(rng: np.random.Generator, rate: float, seconds: float) -> NDArray[np.float64]:
    """Independent requests, `rate` a second on average."""
    return np.sort(rng.uniform(0, seconds, rng.poisson(rate * seconds)))


def day(rng: np.random.Generator, peak: float) -> NDArray[np.float64]:
    """Independent requests whose rate follows the day, with `peak` a second at most."""
    arrivals = poisson(rng, peak, DAY_S)
    share = np.interp(arrivals, np.linspace(0, DAY_S, len(_DAY)), _DAY)
    kept: NDArray[np.float64] = arrivals[rng.random(len(arrivals)) < share]
    return kept


def bursts(rng: np.random.Generator, every_s: float, seconds: float) -> NDArray[np.float64]:
    """Examinations of `BURST_SLICES` slices each, which a PACS sends at once, at random times."""
    starts = poisson(rng, 1 / every_s, seconds)
    return np.repeat(starts, BURST_SLICES)
