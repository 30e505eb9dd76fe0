"""Who is computed when: a bounded line of requests before a few worker threads."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import ceil
from time import perf_counter
from typing import TypeVar

from app.models.problems import QueueFull

# One thread computes while the other decodes; a forward pass by itself keeps every core busy.
WORKERS = 2
_FIRST_GUESS_S = 0.3
_SMOOTHING = 0.1

T = TypeVar("T")


class Place:
    """A request's place in the line, given back once."""

    def __init__(self, line: "Line") -> None:
        self._line = line
        self._held = True
        line.change_taken(1)

    def give_back(self) -> None:
        """Let the next request in; further calls do nothing."""
        if self._held:
            self._held = False
            self._line.change_taken(-1)


class Line:
    """Admits at most `WORKERS + queue_size` requests at a time, from before their body is read."""

    def __init__(self, queue_size: int) -> None:
        self.taken = 0
        self.capacity = WORKERS + queue_size
        self._watcher: Callable[[int], object] | None = None
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="predict")
        self._job_s = _FIRST_GUESS_S

    def watch(self, watcher: Callable[[int], object]) -> None:
        """Tell someone how many places are taken, now and whenever that changes."""
        self._watcher = watcher
        watcher(self.taken)

    def change_taken(self, by: int) -> None:
        """Count places that are taken or given back."""
        self.taken += by
        if self._watcher:
            self._watcher(self.taken)

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Take a place for the time of a request, or until it is given back.

        Raises:
            QueueFull: none is free.
        """
        if self.taken >= self.capacity:
            seconds = max(1, ceil(self.taken * self._job_s / WORKERS))
            raise QueueFull(
                f"{self.taken} requests are in flight already. Try again in {seconds} s.",
                limit=self.capacity,
                retry_after=seconds,
            )
        place = Place(self)
        try:
            yield place
        finally:
            place.give_back()

    async def compute(self, job: Callable[[], T]) -> tuple[T, float]:
        """Run a job on a worker thread; gives its result and how many milliseconds it waited for the thread.

        A job that is cancelled while it waits never runs.
        """
        queued = perf_counter()

        def timed() -> tuple[T, float, float]:
            started = perf_counter()
            return job(), started, perf_counter()

        result, started, ended = await asyncio.get_running_loop().run_in_executor(self._threads, timed)
        self._job_s += _SMOOTHING * (ended - started - self._job_s)
        return result, (started - queued) * 1e3

    def close(self) -> None:
        """End the threads, once they have finished what they are at."""
        self._threads.shutdown(cancel_futures=True)
