"""Replicas behind a router of Ray Serve, event by event. Network and router themselves take no time."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from itertools import count
from math import nan

import numpy as np
from numpy.typing import NDArray

from research.simulation.autoscaler import DECIDE_EVERY_S, RECORD_EVERY_S, Autoscaler
from research.simulation.settings import ServeSettings

# Ray's: a request that finds two full replicas is tried again after these times.
_FIRST_RETRY_S, _LAST_RETRY_S = 0.025, 0.5
# Ray's: the most requests that a router tries at the same time.
_MOST_TRIED = 50


@dataclass(frozen=True)
class Machine:
    """What a replica runs on.

    Attributes:
        start_s: seconds from the decision to add a replica until it answers.
        slow_share: share of the replicas that are stragglers.
        slow_factor: how many times longer these compute.
    """

    start_s: float
    slow_share: float = 0.0
    slow_factor: float = 1.0


@dataclass(frozen=True)
class SimulatedRun:
    """What happened to the requests.

    Attributes:
        waits: seconds from arrival until a replica began, float64 `[n]`; NaN for a request that was refused.
        replica_seconds: how long replicas existed, from the decision to add them.
        replicas: times and numbers of running replicas, one row a decision, float64 `[n, 2]`.
    """

    waits: NDArray[np.float64]
    replica_seconds: float
    replicas: NDArray[np.float64]


@dataclass(eq=False)
class _Replica:
    """A replica computes one request at a time, on all its cores, in the order of their arrival."""

    added: float
    slowness: float
    ongoing: int = 0
    free_at: float = 0.0


@dataclass
class _Router:
    """Requests that no replica has yet: indices in order of arrival, and how many are being tried."""

    waiting: deque[int] = field(default_factory=deque)
    tried: int = 0


class Cluster:
    """Simulates a deployment, starting with its fewest replicas."""

    def __init__(self, settings: ServeSettings, machine: Machine, rng: np.random.Generator) -> None:
        """Start the replicas."""
        self._settings = settings
        self._machine = machine
        self._random = _uniform(rng).__next__
        self._autoscaler = Autoscaler(settings)
        self._router = _Router()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()
        self._running = [self._replica(0.0) for _ in range(settings.min_replicas)]
        self._starting: list[_Replica] = []
        self._target = settings.min_replicas
        self._replica_seconds = 0.0
        self._history: list[tuple[float, int]] = []

    def run(self, arrivals: NDArray[np.float64], services: NDArray[np.float64]) -> SimulatedRun:
        """Simulate until every request has begun or was refused.

        Args:
            arrivals: times in seconds, ascending, float64 `[n]`.
            services: seconds that each request takes on a replica that is no straggler, float64 `[n]`.
        """
        self._arrivals, self._services = arrivals.tolist(), services.tolist()
        self._waits = [nan] * len(self._arrivals)
        self._at(RECORD_EVERY_S, self._record)
        self._at(DECIDE_EVERY_S, self._decide)
        now = 0.0
        for request, arrival in enumerate(self._arrivals):
            while self._events[0][0] <= arrival:
                now = self._next()
            now = arrival
            self._arrive(request, now)
        while self._router.waiting:
            now = self._next()
        seconds = sum(now - replica.added for replica in (*self._running, *self._starting))
        return SimulatedRun(
            waits=np.array(self._waits),
            replica_seconds=self._replica_seconds + seconds,
            replicas=np.array(self._history, np.float64).reshape(-1, 2),
        )

    def _at(self, moment: float, action: Callable[[float], None]) -> None:
        heappush(self._events, (moment, next(self._order), action))

    def _next(self) -> float:
        moment, _, action = heappop(self._events)
        action(moment)
        return moment

    def _replica(self, now: float) -> _Replica:
        slow = self._random() < self._machine.slow_share
        return _Replica(now, self._machine.slow_factor if slow else 1.0)

    def _arrive(self, request: int, now: float) -> None:
        router = self._router
        if len(router.waiting) >= self._settings.max_queued_requests:
            return
        router.waiting.append(request)
        if router.tried < min(len(router.waiting), self._most_tried):
            router.tried += 1
            self._try(now, 0)

    @property
    def _most_tried(self) -> int:
        return min(_MOST_TRIED, 2 * len(self._running))

    def _try(self, now: float, attempt: int) -> None:
        """Give the oldest waiting requests to replicas, until two that are chosen at random are full."""
        router = self._router
        while router.waiting and router.tried <= self._most_tried:
            replica = self._less_busy_of_two()
            if replica.ongoing >= self._settings.max_ongoing_requests:
                pause = min(_FIRST_RETRY_S * 2.0**attempt, _LAST_RETRY_S)
                self._at(now + pause, partial(self._try, attempt=attempt + 1))
                return
            self._give(replica, router.waiting.popleft(), now)
            attempt = 0
        router.tried -= 1

    def _less_busy_of_two(self) -> _Replica:
        running = self._running
        number = len(running)
        first = int(self._random() * number)
        if number == 1:
            return running[first]
        second = int(self._random() * (number - 1))
        one, other = running[first], running[second + (second >= first)]
        return one if one.ongoing <= other.ongoing else other

    def _give(self, replica: _Replica, request: int, now: float) -> None:
        begun = max(now, replica.free_at)
        self._waits[request] = begun - self._arrivals[request]
        replica.free_at = begun + replica.slowness * self._services[request]
        replica.ongoing += 1

        def ended(moment: float) -> None:
            replica.ongoing -= 1

        self._at(replica.free_at, ended)

    def _record(self, now: float) -> None:
        ongoing = sum(replica.ongoing for replica in self._running)
        self._autoscaler.record(now, ongoing + len(self._router.waiting))
        self._at(now + RECORD_EVERY_S, self._record)

    def _decide(self, now: float) -> None:
        self._target = self._autoscaler.decide(now, len(self._running), self._target)
        while len(self._running) + len(self._starting) < self._target:
            self._start(now)
        while len(self._running) + len(self._starting) > self._target:
            self._stop(now)
        self._history.append((now, len(self._running)))
        self._at(now + DECIDE_EVERY_S, self._decide)

    def _start(self, now: float) -> None:
        replica = self._replica(now)
        self._starting.append(replica)

        def ready(moment: float) -> None:
            if replica in self._starting:
                self._starting.remove(replica)
                self._running.append(replica)

        self._at(now + self._machine.start_s, ready)

    def _stop(self, now: float) -> None:
        """Stop the newest replica, after its requests."""
        replica = (self._starting or self._running).pop()
        self._replica_seconds += max(now, replica.free_at) - replica.added


def _uniform(rng: np.random.Generator) -> Iterator[float]:
    """Numbers in [0, 1), drawn in blocks: one at a time takes ten times as long."""
    while True:
        yield from rng.random(10_000).tolist()
