"""Checks what the networks compute, and reports to the metrics whether the models are ready."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from app.services.inference.queue import RequestQueue
from app.services.inference.registry import ModelRegistry

if TYPE_CHECKING:  # this module imports the library of metrics
    from app.services.monitoring.metrics import Metrics

_CHECK_EVERY_S = 3600
# A queue that is never empty delays the check by at most this time.
_IDLE_WITHIN_S = 60
_LOOK_EVERY_S = 0.05
# A restart of the engine process takes 2 s or more. A report takes microseconds.
_REPORT_EVERY_S = 1

log = structlog.get_logger()


class ModelWatch:
    """Runs beside the requests of one process."""

    def __init__(self, registry: ModelRegistry, queue: RequestQueue, metrics: "Metrics | None") -> None:
        """Watch models, which may still be loading.

        Args:
            registry: the models.
            queue: computes the checks, which take none of its slots.
            metrics: None without metrics.
        """
        self._registry = registry
        self._queue = queue
        self._metrics = metrics

    def start(self) -> None:
        """Start watching in the background."""
        self._working = [asyncio.create_task(self._check())]
        if self._metrics:
            self._working.append(asyncio.create_task(self._keep_reporting()))

    async def close(self) -> None:
        """Stop watching."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    def report(self) -> None:
        """Set the metrics, without waiting for the next second."""
        if self._metrics:
            # A copy, since the thread that checks may add to it.
            self._metrics.set_models(self._registry.ready, tuple(self._registry.wrong))

    async def _check(self) -> None:
        """Check the networks once an hour, between requests."""
        while True:
            await asyncio.sleep(_CHECK_EVERY_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_WITHIN_S):
                    while self._queue.taken:  # noqa: ASYNC110 (costs less than a notification for every request)
                        await asyncio.sleep(_LOOK_EVERY_S)
            try:
                await self._queue.compute(self._registry.check_networks)
            except Exception:
                log.exception("networks_not_checked")

    async def _keep_reporting(self) -> None:
        while True:
            self.report()
            await asyncio.sleep(_REPORT_EVERY_S)
