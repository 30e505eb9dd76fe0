"""Readers' feedback: what they say of predictions once they know, and how the answers did by that."""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.feedback import (
    AGREE,
    Estimate,
    FeedbackBody,
    FeedbackQuery,
    FeedbackRequest,
    FeedbackStatistics,
    ModelPerformance,
    Performance,
    Period,
    PeriodPerformance,
    Selection,
    SetCoverage,
    Whose,
)
from app.models.history import KeptPrediction, Source
from app.models.problems import Conflict
from app.models.responses import ModelRef
from app.models.tables import FeedbackRow, RecordRow
from app.models.tumor import TumorClass
from app.services.audit import Event, append
from app.services.database import Database
from app.services.history import feedback_body, owned, unknown
from app.services.statistics import calibration_error, wilson

MOST_CASES = 5000
_ROWS_AT_A_TIME = 500
CAUTION = (
    "Only cases count of which a reader has said what they are, and readers do not choose them at random: what is "
    "doubtful is looked into more often, and who agrees has seen the answer first. The accuracy of all answers lies "
    "between `lowest` and `highest`; where it lies there, these cases cannot tell."
)


_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Case:
    """A prediction of which a reader has said what it is.

    Attributes:
        verdict: `agree`, or the class that was named.
        confirmed: the class that the scan is of, by that.
    """

    kept: KeptPrediction
    verdict: str
    confirmed: TumorClass

    @property
    def right(self) -> bool:
        """Whether the answer was that class."""
        return self.kept.prediction.tumor is self.confirmed


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

        def read(session: Session) -> tuple[Selection, list[Case]]:
            newest = islice(cases(session, *chosen), MOST_CASES)
            return _selection(session, *chosen), list(newest)

        async with self._alone:
            selection, found = await self._database.read(read)
            return await asyncio.to_thread(_statistics, selection, found, query.period)


def cases(session: Session, *chosen: ColumnElement[bool]) -> Iterator[Case]:
    """Confirmed cases, the newest first, read while they are asked for."""
    statement = select(RecordRow.body, FeedbackRow.verdict, FeedbackRow.confirmed).join(FeedbackRow).where(*chosen)
    newest_first = statement.order_by(RecordRow.created_at.desc(), RecordRow.id)
    for body, verdict, confirmed in session.execute(newest_first.execution_options(yield_per=_ROWS_AT_A_TIME)):
        yield Case(KeptPrediction.model_validate_json(body), verdict, TumorClass(confirmed))


def _give(session: Session, owner: UUID | None, record: UUID, given: FeedbackRequest, address: str) -> FeedbackBody:
    # Locked, so that of two at a time the second finds what the first has said.
    statement = select(RecordRow).where(RecordRow.id == record, owned(owner)).with_for_update()
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise unknown(record)
    if KeptPrediction.model_validate_json(found.body).source is Source.SAMPLE:
        raise Conflict("This is an answer to a sample image, whose class is known. It is no case to be confirmed.")
    row = session.get(FeedbackRow, record)
    if row and (row.verdict, row.note) == (given.verdict, given.note):
        return feedback_body(row)
    replaced = {"replaced": row.confirmed} if row else {}
    row = row or FeedbackRow(record_id=record)
    row.verdict, row.note, row.given_at = str(given.verdict), given.note, datetime.now(UTC)
    row.confirmed = found.predicted if given.verdict == AGREE else str(given.verdict)
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


def _selection(session: Session, *chosen: ColumnElement[bool]) -> Selection:
    answers = session.scalar(select(func.count()).select_from(RecordRow).where(*chosen)) or 0
    right = func.count().filter(FeedbackRow.confirmed == RecordRow.predicted)
    confirmed, right = session.execute(
        select(func.count(), right).select_from(RecordRow).join(FeedbackRow).where(*chosen)
    ).one()
    return Selection(
        answers=answers,
        confirmed=confirmed,
        lowest=right / answers if answers else None,
        highest=(right + answers - confirmed) / answers if answers else None,
        caution=CAUTION,
    )


def _statistics(selection: Selection, found: list[Case], period: Period) -> FeedbackStatistics:
    return FeedbackStatistics(
        selection=selection,
        overall=_performance(found) if found else None,
        models=[
            ModelPerformance(model=model, performance=_performance(part))
            for model, part in _parts(found, lambda case: case.kept.model)
        ],
        periods=[
            PeriodPerformance(begin=begin, model=model, performance=_performance(part))
            for (begin, model), part in _parts(
                reversed(found), lambda case: (_begin(case.kept.created_at, period), case.kept.model)
            )
        ],
        truncated=selection.confirmed > len(found),
    )


def _parts(found: Iterable[Case], key: Callable[[Case], _Key]) -> Iterable[tuple[_Key, list[Case]]]:
    """The cases by what they have in common, in the order in which that first comes up."""
    parts: dict[_Key, list[Case]] = {}
    for case in found:
        parts.setdefault(key(case), []).append(case)
    return parts.items()


def _begin(moment: datetime, period: Period) -> date:
    day = moment.astimezone(UTC).date()
    return day.replace(day=1) if period is Period.MONTH else day - timedelta(days=day.weekday())


def _performance(found: Sequence[Case]) -> Performance:
    confidence = np.array([case.kept.prediction.confidence for case in found])
    right = np.array([case.right for case in found])
    error, low, high = calibration_error(confidence, right)
    return Performance(
        cases=len(found),
        named=sum(case.verdict != AGREE for case in found),
        accuracy=wilson(int(right.sum()), len(found)),
        calibration_error=Estimate(value=error, low=low, high=high),
        coverage=_coverage(found),
    )
