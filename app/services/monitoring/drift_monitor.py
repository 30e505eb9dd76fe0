"""Watches drift: counts answers, tests the window of the latest, raises the alarm, and tells the webhook of it.

What is known lies in the database, one row for each model, so that it survives restarts and belongs to all processes
together. Answers are added to it every few seconds; whichever process comes first makes the check that is due.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.models.problems import Problem
from app.services.database.database import Database
from app.services.database.tables import DriftCheckRow, DriftStateRow
from app.services.drift.detectors import ExchangeabilityTest
from app.services.drift.reference import BINS, DESCRIPTOR_LENGTH, LOG_WEIGHTS, SCORES, DriftReference
from app.services.drift.schemas import (
    FALSE_ALARM,
    Alarm,
    DriftCheck,
    DriftMessage,
    DriftPoint,
    DriftReport,
    DriftStatus,
    Evidence,
)
from app.services.drift.window import MIN_ANSWERS, check_window, histograms
from app.services.explanations.answer import Answer
from app.services.history.schemas import Source
from app.services.monitoring.webhook import Webhook, WebhookError

_TICK_S = 10
# What waits for a database that is away; the oldest go first.
_MOST_WAITING = 2000
# Added at a time: the database is not held up for longer than a moment.
_MOST_AT_ONCE = 200
_KEEP_ALL = timedelta(days=7)
_KEEP_DAILY = timedelta(days=365)
# Of other weights, or of a reference of before.
_KEEP_STATES = timedelta(days=90)
_BACK_OFF_S = 10
_BACK_OFF_GROWTH = 3
_MOST_ATTEMPTS = 8
# A process that tells the webhook has so long before another one tries.
_DELIVERY = timedelta(minutes=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class DriftGauge:
    """How things are, in three numbers.

    Attributes:
        answers: how many were counted.
        p_value: of the sequential test: the smallest so far.
        alarm: whether one was raised.
    """

    answers: int
    p_value: float
    alarm: bool


@dataclass
class _State:
    """What a row's blob holds: the test, and the window, float32 `[n, DESCRIPTOR_LENGTH]`, the latest answer last."""

    test: ExchangeabilityTest
    window: NDArray[np.float32]

    @classmethod
    def new(cls, reference: DriftReference) -> "_State":
        test = ExchangeabilityTest.of_reference(reference.bins(reference.descriptors), BINS)
        return cls(test, np.empty((0, DESCRIPTOR_LENGTH), np.float32))

    @classmethod
    def read(cls, blob: bytes) -> "_State":
        with np.load(BytesIO(blob)) as file:
            test = ExchangeabilityTest(file["counts"], file["log_bets"], file["log_best"], int(file["answers"]))
            return cls(test, file["window"])

    def written(self) -> bytes:
        file, test = BytesIO(), self.test
        np.savez_compressed(
            file,
            counts=test.counts,
            log_bets=test.log_bets,
            log_best=test.log_best,
            answers=test.answers,
            window=self.window,
        )
        return file.getvalue()


class DriftMonitor:
    """Drift of every model; told of answers as a watcher."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        references: Mapping[str, DriftReference],
        webhook: Webhook | None,
    ) -> None:
        """Make one.

        Args:
            settings: tell how large the window is and how often it is tested.
            database: where what is known is kept.
            references: by the name of the model.
            webhook: is told of alarms.
        """
        self._database = database
        self._references = references
        self._webhook = webhook
        self._window = settings.drift_window
        self._every = timedelta(minutes=settings.drift_check_minutes)
        self._waiting = {name: deque[NDArray[np.float32]](maxlen=_MOST_WAITING) for name in references}
        self._gauges: dict[str, DriftGauge] = {}
        self._closed = asyncio.Event()

    def observe(self, answer: Answer, source: Source) -> None:
        """Note an answer. The service's own samples are nobody's scans, and a scan sent again is nothing new."""
        descriptor = answer.prediction.descriptor
        if descriptor is not None and source is not Source.SAMPLE:
            self._waiting[answer.metadata.name].append(descriptor)

    def gauges(self) -> Mapping[str, DriftGauge]:
        """How things were some seconds ago, by model; without those of which nothing is known yet."""
        return self._gauges

    def start(self) -> None:
        """Add answers every few seconds, and do what is due."""
        self._working = asyncio.create_task(self._work_until_closed())

    async def close(self) -> None:
        """End, once all answers are added."""
        self._closed.set()
        await self._working

    async def report(self, model: str) -> DriftReport:
        """All that is known of a model's drift, the answers that this process has just given included.

        Raises:
            DatabaseUnavailable: it cannot be looked up.
        """
        await self._add_waiting(model)
        return await self._database.read(lambda session: self._report(session, model))

    async def restart(self, model: str) -> None:
        """Begin anew: forget the answers, the alarm and the checks.

        Raises:
            DatabaseUnavailable: it cannot be written.
        """
        await self._database.write(lambda session: self._forget(session, model))

    async def _work_until_closed(self) -> None:
        while not self._closed.is_set():
            for model in self._references:
                try:
                    await self._work(model)
                except Problem as problem:
                    log.warning("drift_not_watched", model=model, reason=problem.detail)
                except Exception as error:
                    # The next answers are watched again. The kind alone: a message may repeat what was given.
                    log.error("drift_failed", model=model, error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S):
                    await self._closed.wait()
        for model in self._references:
            with suppress(Problem):
                await self._add_waiting(model)

    async def _work(self, model: str) -> None:
        await self._add_waiting(model)
        window = await self._database.write(lambda session: self._claim_check(session, model))
        if window is not None:
            check = await asyncio.to_thread(check_window, self._references[model], window, np.random.default_rng())
            await self._database.write(lambda session: self._keep_check(session, model, check))
        if self._webhook:
            message = await self._database.write(lambda session: self._claim_message(session, model))
            if message:
                await self._tell(model, message, self._webhook)
        self._gauges[model] = await self._database.read(lambda session: self._gauge(session, model))

    async def _add_waiting(self, model: str) -> None:
        waiting = self._waiting[model]
        while waiting:
            added = np.stack([waiting.popleft() for _ in range(min(len(waiting), _MOST_AT_ONCE))])
            try:
                await self._database.write(partial(self._add, model=model, added=added))
            except Problem:
                room = _MOST_WAITING - len(waiting)
                waiting.extendleft(added[::-1][:room])
                raise

    def _here(self, model: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return DriftStateRow.model == model, DriftStateRow.reference == self._references[model].key

    def _row(self, session: Session, model: str) -> DriftStateRow:
        """The model's row, locked until the transaction ends; made if it is not there."""
        statement = select(DriftStateRow).where(*self._here(model)).with_for_update()
        row = session.scalar(statement)
        if row is not None:
            return row
        with suppress(IntegrityError), session.begin_nested():
            session.add(_fresh(model, self._references[model]))
        return session.scalars(statement).one()

    def _add(self, session: Session, model: str, added: NDArray[np.float32]) -> None:
        reference, row = self._references[model], self._row(session, model)
        state = _State.read(row.state)
        state.test.update(reference.bins(added), np.random.default_rng())
        state.window = np.concatenate([state.window, added])[-self._window :]
        evidence = state.test.log_best + LOG_WEIGHTS
        row.state, row.answers, row.updated_at = state.written(), state.test.answers, datetime.now(UTC)
        row.log_evidence = float(evidence.max())
        if row.alarm_at is None and row.log_evidence >= -np.log(FALSE_ALARM):
            row.alarm_at, row.alarm_answers = row.updated_at, row.answers
            row.alarm_score = SCORES[int(evidence.argmax())]
            row.notify_at, row.notify_attempts = row.updated_at, 0
            log.warning("drift_alarm", model=model, score=row.alarm_score, answers=row.answers)

    def _forget(self, session: Session, model: str) -> None:
        session.delete(self._row(session, model))
        session.flush()
        session.execute(delete(DriftCheckRow).where(DriftCheckRow.model == model))
        session.add(_fresh(model, self._references[model]))

    def _claim_check(self, session: Session, model: str) -> NDArray[np.float32] | None:
        """The window, where a check is due that no other process has taken."""
        now = datetime.now(UTC)
        row = self._row(session, model)
        if row.next_check_at > now or row.answers == row.checked_answers or row.answers < MIN_ANSWERS:
            return None
        row.next_check_at, row.checked_answers = now + self._every, row.answers
        return _State.read(row.state).window

    def _keep_check(self, session: Session, model: str, check: DriftCheck) -> None:
        """Keep a check; of old ones, one a day, and of very old ones none."""
        reference, row = self._references[model].key, self._row(session, model)
        chosen = DriftCheckRow.model == model, DriftCheckRow.reference == reference
        today = check.at.replace(hour=0, minute=0, second=0, microsecond=0)
        earlier = session.scalar(select(DriftCheckRow.id).where(*chosen, DriftCheckRow.at >= today).limit(1))
        session.add(
            DriftCheckRow(
                model=model,
                reference=reference,
                at=check.at,
                daily=earlier is None,
                answers=row.answers,
                p_value=_p_value(row.log_evidence),
                smallest=min(test.adjusted for test in check.tests),
                body=check.model_dump_json(by_alias=True),
            )
        )
        old, very_old = DriftCheckRow.at < check.at - _KEEP_ALL, DriftCheckRow.at < check.at - _KEEP_DAILY
        session.execute(delete(DriftCheckRow).where(old, DriftCheckRow.daily.is_(False)))
        session.execute(delete(DriftCheckRow).where(very_old))
        session.execute(delete(DriftStateRow).where(DriftStateRow.updated_at < check.at - _KEEP_STATES))

    def _claim_message(self, session: Session, model: str) -> DriftMessage | None:
        """What the webhook is to be told now, by this process."""
        now = datetime.now(UTC)
        row = self._row(session, model)
        alarm = _alarm(row)
        if alarm is None or row.notify_at is None or row.notify_at > now:
            return None
        row.notify_at = now + _DELIVERY
        return DriftMessage(
            timestamp=now,
            model=model,
            version=self._references[model].facts.version,
            alarm=alarm,
            p_value=_p_value(row.log_evidence),
        )

    async def _tell(self, model: str, message: DriftMessage, webhook: Webhook) -> None:
        # The same at every attempt: who is told twice can tell.
        name = f"drift-{model}-{message.alarm.at:%Y%m%dT%H%M%S%f}"
        failure = None
        try:
            await asyncio.to_thread(webhook.send, name, message.model_dump_json().encode())
        except WebhookError as error:
            failure = str(error)
        await self._database.write(lambda session: self._note_told(session, model, failure))

    def _note_told(self, session: Session, model: str, failure: str | None) -> None:
        row = self._row(session, model)
        row.notify_attempts += 1
        again = failure is not None and row.notify_attempts < _MOST_ATTEMPTS
        wait = timedelta(seconds=_BACK_OFF_S * _BACK_OFF_GROWTH ** (row.notify_attempts - 1))
        row.notify_at = datetime.now(UTC) + wait if again else None
        if failure:
            log.warning("webhook_failed", attempt=row.notify_attempts, of=_MOST_ATTEMPTS, reason=failure)

    def _gauge(self, session: Session, model: str) -> DriftGauge:
        columns = DriftStateRow.answers, DriftStateRow.log_evidence, DriftStateRow.alarm_at
        answers, evidence, alarm_at = session.execute(select(*columns).where(*self._here(model))).one()
        return DriftGauge(answers, _p_value(evidence), alarm_at is not None)

    def _report(self, session: Session, model: str) -> DriftReport:
        reference = self._references[model]
        row = session.scalar(select(DriftStateRow).where(*self._here(model))) or _fresh(model, reference)
        state = _State.read(row.state)
        chosen = DriftCheckRow.model == model, DriftCheckRow.reference == reference.key
        latest = session.scalar(select(DriftCheckRow.body).where(*chosen).order_by(DriftCheckRow.at.desc()).limit(1))
        columns = DriftCheckRow.at, DriftCheckRow.answers, DriftCheckRow.p_value, DriftCheckRow.smallest
        past = session.execute(select(*columns).where(*chosen).order_by(DriftCheckRow.at)).all()
        evidence = state.test.log_best + LOG_WEIGHTS
        enough = row.answers >= MIN_ANSWERS
        quiet = DriftStatus.STEADY if enough else DriftStatus.COLLECTING
        return DriftReport(
            status=DriftStatus.ALARM if row.alarm_at else quiet,
            reference=reference.facts,
            since=row.since,
            answers=row.answers,
            p_value=_p_value(row.log_evidence),
            alarm=_alarm(row),
            evidence=tuple(
                Evidence(score=SCORES[index], p_value=_p_value(evidence[index])) for index in np.argsort(-evidence)
            ),
            check=DriftCheck.model_validate_json(latest) if latest else None,
            histograms=histograms(reference, state.window) if enough else (),
            past=tuple(DriftPoint(at=at, answers=n, p_value=p, smallest=least) for at, n, p, least in past),
        )


def open_drift_monitor(
    settings: Settings, database: Database, references: Mapping[str, DriftReference]
) -> DriftMonitor:
    """The monitor that the settings tell of."""
    webhook = None
    if settings.drift_webhook_url and settings.drift_webhook_secret:
        webhook = Webhook(
            str(settings.drift_webhook_url),
            settings.drift_webhook_secret.get_secret_value(),
            local=settings.drift_webhook_local,
        )
    return DriftMonitor(settings, database, references, webhook)


def _fresh(model: str, reference: DriftReference) -> DriftStateRow:
    now = datetime.now(UTC)
    return DriftStateRow(
        model=model,
        reference=reference.key,
        state=_State.new(reference).written(),
        answers=0,
        since=now,
        updated_at=now,
        log_evidence=float(LOG_WEIGHTS.max()),
        next_check_at=now,
        checked_answers=0,
        notify_attempts=0,
    )


def _p_value(log_evidence: float) -> float:
    """By Ville's inequality, of the test's greatest wealth."""
    return float(min(1.0, np.exp(-log_evidence)))


def _alarm(row: DriftStateRow) -> Alarm | None:
    if row.alarm_at is None or row.alarm_answers is None or row.alarm_score is None:
        return None
    return Alarm(at=row.alarm_at, answers=row.alarm_answers, score=row.alarm_score)
