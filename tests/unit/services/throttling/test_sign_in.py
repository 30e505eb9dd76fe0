"""Only password guessers have to wait: the rules, at simulated times."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, select

from app.config.settings import Settings
from app.models.identity import Visitor
from app.models.problems import TooManyAttempts
from app.services.database.database import Database
from app.services.database.tables import AttemptRow
from app.services.database.tokens import new_token
from app.services.throttling.sign_in import count_attempt, mark_successful, remember_browser

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OWNER = "owner@example.org"


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator[Database]:
    url = SecretStr(database_url) if database_url else None
    database = Database.open(Settings(data_dir=tmp_path_factory.mktemp("data"), database_url=url))
    with database.writing() as session:
        session.execute(delete(AttemptRow))
    yield database
    database.close()


def fail(database: Database, visitor: Visitor, at: datetime = NOW, email: str = OWNER) -> int:
    """Make a failed attempt; returns the wait in seconds, 0 if the attempt was accepted."""
    try:
        with database.writing() as session:
            count_attempt(session, email, visitor, at)
    except TooManyAttempts as problem:
        assert problem.retry_after is not None
        return problem.retry_after
    return 0


def test_the_wait_doubles_up_to_a_minute(database: Database):
    guesser = Visitor("192.0.2.1")
    at = NOW
    assert [fail(database, guesser) for _ in range(5)] == [0] * 5
    for expected in (1, 2, 4, 8, 16, 32, 60, 60, 60):
        assert fail(database, guesser, at) == expected
        at += timedelta(seconds=expected)
        assert fail(database, guesser, at) == 0


def test_rejected_attempts_do_not_extend_the_wait(database: Database):
    guesser = Visitor("192.0.2.1")
    for _ in range(5):
        fail(database, guesser)
    assert [fail(database, guesser) for _ in range(20)] == [1] * 20
    assert fail(database, guesser, NOW + timedelta(seconds=1)) == 0


def test_a_clock_that_was_a_day_ahead_locks_nobody_out(database: Database):
    owner = Visitor("192.0.2.1")
    for _ in range(5):
        fail(database, owner, NOW + timedelta(days=1))
    assert fail(database, owner) == 0
    assert fail(database, owner) == 2


def test_failures_are_forgotten_after_a_day(database: Database):
    guesser = Visitor("192.0.2.1")
    for _ in range(5):
        fail(database, guesser)
    assert fail(database, guesser, NOW + timedelta(days=1, seconds=1)) == 0
    with database.reading() as session:
        assert {row.failures for row in session.scalars(select(AttemptRow))} == {1}


def test_successful_attempts_are_not_limited(database: Database):
    for _ in range(20):
        with database.writing() as session:
            attempt = count_attempt(session, OWNER, Visitor("192.0.2.1"), NOW)
            mark_successful(session, attempt, NOW)


def test_the_owner_at_another_address_does_not_wait(database: Database):
    for _ in range(30):
        fail(database, Visitor("192.0.2.1"))
    assert fail(database, Visitor("192.0.2.2")) == 0


def test_a_known_browser_behind_the_same_address_does_not_wait(database: Database):
    device = new_token()
    with database.writing() as session:
        remember_browser(session, OWNER, device, NOW)
    for number in range(40):
        fail(database, Visitor("192.0.2.1"), email=f"{number}@example.org")
        fail(database, Visitor("192.0.2.1"))
    assert fail(database, Visitor("192.0.2.1", device=device)) == 0
    # The browser is known only to its own account, and its own failures still count.
    assert fail(database, Visitor("192.0.2.1", device=device), email="another@example.org") > 0
    for _ in range(4):
        fail(database, Visitor("192.0.2.1", device=device))
    assert fail(database, Visitor("192.0.2.1", device=device)) == 1


def test_many_guessing_addresses_get_one_attempt_each(database: Database):
    for number in range(50):
        assert fail(database, Visitor(f"198.51.100.{number}")) == 0
    late = Visitor("203.0.113.1")
    assert fail(database, late) == 0
    waits = []
    at = NOW
    for _ in range(12):
        waits.append(fail(database, late, at))
        at += timedelta(seconds=waits[-1])
        fail(database, late, at)
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 900
    assert fail(database, Visitor("203.0.113.2"), at) == 0


def test_guessing_at_many_accounts_from_one_address_waits(database: Database):
    statuses = [fail(database, Visitor("192.0.2.1"), email=f"{number}@example.org") for number in range(31)]
    assert statuses == [0] * 30 + [1]


def test_emails_and_addresses_are_stored_as_hashes(database: Database):
    fail(database, Visitor("192.0.2.1"))
    with database.reading() as session:
        for row in session.scalars(select(AttemptRow)):
            assert int(row.subject, 16)
