"""The whole study: whether the simulation agrees with the real service, and which settings meet the goals."""

from collections.abc import Callable

import numpy as np
from pydantic import Field

from app.models.strict import Strict
from research.simulation.choice import GOALS, Chooser, Goals, Trials
from research.simulation.cluster import Cluster, Machine
from research.simulation.measured import ReplicaTimes, read_measured
from research.simulation.settings import ServeSettings
from research.simulation.workloads import poisson

_REQUESTS = 50_000
_MANY = 10**9
# A replica whose queue has no bound.
_SINGLE = ServeSettings(
    min_replicas=1,
    max_replicas=1,
    target_ongoing_requests=1.0,
    max_ongoing_requests=_MANY,
    max_queued_requests=_MANY,
    upscale_delay_s=0.0,
    downscale_delay_s=0.0,
    upscaling_factor=1.0,
    downscaling_factor=1.0,
)


class AutoscalingStudy(Strict):
    """The file `research/documentation/autoscaling.json`."""

    chosen: ServeSettings = Field(description="For deployments.")
    goals: Goals
    measured: tuple[ReplicaTimes, ...]
    open_loop_p95_s: dict[str, dict[float, float]] = Field(
        description="The simulated counterpart of the measured times, by kind of processor."
    )
    trials: tuple[Trials, ...] = Field(description="The chosen settings, then others with one change each.")


def run_study(tried: Callable[[Trials], None]) -> AutoscalingStudy:
    """Run it; takes minutes. `tried` is called after each trial."""
    measured = read_measured()
    chooser = Chooser(measured, tried)
    chosen = chooser.choose()
    return AutoscalingStudy(
        chosen=chosen.settings,
        goals=GOALS,
        measured=tuple(measured),
        open_loop_p95_s={each.kind: _open_loops(each) for each in measured},
        trials=tuple(chooser.all_alternatives(chosen.settings)),
    )


def _open_loops(measured: ReplicaTimes) -> dict[float, float]:
    """The 95th percentiles of the times that one replica takes, by load."""
    found = {}
    for share in measured.open_loop_p95_s:
        rng = np.random.default_rng(0)
        rate = share / measured.service_s
        arrivals = poisson(rng, rate, _REQUESTS / rate)
        machine = Machine(start_s=0)
        outcome = Cluster(_SINGLE, machine, rng).run(arrivals, measured.services(rng, len(arrivals)))
        found[share] = round(float(np.percentile(outcome.waits, 95)) + measured.unloaded_s, 4)
    return found
