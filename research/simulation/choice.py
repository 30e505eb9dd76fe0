"""Chooses settings: the fewest replica hours that meet the goals, one setting after another until none changes."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import Field

from app.models.strict import Strict
from research.simulation.measured import ReplicaTimes
from research.simulation.settings import ServeSettings
from research.simulation.trial import TrialLoad, TrialResult, loads_of, try_out

# Two replicas, so that one may fail.
_START = ServeSettings(
    min_replicas=2,
    max_replicas=100,
    target_ongoing_requests=0.7,
    max_ongoing_requests=5,
    max_queued_requests=500,
    upscale_delay_s=30.0,
    downscale_delay_s=600.0,
    upscaling_factor=1.0,
    downscaling_factor=1.0,
)
# Ray Serve's own default values are among them.
_CANDIDATES: dict[str, tuple[float, ...]] = {
    "target_ongoing_requests": (0.5, 0.7, 1.0, 1.5, 2.0),
    "upscale_delay_s": (0.0, 10.0, 30.0),
    "downscale_delay_s": (120.0, 300.0, 600.0),
    "upscaling_factor": (0.5, 1.0),
    "max_ongoing_requests": (2, 5, 10),
    "max_queued_requests": (250, 500),
    "min_replicas": (2, 4),
}
# A smaller difference is chance.
_WORTHWHILE = 0.97


class Goals(Strict):
    """What the settings have to reach on every kind of processor."""

    p99_s: float = Field(description="Longest wait of 99 % of the single requests.")
    burst_p99_s: float = Field(description="Longest wait of 99 % of the slices that a PACS sends at once.")
    refused: float = Field(description="Largest share of requests that are refused.")


# A person waits for a single request, nobody for an examination that a PACS sends: a minute is soon enough.
GOALS = Goals(p99_s=1.0, burst_p99_s=60.0, refused=0.001)


class Trials(Strict):
    """Settings, and their results by kind of processor."""

    settings: ServeSettings
    results: dict[str, TrialResult]


@dataclass(frozen=True)
class _Site:
    measured: ReplicaTimes
    loads: list[TrialLoad]

    @property
    def computed_hours(self) -> float:
        """How long all requests of a day take, mean of the days."""
        return float(sum(load.services.sum() for load in self.loads)) / len(self.loads) / 3600


class Chooser:
    """Tries settings, each only once."""

    def __init__(self, measured: list[ReplicaTimes], tried: Callable[[Trials], None]) -> None:
        """Prepare the load of each kind of processor.

        Args:
            measured: what was measured of a replica on each kind.
            tried: called after every trial.
        """
        self._sites = [_Site(each, loads_of(each)) for each in measured]
        self._tried = tried
        self._known: dict[ServeSettings, Trials] = {}

    def choose(self) -> Trials:
        """Settings of which no single one can be improved."""
        best, before = self.trials(_START), None
        while best != before:
            before = best
            for name in _CANDIDATES:
                found = min(self.alternatives(best.settings, name), key=self._cost)
                if self._worthwhile(found, best):
                    best = found
        return best

    def alternatives(self, settings: ServeSettings, name: str) -> list[Trials]:
        """The settings with each candidate of one of them."""
        return [self.trials(settings.model_copy(update={name: value})) for value in _CANDIDATES[name]]

    def all_alternatives(self, settings: ServeSettings) -> list[Trials]:
        """The settings with each candidate of each of them, one changed at a time; the settings themselves first."""
        found = [each for name in _CANDIDATES for each in self.alternatives(settings, name)]
        return [self.trials(settings), *(each for each in found if each.settings != settings)]

    def trials(self, settings: ServeSettings) -> Trials:
        """The results of settings."""
        if settings not in self._known:
            results = {site.measured.kind: try_out(settings, site.measured, site.loads) for site in self._sites}
            self._known[settings] = Trials(settings=settings, results=results)
            self._tried(self._known[settings])
        return self._known[settings]

    def _worthwhile(self, found: Trials, best: Trials) -> bool:
        (missed, hours), (best_missed, best_hours) = self._cost(found), self._cost(best)
        return missed < best_missed or (missed == best_missed and hours < _WORTHWHILE * best_hours)

    def _cost(self, trials: Trials) -> tuple[float, float]:
        """How far the goals are missed, then the replica hours relative to those of a replica that is never idle."""
        missed = max(_missed_by(result) for result in trials.results.values())
        hours = sum(trials.results[site.measured.kind].replica_hours / site.computed_hours for site in self._sites)
        return missed, hours


def _missed_by(result: TrialResult) -> float:
    """By what factor the goal that is missed most is missed; 1 if none is."""
    return max(1.0, result.p99_s / GOALS.p99_s, result.burst_p99_s / GOALS.burst_p99_s, result.refused / GOALS.refused)
