"""Replaces the models while the service answers, and informs the parts that depend on them."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from app.config.settings import ConfigurationError
from app.models.problems import Conflict, Problem
from app.services.inference.registry import ModelRegistry

if TYPE_CHECKING:  # these modules import SQLAlchemy and the library of metrics
    from app.services.database.database import Database
    from app.services.monitoring.drift_monitor import DriftMonitor
    from app.services.monitoring.metrics import Metrics
    from app.services.shadow.runner import Shadow

_STDIN = 0

log = structlog.get_logger()


class ModelReload:
    """Reads the models folder again, and adopts it if everything in it can be used. One reload runs at a time."""

    def __init__(
        self,
        *,
        registry: ModelRegistry,
        database: "Database | None",
        drift: "DriftMonitor | None",
        shadow: "Shadow | None",
        metrics: "Metrics | None",
    ) -> None:
        """Combine the parts that follow a change.

        Args:
            registry: the models.
            database: has the audit trail; None without one.
            drift: follows the drift references; None if drift is not monitored.
            shadow: needs its model; None without a shadow model.
            metrics: counts by model; None without metrics.
        """
        self._registry = registry
        self._database = database
        self._drift = drift
        self._shadow = shadow
        self._metrics = metrics
        self._one = asyncio.Lock()

    async def __call__(self, actor: UUID | None = None, address: str | None = None) -> None:
        """Load what has changed, check it, and answer with it from now on.

        Args:
            actor: the account that asks for it; None for a signal.
            address: the network address of the request, if there is one.

        Raises:
            Conflict: a model cannot be used; the models are those of before.
            DatabaseUnavailable: the change cannot be recorded; the models are those of before.
            ModelNotReady: the models are still loading.
        """
        async with self._one:
            try:
                models = await asyncio.to_thread(self._registry.prepare)
                if self._shadow:
                    self._shadow.check(models)
            except ConfigurationError as error:
                log.error("models_not_changed", reason=str(error))
                raise Conflict(f"The models cannot be used, and nothing has changed: {error}") from error
            except Problem:
                raise
            except Exception as error:
                log.exception("models_not_changed")
                raise Conflict(
                    f"A model could not be loaded ({type(error).__name__}), and nothing has changed. The log has the "
                    "details."
                ) from error
            offered = [f"{each.metadata.name} {each.metadata.version}" for each in models.all()]
            canaries = [f"{name} {each.version} {each.share:g}" for name, each in models.canaries.items()]
            if self._database:
                await self._record(self._database, offered, canaries, actor, address)
            if self._drift:
                await self._drift.follow(models.drift_references)
            self._registry.adopt(models)
            if self._metrics:
                self._metrics.offer(self._registry.offered)
            log.info("models_changed", models=offered, default=models.default, canaries=canaries)
            if self._shadow and self._shadow.answers_by_default(models):
                log.warning("shadow_compares_nothing", advice="It has become the default. Set SHADOW_MODEL to another.")

    async def _record(
        self, database: "Database", offered: list[str], canaries: list[str], actor: UUID | None, address: str | None
    ) -> None:
        from app.services.database.audit import Event

        await database.change(
            lambda work: work.record(
                Event.MODELS_CHANGED, actor=actor, address=address, models=offered, canaries=canaries
            )
        )


def reload_on_signal(reload: ModelReload, closing: AsyncExitStack) -> None:
    """Read the models folder again at SIGHUP, where the system has it and this is the main thread.

    Args:
        reload: reads it.
        closing: ends this.
    """
    loop = asyncio.get_running_loop()
    running: set[asyncio.Task[None]] = set()
    in_terminal = os.isatty(_STDIN)

    async def handle() -> None:
        try:
            await reload()
        except Problem as problem:
            log.warning("reload_refused", reason=problem.detail)

    def begin() -> None:
        if in_terminal and not os.isatty(_STDIN):
            # The terminal was closed, which sends this signal too.
            signal.raise_signal(signal.SIGTERM)
            return
        task = loop.create_task(handle())
        running.add(task)
        task.add_done_callback(running.discard)

    try:
        loop.add_signal_handler(signal.SIGHUP, begin)
    except (AttributeError, NotImplementedError, RuntimeError, ValueError):
        return
    closing.callback(loop.remove_signal_handler, signal.SIGHUP)
