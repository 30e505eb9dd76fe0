"""What was measured of one replica, read from the published benchmarks."""

from math import log
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.models.strict import Strict
from benchmarks.support.plot import read_results
from benchmarks.support.results import Results

_Z95 = NormalDist().inv_cdf(0.95)
_OPEN_LOOPS = (0.3, 0.6, 0.8)


class ReplicaTimes(Strict):
    """A replica on one kind of processor; times are in seconds."""

    kind: str = Field(description="Kind of the processor.")
    service_s: float = Field(description="Time of a prediction under load: 1 / throughput with 16 clients.")
    unloaded_s: float = Field(description="Time of a prediction over HTTP without any other, median.")
    spread: float = Field(description="95th percentile of that time, relative to the median.")
    start_s: float = Field(description="From the command until the service is ready.")
    open_loop_p95_s: dict[float, float] = Field(
        description="95th percentile of the time of a prediction, by the load as a share of the throughput."
    )

    def services(self, rng: np.random.Generator, requests: int) -> NDArray[np.float64]:
        """Seconds that each of some requests takes under load, log-normal with the measured spread."""
        return self.service_s * rng.lognormal(0.0, log(self.spread) / _Z95, requests)


def read_measured() -> list[ReplicaTimes]:
    """Every kind of processor on which load, single predictions and starts were measured."""
    needed = {"load", "service", "start"}
    return [_measured(kind, results) for kind, results in read_results().items() if needed <= results.keys()]


def _measured(kind: str, results: dict[str, Results]) -> ReplicaTimes:
    [unloaded] = [timed for timed in results["service"].times if timed.name == "prediction over HTTP"]
    figures = {figure.name: figure.value for name in ("load", "start") for figure in results[name].figures}
    return ReplicaTimes(
        kind=kind,
        service_s=1 / figures["16 clients, closed loop"],
        unloaded_s=unloaded.p50_ms / 1e3,
        spread=unloaded.p95_ms / unloaded.p50_ms,
        start_s=figures["cold start to ready"],
        open_loop_p95_s={share: figures[f"open loop at {share:.0%}, p95"] / 1e3 for share in _OPEN_LOOPS},
    )
