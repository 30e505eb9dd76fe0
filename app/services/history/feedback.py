"""Stores readers' feedback and computes its statistics."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.models.classes import CLASSES, TumorClass
from app.models.problems import Conflict
from app.services.database.audit import Event
from app.services.database.database import Database
from app.services.database.tables import FeedbackRow, RecordRow
from app.services.database.unit_of_work import UnitOfWork, unit_of_work
from app.services.history.performance import newest_cases, performance_statistics
from app.services.history.queries import feedback_body, owned, unknown
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
    """Feedback on records of the history. The owner is an account, or None for everyone if accounts are off."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # The bootstrap occupies a processor: one at a time.
        self._computing = asyncio.Lock()

    @unit_of_work
    def give(
        self, work: UnitOfWork, owner: UUID | None, record: UUID, given: FeedbackRequest, address: str
    ) -> FeedbackBody:
        """Store feedback on a record; it replaces earlier feedback. The audit trail records both classes.

        Raises:
            NotFound: there is no record with this id, or it belongs to another account.
            Conflict: the record is of a sample image, whose class is known, or it names no class to agree with.
        """
        # The lock makes the second of two concurrent requests see the feedback of the first.
        statement = select(RecordRow).where(RecordRow.id == record, owned(owner)).with_for_update()
        found = work.session.scalars(statement).one_or_none()
        if found is None:
            raise unknown(record)
        if StoredPrediction.model_validate_json(found.body).source is PredictionSource.SAMPLE:
            raise Conflict("This is a prediction of a sample image, whose class is known. It takes no feedback.")
        confirmed = given.verdict.of(TumorClass(found.predicted) if found.predicted else None)
        if confirmed is None:
            raise Conflict(
                "This record names no class to agree with. As verdict, send the class that "
                f"was confirmed: {', '.join(CLASSES)}."
            )
        row = work.session.get(FeedbackRow, record)
        if row and (row.verdict, row.note) == (given.verdict, given.note):
            return feedback_body(row)
        replaced = {"replaced": row.confirmed} if row else {}
        row = row or FeedbackRow(record_id=record)
        row.verdict, row.note, row.given_at = given.verdict.value, given.note, datetime.now(UTC)
        row.confirmed = confirmed.value
        work.session.add(row)
        work.record(
            Event.FEEDBACK_GIVEN,
            actor=owner,
            subject=record,
            address=address,
            confirmed=row.confirmed,
            **replaced,
        )
        return feedback_body(row)

    async def statistics(self, owner: UUID | None, query: FeedbackQuery) -> FeedbackStatistics:
        """Performance on the confirmed cases of one owner or of all."""
        chosen: list[ColumnElement[bool]] = []
        if query.whose is Whose.OWN:
            chosen.append(owned(owner))
        if query.since:
            chosen.append(RecordRow.created_at >= query.since)
        if query.until:
            chosen.append(RecordRow.created_at < query.until)

        async with self._computing:
            selection, cases = await self._database.read(lambda session: newest_cases(session, *chosen))
            return await asyncio.to_thread(performance_statistics, selection, cases, query.period)
