"""Monitors drift: collects answers, runs the checks that are due, and sends the alarm to the webhook.

The state is in the database (`drift_store`), so it survives restarts and is shared by all processes.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import numpy as np
import structlog
from numpy.typing import NDArray

from app.config.settings import Settings
from app.models.problems import Problem
from app.services.database.database import Database
from app.services.drift.reference import DriftReference
from app.services.drift.schemas import DriftMessage, DriftReport
from app.services.drift.window import check_window
from app.services.explanations.answer import Answer
from app.services.history.schemas import PredictionSource
from app.services.monitoring.drift_store import DriftGauge, DriftStore
from app.services.monitoring.webhook import Webhook, WebhookError

_TICK_S = 10
# Answers that wait while the database is away; the oldest are dropped first.
_MAX_WAITING = 2000
# Answers added in one transaction, so that it holds the row lock only for a moment.
_MAX_ADDED = 200

log = structlog.get_logger()


class DriftMonitor:
    """The schedule of drift monitoring for every model; observes answers as a watcher."""

    def __init__(self, store: DriftStore, references: Mapping[str, DriftReference], webhook: Webhook | None) -> None:
        """Create a monitor.

        Args:
            store: holds the drift state of every model.
            references: the drift reference of each model, by model name.
            webhook: receives alarms; None to send no alarms.
        """
        self._store = store
        self._references = references
        self._webhook = webhook
        self._waiting = _queues(references)
        self._gauges: dict[str, DriftGauge] = {}
        self._closed = asyncio.Event()
        # Held while answers are stored in the states of the references.
        self._storing = asyncio.Lock()

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Collect an answer. Sample images and repeated scans (without a descriptor) do not count.

        Nor do answers of other weights, which were in flight while the models changed.
        """
        descriptor, reference = answer.prediction.descriptor, self._references.get(answer.metadata.name)
        if reference is None or reference.facts.weights_sha256 != answer.metadata.sha256:
            return
        if descriptor is not None and source is not PredictionSource.SAMPLE:
            self._waiting[answer.metadata.name].append(descriptor)

    def gauges(self) -> Mapping[str, DriftGauge]:
        """Return the drift of each model as of the last tick; models not yet read are missing."""
        return self._gauges

    def start(self) -> None:
        """Start the background task: every 10 seconds it stores answers and does what is due."""
        self._working = asyncio.create_task(self._work_until_closed())

    async def close(self) -> None:
        """Stop after storing all waiting answers."""
        self._closed.set()
        await self._working

    async def follow(self, references: Mapping[str, DriftReference]) -> None:
        """Monitor with other references, after storing all waiting answers; each has a state of its own."""
        async with self._storing:
            for model in self._references:
                with suppress(Problem):
                    await self._store_waiting(model)
            self._store.follow(references)
            self._references, self._waiting, self._gauges = references, _queues(references), {}

    async def report(self, model: str) -> DriftReport:
        """Report a model's drift, including the answers that this process has not stored yet.

        Raises:
            DatabaseUnavailable: the database cannot be read.
        """
        await self._add_waiting(model)
        return await self._store.report(model)

    async def restart(self, model: str) -> None:
        """Delete a model's state, alarm and checks, and start again.

        Raises:
            DatabaseUnavailable: the database cannot be written.
        """
        await self._store.restart(model)

    async def _work_until_closed(self) -> None:
        while not self._closed.is_set():
            for model in list(self._references):
                try:
                    await self._work(model)
                except Problem as problem:
                    log.warning("drift_not_watched", model=model, reason=problem.detail)
                except Exception as error:
                    # Only the type: the message could quote content of a request.
                    log.error("drift_failed", model=model, error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S):
                    await self._closed.wait()
        for model in self._references:
            with suppress(Problem):
                await self._add_waiting(model)

    async def _work(self, model: str) -> None:
        await self._add_waiting(model)
        references = self._references
        window = await self._store.claim_check(model)
        if window is not None:
            check = await asyncio.to_thread(check_window, references[model], window, np.random.default_rng())
            if references is not self._references:
                return
            await self._store.store_check(model, check)
        if self._webhook:
            message = await self._store.claim_message(model)
            if message:
                await self._deliver(model, message, self._webhook)
        self._gauges[model] = await self._store.gauge(model)

    async def _add_waiting(self, model: str) -> None:
        async with self._storing:
            await self._store_waiting(model)

    async def _store_waiting(self, model: str) -> None:
        waiting = self._waiting[model]
        while waiting:
            added = np.stack([waiting.popleft() for _ in range(min(len(waiting), _MAX_ADDED))])
            try:
                await self._store.add(model, added)
            except Problem:
                room = _MAX_WAITING - len(waiting)
                waiting.extendleft(added[::-1][:room])
                raise

    async def _deliver(self, model: str, message: DriftMessage, webhook: Webhook) -> None:
        # The id is the same at every attempt, so that the receiver recognizes a repeated message.
        name = f"drift-{model}-{message.alarm.at:%Y%m%dT%H%M%S%f}"
        failure = None
        try:
            await asyncio.to_thread(webhook.send, name, message.model_dump_json().encode())
        except WebhookError as error:
            failure = str(error)
        await self._store.note_delivery(model, failure)


def _queues(references: Mapping[str, DriftReference]) -> dict[str, deque[NDArray[np.float32]]]:
    return {name: deque[NDArray[np.float32]](maxlen=_MAX_WAITING) for name in references}


def open_drift_monitor(
    settings: Settings, database: Database, references: Mapping[str, DriftReference]
) -> DriftMonitor:
    """Create the monitor from the settings."""
    webhook = None
    if settings.drift_webhook_url and settings.drift_webhook_secret:
        webhook = Webhook(
            str(settings.drift_webhook_url),
            settings.drift_webhook_secret.get_secret_value(),
            local=settings.drift_webhook_local,
        )
    store = DriftStore(
        database,
        references,
        window=settings.drift_window,
        check_every=timedelta(minutes=settings.drift_check_minutes),
    )
    return DriftMonitor(store, references, webhook)
