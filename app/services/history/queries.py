"""Reads records of the history: one page, or one record."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.orm import Session

from app.models.problems import NotFound
from app.services.database.tables import FeedbackRow, RecordRow
from app.services.history.schemas import Cursor, FeedbackBody, RecordFilter, StoredPrediction

_RecordColumns = Select[RecordRow, FeedbackRow | None]
_RECORDS: _RecordColumns = select(RecordRow, FeedbackRow).outerjoin(FeedbackRow)


@dataclass(frozen=True)
class Record:
    """A stored prediction.

    Attributes:
        stored: the prediction.
        picture: the name of its picture; None if no picture was stored.
        weights: SHA-256 of the model's weights; None in old records.
        heat, place: see `RecordRow`; None in old records.
        label, note: the reader's own.
        feedback: the reader's feedback, if any.
    """

    stored: StoredPrediction
    picture: str | None
    weights: str | None
    heat: bytes | None
    place: bytes | None
    label: str | None
    note: str | None
    feedback: FeedbackBody | None

    @property
    def cursor(self) -> Cursor:
        """The record's position in the history."""
        return Cursor(created_at=self.stored.created_at, id=self.stored.id)


def owned(owner: UUID | None) -> ColumnElement[bool]:
    """The condition that a record belongs to an owner."""
    return RecordRow.account_id.is_(None) if owner is None else RecordRow.account_id == owner


def page_of(owner: UUID | None, wanted: RecordFilter, after: Cursor | None, limit: int) -> _RecordColumns:
    """Up to `limit` records of an owner, newest first, after a position."""
    place = tuple_(RecordRow.created_at, RecordRow.id)
    statement = _RECORDS.where(owned(owner))
    if wanted.tumor:
        statement = statement.where(RecordRow.predicted == wanted.tumor.value)
    if wanted.decision:
        statement = statement.where(RecordRow.decision == wanted.decision.value)
    if wanted.model:
        statement = statement.where(RecordRow.model == wanted.model)
    if wanted.since:
        statement = statement.where(RecordRow.created_at >= wanted.since)
    if wanted.until:
        statement = statement.where(RecordRow.created_at < wanted.until)
    if wanted.text:
        fields = (RecordRow.label, RecordRow.note)
        statement = statement.where(or_(*(field.icontains(wanted.text, autoescape=True) for field in fields)))
    if after:
        statement = statement.where(place < (after.created_at, after.id))
    return statement.order_by(RecordRow.created_at.desc(), RecordRow.id.desc()).limit(limit)


def record_of(owner: UUID | None, record: UUID) -> _RecordColumns:
    """One record of an owner."""
    return _RECORDS.where(RecordRow.id == record, owned(owner))


def read_records(session: Session, statement: _RecordColumns) -> list[Record]:
    """The records that a statement selects."""
    rows = session.execute(statement).all()
    return [
        Record(
            stored=StoredPrediction.model_validate_json(row.body),
            picture=row.picture,
            weights=row.weights,
            heat=row.heat,
            place=row.place,
            label=row.label,
            note=row.note,
            feedback=feedback_body(feedback) if feedback else None,
        )
        for row, feedback in rows
    ]


def feedback_body(row: FeedbackRow) -> FeedbackBody:
    """The response body for feedback."""
    return FeedbackBody.model_validate(row, from_attributes=True)


def unknown(record: UUID) -> NotFound:
    """The problem for a record that does not exist or belongs to another account."""
    return NotFound(f"There is no record {record} in your history.")
