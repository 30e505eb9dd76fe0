"""The database: SQLite in a file of the service's own, or PostgreSQL.

Imported only where something is kept: SQLAlchemy takes time and memory that a service without accounts need not spend.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from app.config.settings import ConfigurationError, Settings
from app.models.problems import DatabaseUnavailable

_THREADS = 4
_MOST_WAITING = 200
_BUSY_S = 10
_CONNECT_S = 5
_RETRY_S = 2
_MIGRATIONS = Path(__file__).parents[2] / "migrations"
# Any number, the same in every process: who holds it migrates.
_MIGRATION_LOCK = 6_241_709

T = TypeVar("T")
# Alembic's `upgrade` or `downgrade`.
MigrationStep = Callable[[Config, str], None]


class Database:
    """Transactions, in the caller's thread or, for the event loop, on threads of its own."""

    def __init__(self, url: URL) -> None:
        if url.get_backend_name() == "sqlite":
            self._engine = create_engine(url, connect_args={"timeout": _BUSY_S, "check_same_thread": False})
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            self._engine = create_engine(
                url.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,
                pool_size=_THREADS,
                pool_timeout=_CONNECT_S,
                connect_args={"connect_timeout": _CONNECT_S},
            )
        self._writer = self._engine.execution_options(writes=True)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="database")
        self._waiting = 0

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connect to the database of the settings, and bring it to the newest revision.

        Raises:
            ConfigurationError: it cannot be reached or used.
        """
        url = _url(settings)
        database = cls(url)
        try:
            database.migrate()
        except DBAPIError as error:
            database.close()
            # The database's own words; SQLAlchemy's would add the statement. Neither has the password in it.
            reason = str(error.orig).strip().replace("\n", " ")
            raise ConfigurationError(
                f"the database {url.render_as_string(hide_password=True)} cannot be used ({reason}): see DATABASE_URL "
                "and DATA_DIR."
            ) from error
        return database

    def migrate(self, revision: str = "head", step: MigrationStep = command.upgrade) -> None:
        """Bring the tables to a revision, all or nothing. Processes that start together take turns."""
        with self._writer.connect() as connection:
            sqlite = connection.dialect.name == "sqlite"
            if sqlite:
                # Altering a table there means dropping it, which must not take with it what refers to it.
                connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                _migrate(connection, revision, step)
            connection.invalidate()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with _refused_politely(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes: kept when the block ends well, and undone otherwise."""
        with _refused_politely(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    async def read(self, work: Callable[[Session], T]) -> T:
        """Do some reading off the event loop."""
        return await self._run(lambda: _within(self.reading, work))

    async def write(self, work: Callable[[Session], T]) -> T:
        """Do some writing off the event loop, in one transaction."""
        return await self._run(lambda: _within(self.writing, work))

    def close(self) -> None:
        """End the threads once they have finished what they are at, and the connections."""
        self._threads.shutdown()
        self._engine.dispose()

    async def _run(self, job: Callable[[], T]) -> T:
        if self._waiting >= _MOST_WAITING:
            raise DatabaseUnavailable(
                f"{self._waiting} requests wait for the database already. Try again in {_RETRY_S} s.",
                retry_after=_RETRY_S,
            )
        self._waiting += 1
        try:
            # What was begun is finished, also where the client has hung up: half of it would not be kept.
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)
        finally:
            self._waiting -= 1


def _url(settings: Settings) -> URL:
    if settings.database_url is not None:
        return make_url(settings.database_url.get_secret_value().replace("postgres://", "postgresql://", 1))
    folder = settings.data_dir
    try:
        # What is kept is nobody else's business on a machine with several users.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(
            f"the folder for data {folder} cannot be made ({error.strerror}): set DATA_DIR to one that this user may "
            "write to."
        ) from error
    return URL.create("sqlite", database=str(folder / "service.db"))


def _migrate(connection: Connection, revision: str, step: MigrationStep) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    step(config, revision)


def _within(transaction: Callable[[], Any], work: Callable[[Session], T]) -> T:
    with transaction() as session:
        return work(session)


@contextmanager
def _refused_politely() -> Iterator[None]:
    """Make a problem of a database that cannot be reached, is busy for too long, or has no room left."""
    try:
        yield
    except (OperationalError, InterfaceError, NoConnection) as error:
        raise DatabaseUnavailable(DatabaseUnavailable.example, retry_after=_RETRY_S) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions begin where `_begin_sqlite` says so, not where Python's module thinks.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL", f"busy_timeout = {_BUSY_S * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that begins as a reader and then writes fails at once where another has written meanwhile,
    # whatever the busy time-out; one that begins as a writer waits its turn.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
