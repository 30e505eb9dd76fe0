"""A unit of work commits a change together with its audit entries, or neither."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.config.settings import Settings
from app.services.database.audit import Event
from app.services.database.database import Database
from app.services.database.tables import Account, AuditRow
from app.services.database.unit_of_work import UnitOfWork, unit_of_work
from tests.support.people import HASH


class SignUps:
    """A service with one audited method."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.thread = ""

    @unit_of_work
    def sign_up(self, work: UnitOfWork, email: str, *, fail: bool = False) -> str:
        self.thread = threading.current_thread().name
        account = Account(email=email, password_hash=HASH, admin=False, created_at=datetime.now(UTC))
        work.session.add(account)
        work.session.flush()
        work.record(Event.ACCOUNT_MADE, actor=account.id, subject=account.id)
        work.record(Event.SIGNED_IN, actor=account.id)
        if fail:
            raise RuntimeError
        return email


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(Settings(data_dir=tmp_path / "data"))
    yield database
    database.close()


def events_of(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditRow.event).order_by(AuditRow.sequence)))


def emails_of(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Account.email)))


def test_change_and_entries_are_committed_together(database: Database):
    service = SignUps(database)
    assert asyncio.run(service.sign_up("reader@example.org")) == "reader@example.org"
    assert emails_of(database) == ["reader@example.org"]
    assert events_of(database) == ["account-made", "signed-in"]
    assert service.thread.startswith("database")


def test_a_failure_commits_neither(database: Database):
    with pytest.raises(RuntimeError):
        asyncio.run(SignUps(database).sign_up("reader@example.org", fail=True))
    assert emails_of(database) == []
    assert events_of(database) == []


def test_entries_are_written_at_the_end_of_the_transaction(database: Database):
    with database.changing() as work:
        work.record(Event.SIGNED_IN)
        assert work.session.scalars(select(AuditRow)).all() == []
    assert events_of(database) == ["signed-in"]
