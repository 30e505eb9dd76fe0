"""The history: what was predicted, for each account its own, until it is deleted or too old."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from PIL import Image
from sqlalchemy import ColumnElement, Select, delete, insert, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config.settings import Settings, Switch
from app.models.problems import NotFound, Problem, SignInRequired
from app.services.database.audit import Event, append
from app.services.database.database import Database
from app.services.database.tables import FeedbackRow, RecordRow
from app.services.history.pictures import Pictures, open_pictures
from app.services.history.schemas import Cursor, FeedbackBody, RecordFilter, StoredPrediction
from app.services.history.storage import SHARDS

_BATCH = 500
_SWEEP_EVERY_S = 3600
# A picture is put into storage seconds before the record that names it; one this old without a record has none.
_GRACE = timedelta(minutes=15)
# Comes after every hexadecimal digit.
_AFTER_HEX = "g"

_RecordColumns = Select[str, str | None, FeedbackRow | None]
_RECORDS: _RecordColumns = select(RecordRow.body, RecordRow.picture, FeedbackRow).outerjoin(FeedbackRow)

# Writes an entry about so many records.
Note = Callable[[Session, int], None]

log = structlog.get_logger()


@dataclass(frozen=True)
class Record:
    """A prediction that was kept.

    Attributes:
        picture: the name of its picture, if that was kept too.
        feedback: what its reader says of it, if anything.
    """

    kept: StoredPrediction
    picture: str | None
    feedback: FeedbackBody | None

    @property
    def cursor(self) -> Cursor:
        """Its place in the history."""
        return Cursor(created_at=self.kept.created_at, id=self.kept.id)


@dataclass(frozen=True)
class Swept:
    """What a sweep has deleted, and how many records name a picture that is not there."""

    records: int
    pictures: int
    missing: int


class Records:
    """Records of predictions. The owner is an account, or None: everyone, where accounts are off."""

    def __init__(self, settings: Settings, database: Database, pictures: Pictures) -> None:
        """Make one.

        Args:
            settings: tell how long records are kept, and whether with their pictures.
            database: where they are.
            pictures: where their pictures are; also where none are kept any more, those of before are deleted.
        """
        self._database = database
        self._pictures = pictures
        self._keeps_pictures = settings.keep_images is Switch.ON
        self._days = timedelta(days=settings.history_days)
        self._closed = asyncio.Event()

    async def keep(self, owner: UUID | None, predictions: Sequence[tuple[StoredPrediction, Image.Image]]) -> None:
        """Keep predictions, all or none; once this returns they outlive a crash.

        Args:
            owner: whose they are.
            predictions: each with the picture of its scan.

        Raises:
            StorageFull, StorageUnavailable, DatabaseUnavailable: they could not be kept.
            SignInRequired: the owner was deleted meanwhile.
        """
        names: Sequence[str | None] = [None] * len(predictions)
        if self._keeps_pictures:
            # Before the records, so that no record names a picture that is not there.
            names = await asyncio.gather(*(self._pictures.keep(kept.id, picture) for kept, picture in predictions))
        rows = [
            {
                "id": kept.id,
                "account_id": owner,
                "created_at": kept.created_at,
                "model": kept.model.name,
                "predicted": kept.prediction.tumor.value,
                "body": kept.model_dump_json(by_alias=True),
                "picture": name,
            }
            for (kept, _), name in zip(predictions, names, strict=True)
        ]
        try:
            await self._database.write(lambda session: session.execute(insert(RecordRow), rows))
        except IntegrityError as error:
            raise SignInRequired("This account was deleted while its prediction was made.") from error

    async def page(
        self, owner: UUID | None, wanted: RecordFilter, after: Cursor | None, limit: int
    ) -> tuple[list[Record], Cursor | None]:
        """The newest records after a place in the history, and where the next page begins, if there is one."""
        statement = _page(owner, wanted, after, limit + 1)
        found = await self._database.read(lambda session: _records(session, statement))
        return found[:limit], found[limit - 1].cursor if len(found) > limit else None

    def pages(self, owner: UUID | None, wanted: RecordFilter) -> Iterator[list[Record]]:
        """Every record, newest first, a few hundred at a time. Blocks, and holds no transaction between pages."""
        after = None
        while True:
            with self._database.reading() as session:
                found = _records(session, _page(owner, wanted, after, _BATCH))
            if not found:
                return
            yield found
            after = found[-1].cursor

    async def get(self, owner: UUID | None, record: UUID) -> Record:
        """One record.

        Raises:
            NotFound: there is none of this id, or it is another's.
        """
        statement = _RECORDS.where(RecordRow.id == record, owned(owner))
        found = await self._database.read(lambda session: _records(session, statement))
        if not found:
            raise unknown(record)
        return found[0]

    def picture(self, record: Record, *, thumbnail: bool = False) -> bytes:
        """A record's picture, as JPEG. Blocks.

        Raises:
            NotFound: it was not kept.
        """
        if record.picture is None:
            raise NotFound("The picture of this record was not kept.")
        return self._pictures.thumbnail(record.picture) if thumbnail else self._pictures.get(record.picture)

    async def note_export(self, owner: UUID | None, address: str, chosen: str) -> None:
        """Have it in the audit trail that somebody takes a history away."""
        await self._database.write(
            lambda session: append(
                session, Event.HISTORY_EXPORTED, actor=owner, subject=owner, address=address, format=chosen
            )
        )

    async def delete(self, owner: UUID | None, record: UUID, address: str) -> None:
        """Delete a record, and its picture.

        Raises:
            NotFound: there is none of this id, or it is another's.
        """
        chosen = (RecordRow.id == record, owned(owner))
        if not await asyncio.to_thread(self._delete, *chosen, note=_deletion(owner, address)):
            raise unknown(record)

    async def delete_all(self, owner: UUID | None, address: str) -> int:
        """Delete all that was kept of an owner until now; gives how many records that was."""
        chosen = (owned(owner), RecordRow.created_at <= datetime.now(UTC))
        return await asyncio.to_thread(self._delete, *chosen, note=_deletion(owner, address))

    def start(self) -> None:
        """Sweep now and every hour. Several processes may do so at the same time."""
        self._sweeping = asyncio.create_task(self._sweep_until_closed())

    async def close(self) -> None:
        """End sweeping, and let go of the storage."""
        self._closed.set()
        await self._sweeping
        self._pictures.close()

    def sweep(self, grace: timedelta = _GRACE) -> Swept:
        """Delete records that are too old, and pictures without a record. Blocks.

        A record whose picture is missing stays as it is: the picture is back once a folder is mounted again.

        Args:
            grace: how long a picture may be without a record, since it is put before it.
        """
        now = datetime.now(UTC)
        expired = self._delete(RecordRow.created_at < now - self._days)
        orphans = missing = 0
        for shard in SHARDS:
            if self._closed.is_set():
                break
            alone, lost = self._sweep_pictures(shard, now - grace)
            orphans += alone
            missing += lost
        return Swept(expired, orphans, missing)

    async def _sweep_until_closed(self) -> None:
        while not self._closed.is_set():
            try:
                swept = await asyncio.to_thread(self.sweep)
            except Problem as problem:
                log.warning("sweep_failed", reason=problem.detail)
            else:
                log.info("swept", records=swept.records, pictures=swept.pictures)
                if swept.missing:
                    log.warning("pictures_missing", records=swept.missing)
            with suppress(TimeoutError):
                async with asyncio.timeout(_SWEEP_EVERY_S):
                    await self._closed.wait()

    def _delete(self, *chosen: ColumnElement[bool], note: Note | None = None) -> int:
        """Delete records, some hundred in a transaction, each time with their pictures; gives how many.

        Args:
            chosen: which records.
            note: what is written in the audit trail of so many, in their transaction.
        """
        deleted = 0
        while True:
            with self._database.writing() as session:
                rows = session.execute(select(RecordRow.id, RecordRow.picture).where(*chosen).limit(_BATCH)).all()
                session.execute(delete(RecordRow).where(RecordRow.id.in_([row.id for row in rows])))
                if rows and note:
                    note(session, len(rows))
            self._pictures.delete(row.picture for row in rows if row.picture)
            deleted += len(rows)
            if len(rows) < _BATCH:
                return deleted

    def _sweep_pictures(self, shard: str, before: datetime) -> tuple[int, int]:
        """Delete a shard's pictures without a record; gives how many, and how many records miss theirs."""
        # The records first: whatever picture they name was put before this list of pictures begins.
        known = self._names(RecordRow.picture >= shard, RecordRow.picture < shard + _AFTER_HEX)
        there = {stored.name: stored.written for stored in self._pictures.storage.list(shard)}
        orphans = [name for name, written in there.items() if name not in known and written < before]
        self._pictures.delete(orphans)
        lost = list(known - there.keys())
        # Of these, what was deleted meanwhile is not missing.
        return len(orphans), len(self._names(RecordRow.picture.in_(lost))) if lost else 0

    def _names(self, *chosen: ColumnElement[bool]) -> set[str]:
        with self._database.reading() as session:
            return {name for name in session.scalars(select(RecordRow.picture).where(*chosen)) if name}


def open_records(settings: Settings, database: Database) -> Records:
    """The history that the settings tell of.

    Raises:
        ConfigurationError: the folder of pictures cannot be used.
    """
    return Records(settings, database, open_pictures(settings))


def _deletion(owner: UUID | None, address: str) -> Note:
    def note(session: Session, count: int) -> None:
        append(
            session,
            Event.HISTORY_DELETED,
            actor=owner,
            subject=owner,
            address=address,
            records=str(count),
        )

    return note


def owned(owner: UUID | None) -> ColumnElement[bool]:
    """Whether a record is an owner's."""
    return RecordRow.account_id.is_(None) if owner is None else RecordRow.account_id == owner


def _page(owner: UUID | None, wanted: RecordFilter, after: Cursor | None, limit: int) -> _RecordColumns:
    place = tuple_(RecordRow.created_at, RecordRow.id)
    statement = _RECORDS.where(owned(owner))
    if wanted.tumor:
        statement = statement.where(RecordRow.predicted == wanted.tumor.value)
    if wanted.model:
        statement = statement.where(RecordRow.model == wanted.model)
    if wanted.since:
        statement = statement.where(RecordRow.created_at >= wanted.since)
    if wanted.until:
        statement = statement.where(RecordRow.created_at < wanted.until)
    if after:
        statement = statement.where(place < (after.created_at, after.id))
    return statement.order_by(RecordRow.created_at.desc(), RecordRow.id.desc()).limit(limit)


def _records(session: Session, statement: _RecordColumns) -> list[Record]:
    rows = session.execute(statement).all()
    return [
        Record(StoredPrediction.model_validate_json(body), picture, feedback_body(feedback) if feedback else None)
        for body, picture, feedback in rows
    ]


def feedback_body(row: FeedbackRow) -> FeedbackBody:
    """What a reader has said, as it is shown."""
    return FeedbackBody.model_validate(row, from_attributes=True)


def unknown(record: UUID) -> NotFound:
    """What is said of a record that there is none of, or that is another's."""
    return NotFound(f"There is no record {record} in your history.")
