"""Readers' feedback: what they say of predictions once they know."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.models.classes import TumorClass
from app.models.problems import Conflict
from app.services.database.audit import Event, append
from app.services.database.database import Database
from app.services.database.tables import FeedbackRow, RecordRow
from app.services.history.performance import newest_cases, performance_statistics
from app.services.history.records import feedback_body, owned, unknown
from app.services.history.schemas import (
    FeedbackBody,
    FeedbackQuery,
    FeedbackRequest,
    FeedbackStatistics,
    PredictionSource,
    StoredPrediction,
    Whose,
)


class Feedback:
    """Feedback on records of the history. The owner is an account, or None: everyone, where accounts are off."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Bootstrapping takes a processor's time: one at a time is enough of that.
        self._alone = asyncio.Lock()

    async def give(self, owner: UUID | None, record: UUID, given: FeedbackRequest, address: str) -> FeedbackBody:
        """Take feedback on a record, in the place of what was said of it before; the audit trail tells of both.

        Raises:
            NotFound: there is no record of this id, or it is another's.
            Conflict: it is of a sample image, whose class is known.
        """
        return await self._database.write(lambda session: _give(session, owner, record, given, address))

    async def statistics(self, owner: UUID | None, query: FeedbackQuery) -> FeedbackStatistics:
        """How the answers did, of one account or of all."""
        chosen: list[ColumnElement[bool]] = []
        if query.whose is Whose.OWN:
            chosen.append(owned(owner))
        if query.since:
            chosen.append(RecordRow.created_at >= query.since)
        if query.until:
            chosen.append(RecordRow.created_at < query.until)

        async with self._alone:
            selection, found = await self._database.read(lambda session: newest_cases(session, *chosen))
            return await asyncio.to_thread(performance_statistics, selection, found, query.period)


def _give(session: Session, owner: UUID | None, record: UUID, given: FeedbackRequest, address: str) -> FeedbackBody:
    # Locked, so that of two at a time the second finds what the first has said.
    statement = select(RecordRow).where(RecordRow.id == record, owned(owner)).with_for_update()
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise unknown(record)
    if StoredPrediction.model_validate_json(found.body).source is PredictionSource.SAMPLE:
        raise Conflict("This is an answer to a sample image, whose class is known. It is no case to be confirmed.")
    row = session.get(FeedbackRow, record)
    if row and (row.verdict, row.note) == (given.verdict, given.note):
        return feedback_body(row)
    replaced = {"replaced": row.confirmed} if row else {}
    row = row or FeedbackRow(record_id=record)
    row.verdict, row.note, row.given_at = given.verdict.value, given.note, datetime.now(UTC)
    row.confirmed = given.verdict.of(TumorClass(found.predicted)).value
    session.add(row)
    append(
        session,
        Event.FEEDBACK_GIVEN,
        actor=owner,
        subject=record,
        address=address,
        confirmed=row.confirmed,
        **replaced,
    )
    return feedback_body(row)
