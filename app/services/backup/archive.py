"""Backup and restore: the file is a ZIP archive with the rows of every table, the encrypted pictures and a manifest."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from alembic import command
from alembic.util import CommandError
from sqlalchemy import delete, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import __version__
from app.config.settings import ConfigurationError, Settings
from app.models.problems import Problem
from app.services.backup.rows import read_rows, write_rows
from app.services.backup.schemas import Manifest
from app.services.database import audit
from app.services.database.audit import BrokenTrail, Event
from app.services.database.database import Database, database_exists
from app.services.database.encryption import Keyring, key_of
from app.services.database.tables import AuditHead, RecordRow, Table
from app.services.history.storage import ObjectMissing, Storage, open_storage

_MANIFEST = "manifest.json"
_PICTURES = "pictures/"
_BY = "command line"


def backup(settings: Settings, path: Path) -> Manifest:
    """Write a backup. The service may run: the database is read in one transaction, and the pictures after it.

    Args:
        settings: the settings that name the database and the storage.
        path: the new file; only this user can read it.

    Raises:
        ConfigurationError: the file exists or cannot be written, or the database or storage cannot be used.
    """
    if not database_exists(settings):
        raise ConfigurationError(f"there is no database in {settings.data_dir}: see DATA_DIR and DATABASE_URL.")
    with _reported(path), _new_file(path) as file, _opened(settings) as (database, storage):
        with database.changing() as work:
            work.record(Event.BACKUP_MADE, by=_BY)
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            with database.snapshot() as session:
                tables = []
                for table in Table.metadata.sorted_tables:
                    with archive.open(_member(table.name), "w", force_zip64=True) as member:
                        tables.append(write_rows(session, table, member))
                names = [name for name in session.scalars(select(RecordRow.picture)) if name]
                revision, head = _revision(session), audit.head(session)
            # Later than the snapshot, since a record's picture is stored before the record.
            found, used = 0, set(Keyring(settings.encryption_key_bytes).fingerprints)
            for name in names:
                try:
                    content = storage.get(name)
                except ObjectMissing:  # deleted in the meantime, or lost before
                    continue
                info = ZipInfo(_PICTURES + name)
                info.compress_type = ZIP_STORED
                archive.writestr(info, content)
                used.add(key_of(content))
                found += 1
            manifest = Manifest(
                service=__version__,
                created_at=datetime.now(UTC),
                revision=revision,
                tables=tables,
                pictures=found,
                missing=len(names) - found,
                keys=sorted(used),
                audit_head=str(head),
            )
            archive.writestr(_MANIFEST, manifest.model_dump_json(indent=2))
    return manifest


def restore(settings: Settings, path: Path) -> tuple[Manifest, list[str]]:
    """Restore a backup into an empty database, which may be of the other kind.

    Returns:
        The manifest, and the fingerprints of keys that the backup needs and the settings lack.

    Raises:
        ConfigurationError: the file is not a backup or is damaged, the database is not empty, the database or storage
            cannot be used, or the restored audit trail is broken.
    """
    with _reported(path), _damage_reported(path), ZipFile(path) as archive, _opened(settings) as (database, storage):
        manifest = _manifest(archive, path)
        with database.reading() as session:
            _require_empty(session)
            newest = _revision(session)
        if manifest.revision != newest:
            try:
                database.migrate(manifest.revision, command.downgrade)
            except CommandError:
                raise ConfigurationError(
                    f"{path} was made by version {manifest.service} of the service, which is newer than this one "
                    f"({__version__}): install that version to restore it."
                ) from None
        # Pictures first, so that no record names a missing picture.
        for name in archive.namelist():
            if name.startswith(_PICTURES):
                storage.put(name.removeprefix(_PICTURES), archive.read(name))
        with database.writing() as session:
            _require_empty(session)
            session.execute(delete(AuditHead))
            for table in manifest.tables:
                with archive.open(_member(table.name)) as lines:
                    read_rows(session, table, lines)
        database.migrate()
        with database.changing() as work:
            _check_trail(work.session, manifest)
            work.record(Event.BACKUP_RESTORED, by=_BY, head=manifest.audit_head)
    return manifest, sorted(set(manifest.keys) - set(Keyring(settings.encryption_key_bytes).fingerprints))


def _check_trail(session: Session, manifest: Manifest) -> None:
    try:
        head = audit.verify(session)
    except BrokenTrail as error:
        raise ConfigurationError(f"everything is restored, but the audit trail is broken: {error}.") from error
    if str(head) != manifest.audit_head:
        raise ConfigurationError("everything is restored, but the audit trail does not end with the backup's head.")


def _require_empty(session: Session) -> None:
    # The revision of an earlier backup lacks newer tables; the audit trail's head is there before its first entry.
    present = set(inspect(session.connection()).get_table_names()) - {AuditHead.__tablename__}
    for table in Table.metadata.sorted_tables:
        if table.name in present and session.scalar(select(func.count()).select_from(table)):
            raise ConfigurationError(
                f"the database is not empty: the table {table.name} has rows. Restore needs a new database, before the "
                "first start of the service: set DATA_DIR to a new folder, or DATABASE_URL to a new database."
            )


def _revision(session: Session) -> str:
    return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _manifest(archive: ZipFile, path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(archive.read(_MANIFEST))
    except KeyError as error:
        raise ConfigurationError(f"{path} is not a backup: it has no {_MANIFEST}.") from error


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Database, Storage]]:
    database = Database.open(settings)
    try:
        yield database, open_storage(settings)
    finally:
        database.close()


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name when it is complete. Nobody else can read it."""
    if path.exists():
        raise ConfigurationError(f"{path} exists: choose the name of a new file.")
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """Report what can go wrong with a backup as a line for the operator."""
    try:
        yield
    except Problem as problem:
        raise ConfigurationError(problem.detail) from problem
    except DBAPIError as error:
        reason = str(error.orig).strip().replace("\n", " ")
        raise ConfigurationError(f"the database rejects the backup ({reason}).") from error
    except OSError as error:
        raise ConfigurationError(f"{error.filename or path}: {error.strerror or error}") from error


@contextmanager
def _damage_reported(path: Path) -> Iterator[None]:
    try:
        yield
    except (BadZipFile, ValueError, KeyError) as error:
        raise ConfigurationError(f"{path} is not a backup, or it is damaged ({error}).") from error
