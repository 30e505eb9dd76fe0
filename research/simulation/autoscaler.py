"""Ray Serve's rule for the number of replicas, as in `ray.serve.autoscaling_policy` of Ray 2.60."""

from collections import deque
from math import ceil

from research.simulation.settings import ServeSettings

# Ray's: each router counts its requests every 2 s, reports them every 10 s, and the rule averages over 30 s.
RECORD_EVERY_S = 2.0
_REPORT_EVERY_S = 10.0
_LOOK_BACK_S = 30.0
# Ray decides ten times a second, but what it knows changes every 10 s.
DECIDE_EVERY_S = 1.0


class Autoscaler:
    """Decides how many replicas there should be. Times are in seconds, and do not decrease."""

    def __init__(self, settings: ServeSettings) -> None:
        """Start without any record."""
        self._settings = settings
        self._records: deque[tuple[float, int]] = deque()
        self._since: float | None = None
        self._direction = 0

    def record(self, now: float, ongoing: int) -> None:
        """Record the number of requests, waiting and computed."""
        self._records.append((now, ongoing))
        while self._records[0][0] <= now - _LOOK_BACK_S - _REPORT_EVERY_S:
            self._records.popleft()

    def decide(self, now: float, running: int, target: int) -> int:
        """The number of replicas to have from now on.

        Args:
            now: the time.
            running: replicas that answer.
            target: what the rule decided before.
        """
        reported = now - now % _REPORT_EVERY_S
        seen = [ongoing for at, ongoing in self._records if reported - _LOOK_BACK_S < at <= reported]
        if not seen or not running:
            return target
        settings = self._settings
        surplus = sum(seen) / len(seen) / settings.target_ongoing_requests - running
        factor = settings.upscaling_factor if surplus > 0 else settings.downscaling_factor
        desired = ceil(running + factor * surplus)
        if ceil(running + surplus) < running == desired:
            desired -= 1
        desired = min(max(desired, settings.min_replicas), settings.max_replicas)
        direction = (desired > target) - (desired < target)
        if direction != self._direction:
            self._direction, self._since = direction, now
        delay = settings.upscale_delay_s if direction > 0 else settings.downscale_delay_s
        if direction == 0 or self._since is None or now - self._since < delay:
            return target
        self._direction, self._since = 0, None
        return desired
