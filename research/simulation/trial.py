"""One trial of settings: a day of single requests with examinations that a PACS sends, on one kind of processor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.models.strict import Strict
from research.simulation.cluster import Cluster, Machine, SimulatedRun
from research.simulation.measured import ReplicaTimes
from research.simulation.settings import ServeSettings
from research.simulation.workloads import DAY_S, bursts, day

# Assumed, not measured: a replica needs a machine that the cloud starts first; one replica in twenty shares its
# processor with a neighbour, and computes at a third of the speed.
_NODE_START_S = 60.0
_SLOW_SHARE = 0.05
_SLOW_FACTOR = 3.0
# A replica that is quicker than this needs no large cluster.
_QUICK_S = 0.1
_PEAK_OF_QUICK, _PEAK_OF_SLOW = 3, 30
_BURST_EVERY_S = 120.0
# One day can be lucky: near its limit a cluster either adds a replica in time, or has a queue of hundreds.
_DAYS = 3


class TrialResult(Strict):
    """What a trial measured, on the worst of several random days; times are waits until a replica begins."""

    p99_s: float = Field(description="99th percentile over the single requests.")
    burst_p99_s: float = Field(description="99th percentile over the slices that a PACS sends at once.")
    refused: float = Field(description="Share of all requests that were refused.")
    replica_hours: float = Field(description="How long replicas existed, together; mean of the days.")


@dataclass(frozen=True)
class TrialLoad:
    """The requests of a day.

    Attributes:
        seed: of the random numbers.
        arrivals: seconds, float64 `[n]`, ascending.
        services: seconds of each, float64 `[n]`.
        in_burst: whether each belongs to an examination of a PACS, bool `[n]`.
    """

    seed: int
    arrivals: NDArray[np.float64]
    services: NDArray[np.float64]
    in_burst: NDArray[np.bool_]


def peak_of(measured: ReplicaTimes) -> int:
    """The load at noon, in replicas that would be busy all the time."""
    return _PEAK_OF_QUICK if measured.service_s < _QUICK_S else _PEAK_OF_SLOW


def loads_of(measured: ReplicaTimes) -> list[TrialLoad]:
    """The same days for every trial on a kind of processor, so that differences are those of the settings."""
    return [_load(measured, seed) for seed in range(_DAYS)]


def _load(measured: ReplicaTimes, seed: int) -> TrialLoad:
    rng = np.random.default_rng(seed)
    single = day(rng, peak_of(measured) / measured.service_s)
    sent = bursts(rng, _BURST_EVERY_S, DAY_S)
    arrivals = np.concatenate([single, sent])
    order = arrivals.argsort(kind="stable")
    return TrialLoad(
        seed=seed,
        arrivals=arrivals[order],
        services=measured.services(rng, len(order)),
        in_burst=order >= len(single),
    )


def simulate(settings: ServeSettings, measured: ReplicaTimes, load: TrialLoad) -> SimulatedRun:
    """Simulate a day."""
    machine = Machine(measured.start_s + _NODE_START_S, _SLOW_SHARE, _SLOW_FACTOR)
    return Cluster(settings, machine, np.random.default_rng(load.seed)).run(load.arrivals, load.services)


def try_out(settings: ServeSettings, measured: ReplicaTimes, loads: Sequence[TrialLoad]) -> TrialResult:
    """The result of settings."""
    runs = [(simulate(settings, measured, load), load) for load in loads]
    single = [np.nanpercentile(run.waits[~load.in_burst], 99) for run, load in runs]
    burst = [np.nanpercentile(run.waits[load.in_burst], 99) for run, load in runs]
    return TrialResult(
        p99_s=round(float(max(single)), 3),
        burst_p99_s=round(float(max(burst)), 2),
        refused=round(max(float(np.isnan(run.waits).mean()) for run, _ in runs), 6),
        replica_hours=round(sum(run.replica_seconds for run, _ in runs) / len(runs) / 3600, 2),
    )
