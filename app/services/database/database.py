"""The database: a SQLite file or PostgreSQL.

Imported lazily: a service that stores nothing does not spend the time and memory that SQLAlchemy takes.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Self, TypeVar

import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from app.config.settings import ConfigurationError, Settings
from app.models.problems import DatabaseUnavailable
from app.services.database.unit_of_work import UnitOfWork

_FILE = "service.db"
_THREADS = 4
_MOST_WAITING = 200
_BUSY_S = 10
# A request that has waited so long for others does not begin.
_WAITING_S = 30
_RETRY_S = 2
_MIGRATIONS = Path(__file__).parents[2] / "migrations"
# An arbitrary number, the same in every process: the process that holds this advisory lock migrates.
_MIGRATION_LOCK = 6_241_709

log = structlog.get_logger()

T = TypeVar("T")
W = TypeVar("W", Session, UnitOfWork)
# Alembic's `upgrade` or `downgrade`.
MigrationStep = Callable[[Config, str], None]


class Database:
    """Runs transactions, in the calling thread or, for the event loop, in a small thread pool."""

    def __init__(self, url: URL) -> None:
        if url.get_backend_name() == "sqlite":
            self._engine = create_engine(url, connect_args={"timeout": _BUSY_S, "check_same_thread": False})
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _SameFile(Path(url.database or "")))
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            from app.services.database.postgresql import postgresql_engine

            self._engine = postgresql_engine(url, lock_s=_BUSY_S, pool_size=_THREADS)
        self._writer = self._engine.execution_options(writes=True)
        # A transaction of SQLite always reads one state of the database.
        isolation = {} if url.get_backend_name() == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._frozen = self._engine.execution_options(**isolation)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="database")
        self._waiting = 0

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connect to the configured database and migrate it to the newest revision.

        Raises:
            ConfigurationError: the database cannot be reached or used.
        """
        url = _url(settings)
        database = cls(url)
        try:
            database.migrate()
        except DBAPIError as error:
            database.close()
            # The driver's message; SQLAlchemy's would add the statement. Neither contains the password.
            reason = str(error.orig).strip().replace("\n", " ")
            raise ConfigurationError(
                f"the database {url.render_as_string(hide_password=True)} cannot be used ({reason}): see DATABASE_URL "
                "and DATA_DIR."
            ) from error
        return database

    def migrate(self, revision: str = "head", step: MigrationStep = command.upgrade) -> None:
        """Migrate the tables to a revision, in one transaction. Processes that start together take turns."""
        with self._writer.connect() as connection:
            sqlite = connection.dialect.name == "sqlite"
            if sqlite:
                # SQLite alters a table by dropping it, which must not delete the rows that refer to it.
                connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                if not sqlite:
                    from app.services.database.postgresql import wait_without_bounds

                    wait_without_bounds(connection)
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                _migrate(connection, revision, step)
            connection.invalidate()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with _report_unavailable(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A transaction that reads the state of the database at its first statement, however long it takes."""
        with _report_unavailable(), Session(self._frozen) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes: committed at the end of the block, rolled back on an exception."""
        with _report_unavailable(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def changing(self) -> Iterator[UnitOfWork]:
        """A transaction that writes, with the audit entries that the block records."""
        with self.writing() as session:
            work = UnitOfWork(session)
            yield work
            work.append_entries()

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run a reading transaction off the event loop."""
        return await self._run(lambda: _within(self.reading, work))

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run a writing transaction off the event loop."""
        return await self._run(lambda: _within(self.writing, work))

    async def change(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run a unit of work off the event loop."""
        return await self._run(lambda: _within(self.changing, work))

    def answers(self) -> bool:
        """Whether the database answers a question. Blocks, and logs nothing if the database is away."""
        try:
            with self._engine.begin() as connection:
                connection.execute(text("SELECT 1"))
        except (DatabaseUnavailable, SQLAlchemyError):
            return False
        return True

    def close(self) -> None:
        """Finish the running transactions, then end the threads and connections."""
        self._threads.shutdown()
        self._engine.dispose()

    async def _run(self, job: Callable[[], T]) -> T:
        if self._waiting >= _MOST_WAITING:
            raise DatabaseUnavailable(
                f"{self._waiting} requests are already waiting for the database. Try again in {_RETRY_S} s.",
                retry_after=_RETRY_S,
            )
        latest = monotonic() + _WAITING_S

        def timely() -> T:
            if monotonic() > latest:
                raise DatabaseUnavailable(DatabaseUnavailable.example, retry_after=_RETRY_S)
            return job()

        self._waiting += 1
        try:
            # A transaction that has begun runs to its end, even if the client disconnects.
            return await asyncio.get_running_loop().run_in_executor(self._threads, timely)
        finally:
            self._waiting -= 1


def database_exists(settings: Settings) -> bool:
    """Whether opening the database would not create it."""
    return settings.database_url is not None or (settings.data_dir / _FILE).is_file()


def _url(settings: Settings) -> URL:
    if settings.database_url is not None:
        return make_url(settings.database_url.get_secret_value().replace("postgres://", "postgresql://", 1))
    folder = settings.data_dir
    try:
        # Other users of the machine must not read the data.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(
            f"the data folder {folder} cannot be created ({error.strerror}): set DATA_DIR to a folder that this user "
            "can write to."
        ) from error
    return URL.create("sqlite", database=str(folder / _FILE))


def _migrate(connection: Connection, revision: str, step: MigrationStep) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    step(config, revision)


def _within(transaction: Callable[[], AbstractContextManager[W]], work: Callable[[W], T]) -> T:
    with transaction() as opened:
        return work(opened)


@contextmanager
def _report_unavailable() -> Iterator[None]:
    """Raise `DatabaseUnavailable` if the database is away, busy for too long, full, damaged or read-only."""
    try:
        yield
    except (DataError, IntegrityError, NotSupportedError, ProgrammingError):
        # Faults of the statement.
        raise
    except (DBAPIError, NoConnection) as error:
        # Only the type: the driver's message may repeat values.
        cause = error.orig if isinstance(error, DBAPIError) else error
        log.error("database_failed", error=type(cause).__name__)
        raise DatabaseUnavailable(DatabaseUnavailable.example, retry_after=_RETRY_S) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # `_begin_sqlite` starts transactions, not Python's sqlite3 module.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        f"busy_timeout = {_BUSY_S * 1000}",
        # Overwrites deleted rows, and secrets that have since been encrypted, with zeros.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


class _SameFile:
    """Rejects transactions once another file, or none, has the path of the SQLite file.

    Open connections would go on writing into the file that was moved away, and lose what they acknowledge.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity: tuple[int, int] | None = None

    def __call__(self, _connection: Connection) -> None:
        identity = None
        with suppress(OSError):
            found = self._path.stat()
            identity = (found.st_dev, found.st_ino)
        self._identity = self._identity or identity
        if identity is None or identity != self._identity:
            log.error("database_file_replaced", advice="Move the file back, or restart the service.")
            raise DatabaseUnavailable(DatabaseUnavailable.example, retry_after=_RETRY_S)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that begins as a reader and then writes fails at once if another has written in between, despite the
    # busy time-out; one that begins as a writer waits its turn.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
