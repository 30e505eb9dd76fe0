"""A bounded request queue in front of a few worker threads."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import ceil
from time import perf_counter
from typing import TypeVar

from app.models.problems import QueueFull

_INITIAL_JOB_S = 0.3
_SMOOTHING = 0.1

T = TypeVar("T")


class Slot:
    """A request's slot in the queue."""

    def __init__(self, queue: "RequestQueue") -> None:
        self._queue = queue
        self._held = True
        queue.change_taken(1)

    def release(self) -> None:
        """Free the slot for another request. Further calls do nothing."""
        if self._held:
            self._held = False
            self._queue.change_taken(-1)


class RequestQueue:
    """Admits at most `threads + queue_size` requests at a time, after their bodies have arrived.

    All methods run on the event loop.

    Attributes:
        taken: number of slots in use.
        capacity: number of slots.
        threads: how many jobs run at the same time.
    """

    def __init__(self, threads: int, queue_size: int) -> None:
        """Start with every slot free.

        Args:
            threads: how many jobs run at the same time.
            queue_size: how many requests may wait while others are computed.
        """
        self.taken = 0
        self.threads = threads
        self.capacity = threads + queue_size
        self._watcher: Callable[[int], object] | None = None
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="predict")
        self._job_s = _INITIAL_JOB_S

    def watch(self, watcher: Callable[[int], object]) -> None:
        """Call `watcher` with the number of slots in use, now and after every change."""
        self._watcher = watcher
        watcher(self.taken)

    def change_taken(self, by: int) -> None:
        """Add to the number of slots in use."""
        self.taken += by
        if self._watcher:
            self._watcher(self.taken)

    def require_free(self) -> None:
        """Check that a slot is free at present.

        Raises:
            QueueFull: no slot is free.
        """
        if self.taken >= self.capacity:
            seconds = max(1, ceil(self.taken * self._job_s / self.threads))
            raise QueueFull(
                f"{self.taken} requests are in flight already. Try again in {seconds} s.",
                limit=self.capacity,
                retry_after=seconds,
            )

    @contextmanager
    def slot(self) -> Iterator[Slot]:
        """Hold a slot until the block ends or the slot is released.

        Raises:
            QueueFull: no slot is free.
        """
        self.require_free()
        slot = Slot(self)
        try:
            yield slot
        finally:
            slot.release()

    async def compute(self, job: Callable[[], T]) -> tuple[T, float]:
        """Run a job on a worker thread.

        A job that is cancelled while it waits never runs.

        Returns:
            The job's result, and how many milliseconds it waited for a thread.
        """
        queued = perf_counter()

        def timed() -> tuple[T, float, float]:
            started = perf_counter()
            return job(), started, perf_counter()

        result, started, ended = await asyncio.get_running_loop().run_in_executor(self._pool, timed)
        self._job_s += _SMOOTHING * (ended - started - self._job_s)
        return result, (started - queued) * 1e3

    def close(self) -> None:
        """Cancel waiting jobs and end the threads after their current jobs."""
        self._pool.shutdown(cancel_futures=True)
