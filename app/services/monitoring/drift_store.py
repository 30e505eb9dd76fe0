"""Stores drift states, checks and alarms in the database: one state for each model, shared by all processes.

A row lock makes each step atomic. Whichever process comes first makes a check that is due or delivers an alarm.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.services.database.database import Database
from app.services.database.tables import DriftCheckRow, DriftStateRow
from app.services.drift.reference import LOG_WEIGHTS, SCORES, DriftReference
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
from app.services.drift.window import MIN_ANSWERS, histograms
from app.services.monitoring.drift_state import DriftState, p_value

_KEEP_ALL_CHECKS = timedelta(days=7)
_KEEP_DAILY_CHECKS = timedelta(days=365)
# States of earlier weights or of an earlier reference.
_KEEP_STATES = timedelta(days=90)
_BACK_OFF_S = 10
_BACK_OFF_GROWTH = 3
_MAX_ATTEMPTS = 8
# After this time another process may deliver an alarm that this process has claimed.
_DELIVERY = timedelta(minutes=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class DriftGauge:
    """The drift of a model in three numbers.

    Attributes:
        answers: number of answers counted.
        p_value: smallest p-value of the sequential test so far.
        alarm: whether an alarm has been raised.
    """

    answers: int
    p_value: float
    alarm: bool


class DriftStore:
    """Reads and writes the drift state of every model. Raises `DatabaseUnavailable` if it cannot."""

    def __init__(
        self, database: Database, references: Mapping[str, DriftReference], *, window: int, check_every: timedelta
    ) -> None:
        """Create a store.

        Args:
            database: the service's database.
            references: the drift reference of each model, by model name.
            window: number of latest answers that a check compares with the reference.
            check_every: least time between two checks.
        """
        self._database = database
        self._references = references
        self._window = window
        self._check_every = check_every

    def follow(self, references: Mapping[str, DriftReference]) -> None:
        """Use other references; the state of each is stored under its key."""
        self._references = references

    async def add(self, model: str, descriptors: NDArray[np.float32]) -> None:
        """Add the descriptors of answers, float32 `[n, DESCRIPTOR_LENGTH]`, and raise the alarm if it is due."""
        await self._database.write(lambda session: self._add(session, model, descriptors))

    async def claim_check(self, model: str) -> NDArray[np.float32] | None:
        """Return the window if a check is due, and claim the check for this process; None otherwise."""
        return await self._database.write(lambda session: self._claim_check(session, model))

    async def store_check(self, model: str, check: DriftCheck) -> None:
        """Store a check, and delete old ones: after 7 days one a day remains, after 365 days none."""
        await self._database.write(lambda session: self._store_check(session, model, check))

    async def claim_message(self, model: str) -> DriftMessage | None:
        """Return the alarm message if one is due, and claim its delivery for this process; None otherwise."""
        return await self._database.write(lambda session: self._claim_message(session, model))

    async def note_delivery(self, model: str, failure: str | None) -> None:
        """Note that a message was delivered, or why not; failures are retried up to 8 attempts, with growing pauses."""
        await self._database.write(lambda session: self._note_delivery(session, model, failure))

    async def gauge(self, model: str) -> DriftGauge:
        """Return the drift of a model in three numbers."""
        return await self._database.read(lambda session: self._gauge(session, model))

    async def report(self, model: str) -> DriftReport:
        """Return the state, the latest check and the past checks of a model."""
        return await self._database.read(lambda session: self._report(session, model))

    async def restart(self, model: str) -> None:
        """Delete the state, the alarm and the checks of a model, and start again."""
        await self._database.write(lambda session: self._restart(session, model))

    def _key(self, model: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return DriftStateRow.model == model, DriftStateRow.reference == self._references[model].key

    def _locked_row(self, session: Session, model: str) -> DriftStateRow:
        """Return the model's row, created if missing, locked until the transaction ends."""
        statement = select(DriftStateRow).where(*self._key(model)).with_for_update()
        row = session.scalar(statement)
        if row is not None:
            return row
        with suppress(IntegrityError), session.begin_nested():
            session.add(_new_row(model, self._references[model]))
        return session.scalars(statement).one()

    def _add(self, session: Session, model: str, descriptors: NDArray[np.float32]) -> None:
        row = self._locked_row(session, model)
        state = DriftState.from_bytes(row.state)
        state.add(self._references[model], descriptors, self._window)
        row.state, row.answers, row.updated_at = state.to_bytes(), state.test.answers, datetime.now(UTC)
        row.log_evidence = float(state.evidence.max())
        if row.alarm_at is None and row.log_evidence >= -np.log(FALSE_ALARM):
            row.alarm_at, row.alarm_answers = row.updated_at, row.answers
            row.alarm_score = SCORES[int(state.evidence.argmax())]
            row.notify_at, row.notify_attempts = row.updated_at, 0
            log.warning("drift_alarm", model=model, score=row.alarm_score, answers=row.answers)

    def _restart(self, session: Session, model: str) -> None:
        session.delete(self._locked_row(session, model))
        session.flush()
        session.execute(delete(DriftCheckRow).where(DriftCheckRow.model == model))
        session.add(_new_row(model, self._references[model]))

    def _claim_check(self, session: Session, model: str) -> NDArray[np.float32] | None:
        now = datetime.now(UTC)
        row = self._locked_row(session, model)
        if row.next_check_at > now or row.answers == row.checked_answers or row.answers < MIN_ANSWERS:
            return None
        row.next_check_at, row.checked_answers = now + self._check_every, row.answers
        return DriftState.from_bytes(row.state).window

    def _store_check(self, session: Session, model: str, check: DriftCheck) -> None:
        reference, row = self._references[model].key, self._locked_row(session, model)
        same = DriftCheckRow.model == model, DriftCheckRow.reference == reference
        today = check.at.replace(hour=0, minute=0, second=0, microsecond=0)
        earlier = session.scalar(select(DriftCheckRow.id).where(*same, DriftCheckRow.at >= today).limit(1))
        session.add(
            DriftCheckRow(
                model=model,
                reference=reference,
                at=check.at,
                daily=earlier is None,
                answers=row.answers,
                p_value=p_value(row.log_evidence),
                smallest=min(test.adjusted for test in check.tests),
                body=check.model_dump_json(by_alias=True),
            )
        )
        old = DriftCheckRow.at < check.at - _KEEP_ALL_CHECKS
        very_old = DriftCheckRow.at < check.at - _KEEP_DAILY_CHECKS
        session.execute(delete(DriftCheckRow).where(old, DriftCheckRow.daily.is_(False)))
        session.execute(delete(DriftCheckRow).where(very_old))
        session.execute(delete(DriftStateRow).where(DriftStateRow.updated_at < check.at - _KEEP_STATES))

    def _claim_message(self, session: Session, model: str) -> DriftMessage | None:
        now = datetime.now(UTC)
        row = self._locked_row(session, model)
        alarm = _alarm(row)
        if alarm is None or row.notify_at is None or row.notify_at > now:
            return None
        row.notify_at = now + _DELIVERY
        return DriftMessage(
            timestamp=now,
            model=model,
            version=self._references[model].facts.version,
            alarm=alarm,
            p_value=p_value(row.log_evidence),
        )

    def _note_delivery(self, session: Session, model: str, failure: str | None) -> None:
        row = self._locked_row(session, model)
        row.notify_attempts += 1
        again = failure is not None and row.notify_attempts < _MAX_ATTEMPTS
        wait = timedelta(seconds=_BACK_OFF_S * _BACK_OFF_GROWTH ** (row.notify_attempts - 1))
        row.notify_at = datetime.now(UTC) + wait if again else None
        if failure:
            log.warning("webhook_failed", attempt=row.notify_attempts, of=_MAX_ATTEMPTS, reason=failure)

    def _gauge(self, session: Session, model: str) -> DriftGauge:
        columns = DriftStateRow.answers, DriftStateRow.log_evidence, DriftStateRow.alarm_at
        answers, evidence, alarm_at = session.execute(select(*columns).where(*self._key(model))).one()
        return DriftGauge(answers, p_value(evidence), alarm_at is not None)

    def _report(self, session: Session, model: str) -> DriftReport:
        reference = self._references[model]
        row = session.scalar(select(DriftStateRow).where(*self._key(model))) or _new_row(model, reference)
        state = DriftState.from_bytes(row.state)
        same = DriftCheckRow.model == model, DriftCheckRow.reference == reference.key
        latest = session.scalar(select(DriftCheckRow.body).where(*same).order_by(DriftCheckRow.at.desc()).limit(1))
        columns = DriftCheckRow.at, DriftCheckRow.answers, DriftCheckRow.p_value, DriftCheckRow.smallest
        past = session.execute(select(*columns).where(*same).order_by(DriftCheckRow.at)).all()
        evidence = state.evidence
        enough = row.answers >= MIN_ANSWERS
        without_alarm = DriftStatus.STEADY if enough else DriftStatus.COLLECTING
        return DriftReport(
            status=DriftStatus.ALARM if row.alarm_at else without_alarm,
            reference=reference.facts,
            since=row.since,
            answers=row.answers,
            p_value=p_value(row.log_evidence),
            alarm=_alarm(row),
            evidence=tuple(
                Evidence(score=SCORES[index], p_value=p_value(evidence[index])) for index in np.argsort(-evidence)
            ),
            check=DriftCheck.model_validate_json(latest) if latest else None,
            histograms=histograms(reference, state.window) if enough else (),
            past=tuple(DriftPoint(at=at, answers=n, p_value=p, smallest=least) for at, n, p, least in past),
        )


def _new_row(model: str, reference: DriftReference) -> DriftStateRow:
    now = datetime.now(UTC)
    return DriftStateRow(
        model=model,
        reference=reference.key,
        state=DriftState.new(reference).to_bytes(),
        answers=0,
        since=now,
        updated_at=now,
        log_evidence=float(LOG_WEIGHTS.max()),
        next_check_at=now,
        checked_answers=0,
        notify_attempts=0,
    )


def _alarm(row: DriftStateRow) -> Alarm | None:
    if row.alarm_at is None or row.alarm_answers is None or row.alarm_score is None:
        return None
    return Alarm(at=row.alarm_at, answers=row.alarm_answers, score=row.alarm_score)
