"""The history: stored predictions of each account, until they are deleted or expire."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config.choices import Switch
from app.config.settings import Settings
from app.models.problems import NotFound, Problem, SignInRequired
from app.services.database.audit import Event
from app.services.database.database import Database
from app.services.database.tables import RecordRow
from app.services.database.unit_of_work import UnitOfWork, unit_of_work
from app.services.history.pictures import Pictures, open_pictures
from app.services.history.queries import Record, owned, page_of, read_records, record_of, unknown
from app.services.history.scans import NewPrediction, put
from app.services.history.schemas import Cursor, RecordChange, RecordFilter
from app.services.history.storage import SHARDS

_BATCH = 500
_SWEEP_EVERY_S = 3600
# A picture is stored seconds before its record; a picture of this age without a record is an orphan.
_GRACE = timedelta(minutes=15)
# Sorts after every hexadecimal digit.
_AFTER_HEX = "g"

log = structlog.get_logger()


@dataclass(frozen=True)
class Swept:
    """The deleted records and pictures of a sweep, and the number of records whose picture is missing."""

    records: int
    pictures: int
    missing: int


@dataclass(frozen=True)
class _Requester:
    """The owner of a history, and the network address of the request."""

    owner: UUID | None
    address: str


class Records:
    """Records of predictions. The owner is an account, or None for everyone if accounts are off.

    Args:
        pictures: the stored pictures; needed even if no new pictures are stored, since old pictures have to be deleted.
        store_pictures: whether to store pictures with new records.
        days: age in days at which records are deleted.
    """

    def __init__(self, database: Database, pictures: Pictures, *, store_pictures: bool, days: int) -> None:
        self._database = database
        self._pictures = pictures
        self._store_pictures = store_pictures
        self._days = timedelta(days=days)
        self._closed = asyncio.Event()

    async def store(
        self, owner: UUID | None, predictions: Sequence[NewPrediction], *, comparison: bool = False
    ) -> list[UUID]:
        """Store predictions, all or none. They survive a crash after this returns.

        Args:
            owner: the account that made the predictions.
            predictions: a scan that the owner has already sent to the same model updates its record.
            comparison: whether to attach each prediction to the latest record of its scan, if another model made that.

        Returns:
            For each prediction the id of the record that contains it.

        Raises:
            StorageFull, StorageUnavailable, DatabaseUnavailable: the predictions could not be stored.
            SignInRequired: the account was deleted in the meantime.
        """
        names: Sequence[str | None] = [None] * len(predictions)
        if self._store_pictures:
            # Pictures first, so that no record names a missing picture.
            names = await asyncio.gather(*(self._pictures.store(new.stored.id, new.picture) for new in predictions))

        def write(session: Session) -> dict[int, RecordRow]:
            # In a fixed order, so that two requests with the same scans do not wait for each other.
            order = sorted(range(len(predictions)), key=lambda index: predictions[index].content)
            return {
                index: put(session, owner, predictions[index], names[index], comparison=comparison) for index in order
            }

        try:
            rows = await self._database.write(write)
        except IntegrityError as error:
            raise SignInRequired("This account was deleted while the prediction was computed.") from error
        used = {row.picture for row in rows.values()}
        # The record of a repeated scan keeps its first picture.
        await asyncio.to_thread(self._pictures.delete, [name for name in names if name and name not in used])
        return [rows[index].id for index in range(len(predictions))]

    async def page(
        self, owner: UUID | None, wanted: RecordFilter, after: Cursor | None, limit: int
    ) -> tuple[list[Record], Cursor | None]:
        """One page of records, newest first, and the cursor of the next page, if there is one."""
        statement = page_of(owner, wanted, after, limit + 1)
        found = await self._database.read(lambda session: read_records(session, statement))
        return found[:limit], found[limit - 1].cursor if len(found) > limit else None

    def pages(self, owner: UUID | None, wanted: RecordFilter) -> Iterator[list[Record]]:
        """All records, newest first, 500 at a time. Blocks; no transaction stays open between pages."""
        after = None
        while True:
            with self._database.reading() as session:
                found = read_records(session, page_of(owner, wanted, after, _BATCH))
            if not found:
                return
            yield found
            after = found[-1].cursor

    async def get(self, owner: UUID | None, record: UUID) -> Record:
        """One record.

        Raises:
            NotFound: there is no record with this id, or it belongs to another account.
        """
        statement = record_of(owner, record)
        found = await self._database.read(lambda session: read_records(session, statement))
        if not found:
            raise unknown(record)
        return found[0]

    async def change(self, owner: UUID | None, record: UUID, change: RecordChange) -> Record:
        """Set label and note of a record; fields that are not given stay unchanged.

        Raises:
            NotFound: there is no record with this id, or it belongs to another account.
        """
        values = change.model_dump(exclude_unset=True)
        if values:
            statement = update(RecordRow).where(RecordRow.id == record, owned(owner)).values(values)
            await self._database.write(lambda session: session.execute(statement))
        return await self.get(owner, record)

    def picture(self, record: Record, *, thumbnail: bool = False) -> bytes:
        """A record's picture, as JPEG. Blocks.

        Raises:
            NotFound: no picture was stored, or it cannot be read.
        """
        if record.picture is None:
            raise NotFound("No picture was stored with this record.")
        return self._pictures.thumbnail(record.picture) if thumbnail else self._pictures.get(record.picture)

    @unit_of_work
    def note_export(self, work: UnitOfWork, owner: UUID | None, address: str, chosen: str) -> None:
        """Record in the audit trail that a history is exported in the format `chosen`."""
        work.record(Event.HISTORY_EXPORTED, actor=owner, subject=owner, address=address, format=chosen)

    async def delete(self, owner: UUID | None, record: UUID, address: str) -> None:
        """Delete a record and its picture.

        Raises:
            NotFound: there is no record with this id, or it belongs to another account.
        """
        chosen = (RecordRow.id == record, owned(owner))
        if not await asyncio.to_thread(self._delete, *chosen, requester=_Requester(owner, address)):
            raise unknown(record)

    async def delete_all(self, owner: UUID | None, address: str) -> int:
        """Delete all records of an owner; returns their number."""
        # Not by time: the clock may have been ahead when a record was stored.
        return await asyncio.to_thread(self._delete, owned(owner), requester=_Requester(owner, address))

    def start(self) -> None:
        """Sweep now and every hour. Several processes may sweep at the same time."""
        self._sweeping = asyncio.create_task(self._sweep_until_closed())

    async def close(self) -> None:
        """Stop sweeping and close the storage."""
        self._closed.set()
        await self._sweeping
        self._pictures.close()

    def sweep(self, grace: timedelta = _GRACE) -> Swept:
        """Delete expired records, and pictures without a record. Blocks.

        A record whose picture is missing stays unchanged: the picture may return, for example when a folder is mounted.

        Args:
            grace: minimum age of a picture without a record, since a picture is stored before its record.
        """
        now = datetime.now(UTC)
        expired = self._delete(RecordRow.created_at < now - self._days)
        orphans = missing = 0
        for shard in SHARDS:
            if self._closed.is_set():
                break
            deleted, lost = self._sweep_pictures(shard, now - grace)
            orphans += deleted
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

    def _delete(self, *chosen: ColumnElement[bool], requester: _Requester | None = None) -> int:
        """Delete records and their pictures, up to 500 per transaction; returns their number.

        Args:
            chosen: conditions on the records.
            requester: who requests the deletion, for the audit trail; None for a sweep, which has no audit entry.
        """
        deleted = 0
        while True:
            with self._database.changing() as work:
                wanted = select(RecordRow.id, RecordRow.picture).where(*chosen).limit(_BATCH)
                rows = work.session.execute(wanted).all()
                work.session.execute(delete(RecordRow).where(RecordRow.id.in_([row.id for row in rows])))
                if rows and requester:
                    work.record(
                        Event.HISTORY_DELETED,
                        actor=requester.owner,
                        subject=requester.owner,
                        address=requester.address,
                        records=str(len(rows)),
                    )
            self._pictures.delete(row.picture for row in rows if row.picture)
            deleted += len(rows)
            if len(rows) < _BATCH:
                return deleted

    def _sweep_pictures(self, shard: str, before: datetime) -> tuple[int, int]:
        """Delete a shard's orphans; returns their number and the number of records whose picture is missing."""
        # Records first: the pictures they name were stored before the listing of pictures begins.
        known = self._names(RecordRow.picture >= shard, RecordRow.picture < shard + _AFTER_HEX)
        there = {stored.name: stored.written for stored in self._pictures.storage.list(shard)}
        orphans = [name for name, written in there.items() if name not in known and written < before]
        self._pictures.delete(orphans)
        lost = list(known - there.keys())
        # Exclude records that were deleted in the meantime.
        return len(orphans), len(self._names(RecordRow.picture.in_(lost))) if lost else 0

    def _names(self, *chosen: ColumnElement[bool]) -> set[str]:
        with self._database.reading() as session:
            return {name for name in session.scalars(select(RecordRow.picture).where(*chosen)) if name}


def open_records(settings: Settings, database: Database) -> Records:
    """The history with the configured storage.

    Raises:
        ConfigurationError: the folder of pictures cannot be used.
    """
    return Records(
        database,
        open_pictures(settings),
        store_pictures=settings.keep_images is Switch.ON,
        days=settings.history_days,
    )
