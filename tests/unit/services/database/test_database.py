"""The database: migrations on both engines, simultaneous starts, failures."""

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import inspect, select, text, update

from app.config.settings import PROJECT_DIR, ConfigurationError, Settings
from app.models.problems import DatabaseUnavailable
from app.services.database import database as database_module
from app.services.database import postgresql
from app.services.database.audit import Entry, Event, append, verify
from app.services.database.database import Database, _url
from app.services.database.tables import Account, AuditHead, AuditRow, KeyRow, LinkRow, RecoveryCode, SessionRow, Table
from tests.support.databases import PostgresServer, run_together
from tests.support.stalling_proxy import StallingProxy

REVISIONS = [
    script.revision
    for script in reversed(list(ScriptDirectory(PROJECT_DIR / "app" / "migrations").walk_revisions("base", "heads")))
]


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return Settings(data_dir=tmp_path / "data")
    return Settings(database_url=SecretStr(request.getfixturevalue("postgres").new_database()))


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database.open(settings)
    yield database
    database.close()


def fill(database: Database) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        account = Account(email="reader@example.org", password_hash="x", admin=True, created_at=now)
        session.add(account)
        session.flush()
        own: dict[str, Any] = {"account_id": account.id, "created_at": now}
        times = {"used_at": now, "expires_at": now + timedelta(hours=1)}
        session.add_all(
            [
                SessionRow(**own, **times, token_hash="a", complete=True, address="::1", user_agent="x"),
                KeyRow(**own, **times, token_hash="b", name="x", scopes=["read"]),
                LinkRow(**own, token_hash="c", kind="reset", expires_at=times["expires_at"]),
                RecoveryCode(account_id=account.id, code_hash="d"),
            ]
        )
        append(session, Entry(Event.ACCOUNT_MADE, actor=account.id, subject=account.id))


class TestMigrations:
    def test_migrations_create_the_declared_tables(self, database: Database):
        with database._engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), Table.metadata)
        assert differences == []

    @pytest.mark.parametrize("revision", REVISIONS)
    def test_each_revision_can_be_reverted_and_reapplied(self, database: Database, revision: str):
        fill(database)
        database.migrate(revision, step=command.downgrade)
        if revision == REVISIONS[-1]:
            database.migrate("-1", step=command.downgrade)
        database.migrate()
        with database._engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []

    def test_all_revisions_can_be_reverted(self, database: Database):
        fill(database)
        database.migrate("base", step=command.downgrade)
        with database._engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        database.migrate()
        fill(database)

    def test_a_failed_migration_is_rolled_back(self, database: Database):
        def half(config: Config, revision: str) -> None:
            config.attributes["connection"].execute(text("CREATE TABLE half (id INTEGER)"))
            raise RuntimeError(revision)

        with pytest.raises(RuntimeError):
            database.migrate(step=half)
        with database._engine.connect() as connection:
            assert "half" not in inspect(connection).get_table_names()

    def test_data_survives_a_restart(self, settings: Settings, database: Database):
        fill(database)
        database.close()
        again = Database.open(settings)
        with again.reading() as session:
            account = session.scalars(select(Account)).one()
            assert account.email == "reader@example.org"
            assert account.created_at.tzinfo is UTC
            assert verify(session).sequence == 1
        again.close()

    def test_processes_that_start_together_take_turns(self, settings: Settings):
        program = (
            "from app.config.settings import Settings; from app.services.database.database import Database; "
            "Database.open(Settings()).close()"
        )
        run_together(program, settings, processes=3)


class TestBusy:
    def test_a_lock_that_another_program_holds_is_waited_for_and_then_reported(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(database_module, "_BUSY_S", 1)
        database, other = Database.open(settings), Database.open(settings)
        try:
            with other.writing() as holder:
                holder.execute(update(AuditHead).values(sequence=AuditHead.sequence))
                started = time.monotonic()
                with pytest.raises(DatabaseUnavailable), database.changing() as work:
                    work.record(Event.SIGNED_IN)
                assert 0.9 < time.monotonic() - started < 5
            fill(database)
        finally:
            database.close()
            other.close()


CUT = """
import subprocess, time
from pydantic import SecretStr
from sqlalchemy import text
from app.config.settings import Settings
from app.models.problems import DatabaseUnavailable
from app.services.database import postgresql
from app.services.database.database import Database
from tests.support.databases import PostgresServer, postgres_binaries

def set_network(state):
    subprocess.run(["ip", "link", "set", "lo", state], check=True)

def ask():
    with database.reading() as session:
        session.execute(text("SELECT 1"))

set_network("up")
postgresql._SILENT_S = 1
with PostgresServer(postgres_binaries()) as server:
    database = Database.open(Settings(database_url=SecretStr(server.new_database())))
    ask()
    set_network("down")
    started = time.monotonic()
    try:
        ask()
    except DatabaseUnavailable:
        print(time.monotonic() - started)
    set_network("up")
    ask()
    database.close()
"""


def has_networks_of_its_own() -> bool:
    return (
        bool(shutil.which("ip")) and subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode == 0
    )


class TestPostgresql:
    @pytest.mark.skipif(sys.platform != "linux" or not has_networks_of_its_own(), reason="only root can cut a network")
    def test_a_cut_network_is_reported_in_time(self):
        command = ["unshare", "--net", sys.executable, "-c", CUT]
        done = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert float(done.stdout.splitlines()[-1]) < 15

    @pytest.mark.parametrize("moment", ["between transactions", "within a transaction", "at its end"])
    def test_a_server_that_hangs_is_reported_in_time(
        self, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, moment: str
    ):
        monkeypatch.setattr(postgresql, "_ANSWER_S", 1)
        monkeypatch.setattr(postgresql, "_CONNECT_S", 2)
        with StallingProxy(postgres.port) as proxy:
            url = postgres.new_database().replace(str(postgres.port), str(proxy.port))
            database = Database.open(Settings(database_url=SecretStr(url)))
            try:
                fill(database)
                started = 0.0

                def hang(when: str) -> None:
                    nonlocal started
                    if when == moment:
                        proxy.stall()
                        started = time.monotonic()

                hang("between transactions")
                with pytest.raises(DatabaseUnavailable), database.changing() as work:
                    hang("within a transaction")
                    work.record(Event.SIGNED_OUT)
                    hang("at its end")
                assert time.monotonic() - started < 10
                proxy.resume()
                with database.reading() as session:
                    assert verify(session).sequence == 1
            finally:
                database.close()

    def test_the_server_ends_a_statement_that_takes_too_long(
        self, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(postgresql, "_ANSWER_S", 1)
        database = Database.open(Settings(database_url=SecretStr(postgres.new_database())))
        try:
            started = time.monotonic()
            with pytest.raises(DatabaseUnavailable), database.reading() as session:
                session.execute(text("SELECT pg_sleep(60)"))
            assert time.monotonic() - started < 10
            with database.reading() as session:
                running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)'"
                assert session.execute(text(running)).scalar_one() == 0
        finally:
            database.close()

    def test_a_server_that_only_reads_is_reported(self, postgres: PostgresServer):
        """As a standby is after a failover."""
        url = postgres.new_database()
        database = Database.open(Settings(database_url=SecretStr(url)))
        try:
            name = url.rpartition("/")[2]
            postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            database._engine.dispose()
            with pytest.raises(DatabaseUnavailable):
                fill(database)
            with database.reading() as session:
                assert verify(session).sequence == 0
            postgres.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
            database._engine.dispose()
            fill(database)
        finally:
            database.close()


class TestSqlite:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(data_dir=tmp_path / "data")

    def test_pragmas_and_permissions_are_set(self, settings: Settings, database: Database):
        with database.reading() as session:
            for pragma, value in (("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 10_000)):
                assert session.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
        assert settings.data_dir.stat().st_mode & 0o077 == 0

    def test_uncommitted_changes_are_invisible_to_readers(self, database: Database):
        with database.writing() as writer:
            append(writer, Entry(Event.SIGNED_IN))
            with database.reading() as reader:
                assert reader.scalars(select(AuditRow)).all() == []
        with database.reading() as reader:
            assert len(reader.scalars(select(AuditRow)).all()) == 1

    def test_a_full_disk_is_reported_and_loses_nothing(self, settings: Settings, database: Database):
        fill(database)
        with pytest.raises(DatabaseUnavailable), database.writing() as session:
            # SQLite reports this limit like a full disk.
            pages = session.execute(text("PRAGMA page_count")).scalar_one()
            session.execute(text(f"PRAGMA max_page_count = {pages}"))
            for _ in range(1000):
                append(session, Entry(Event.SIGNED_IN, address="x" * 60, details={"details": "y" * 1000}))
        with database.reading() as session:
            assert verify(session).sequence == 1
        with sqlite3.connect(settings.data_dir / "service.db") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    def test_a_damaged_file_is_reported(self, settings: Settings, database: Database):
        fill(database)
        with database.writing() as session:
            for _ in range(200):
                append(session, Entry(Event.SIGNED_IN, details={"details": "y" * 1000}))
        database.close()
        file = settings.data_dir / "service.db"
        data = file.read_bytes()
        # Without its head, so that it is recognised as a database.
        file.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
        again = Database(_url(settings))
        try:
            for transaction in (again.reading, again.writing):
                with pytest.raises(DatabaseUnavailable), transaction() as session:
                    session.scalars(select(AuditRow)).all()
        finally:
            again.close()


class TestUnusable:
    def test_an_unreachable_database_stops_the_start_without_its_password(self):
        settings = Settings(database_url=SecretStr("postgresql://user:very-secret@127.0.0.1:1/name"))
        with pytest.raises(ConfigurationError, match="DATABASE_URL") as caught:
            Database.open(settings)
        assert "very-secret" not in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_a_file_that_is_not_a_database_stops_the_start(self, tmp_path: Path):
        (tmp_path / "service.db").write_bytes(b"something else" * 1000)
        with pytest.raises(ConfigurationError, match=r"service\.db cannot be used"):
            Database.open(Settings(data_dir=tmp_path))


@pytest.mark.parametrize("replaced", [True, False])
def test_nothing_is_acknowledged_after_the_file_was_moved_away(tmp_path: Path, replaced: bool):
    database, file, moved = Database.open(Settings(data_dir=tmp_path)), tmp_path / "service.db", tmp_path / "moved.db"
    entry = Entry(Event.SETTINGS_CHANGED)
    try:
        with database.writing() as session:
            append(session, entry)
        file.rename(moved)
        if replaced:
            file.write_bytes(moved.read_bytes())
        with pytest.raises(DatabaseUnavailable), database.writing() as session:
            append(session, entry)
        moved.replace(file)
        with database.writing() as session:
            append(session, entry)
    finally:
        database.close()
