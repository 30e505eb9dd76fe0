"""The audit trail reveals changed, removed and inserted entries."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.config.settings import Settings
from app.services.database.audit import BrokenTrail, ChainHead, Event, note_settings, verify
from app.services.database.database import Database
from app.services.database.tables import AuditRow
from tests.support.databases import run_together
from tests.support.people import People, sign_in

ENTRIES = 5
GUARDS = {
    "sqlite": ["DROP TRIGGER audit_update", "DROP TRIGGER audit_delete"],
    "postgresql": ["DROP TRIGGER audit_change ON audit"],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return Settings(data_dir=tmp_path / "data")
    return Settings(database_url=SecretStr(request.getfixturevalue("postgres").new_database()))


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database.open(settings)
    for number in range(ENTRIES):
        add_entry(database, f"10.0.0.{number}")
    yield database
    database.close()


def head_of(database: Database) -> ChainHead:
    with database.reading() as session:
        return verify(session)


def add_entry(database: Database, address: str | None = None) -> None:
    with database.changing() as work:
        work.record(Event.SIGNED_IN, address=address, details="ü")


def tamper(database: Database, *statements: str) -> None:
    """Change the trail as an attacker with full access to the database could."""
    with database.writing() as session:
        for statement in (*GUARDS[session.get_bind().dialect.name], *statements):
            session.execute(text(statement))


def test_changed_settings_are_recorded_once_without_secrets(database: Database, settings: Settings):
    secret = Settings(**settings.model_dump() | {"history_days": 30, "gemini_api_key": SecretStr("unspeakable")})
    for started_with in (settings, settings, secret, secret):
        with database.writing() as session:
            note_settings(session, started_with)
    with database.reading() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.event == Event.SETTINGS_CHANGED).order_by("sequence"))
        first, second = (json.loads(row.details) for row in rows)
    assert first["changed"] == []
    assert "HISTORY_DAYS=365" in first["settings"]
    assert second["changed"] == ['GEMINI_API_KEY="**********"', "HISTORY_DAYS=30"]
    assert "unspeakable" not in json.dumps(second)
    assert head_of(database).sequence == ENTRIES + 2


def test_an_intact_trail_is_verified(database: Database):
    assert head_of(database).sequence == ENTRIES


@pytest.mark.parametrize("statement", ["UPDATE audit SET address = 'x'", "DELETE FROM audit WHERE sequence = 5"])
def test_the_database_rejects_changes(database: Database, statement: str):
    with pytest.raises(DBAPIError, match="entries stay as they are"), database.writing() as session:
        session.execute(text(statement))
    assert head_of(database).sequence == ENTRIES


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit SET address = '10.9.9.9' WHERE sequence = 3", "entry 3 or"),
        ("UPDATE audit SET event = 'signed-out' WHERE sequence = 5", "entry 5 or"),
        ("UPDATE audit SET hash = 'x' WHERE sequence = 2", "entry 2 or"),
        ("DELETE FROM audit WHERE sequence = 1", "entry 1 is missing"),
        ("DELETE FROM audit WHERE sequence = 3", "entry 3 is missing"),
        ("DELETE FROM audit WHERE sequence = 5", "entries after 4 are missing"),
        ("DELETE FROM audit", "entries after 0 are missing"),
        ("DELETE FROM audit_head", "entries after 5 are missing, or the head was changed"),
        (
            "INSERT INTO audit SELECT 6, at, event, actor, subject, address, details, hash FROM audit "
            "WHERE sequence = 5",
            "entry 6 or",
        ),
    ],
)
def test_tampering_is_detected(database: Database, statement: str, words: str):
    tamper(database, statement)
    with pytest.raises(BrokenTrail, match=words):
        head_of(database)


def test_an_earlier_head_reveals_a_rebuilt_trail(database: Database):
    kept = head_of(database)
    tamper(database, "DELETE FROM audit", "UPDATE audit_head SET sequence = 0, hash = ''")
    add_entry(database)
    assert head_of(database).sequence == 1  # the new chain is consistent
    with database.reading() as session, pytest.raises(BrokenTrail, match="there were 5"):
        verify(session, kept)
    for _ in range(ENTRIES):
        add_entry(database)
    with database.reading() as session, pytest.raises(BrokenTrail, match="entry 5 does not match"):
        verify(session, kept)


def test_an_earlier_head_matches_a_longer_trail(database: Database):
    kept = head_of(database)
    add_entry(database)
    with database.reading() as session:
        assert verify(session, kept).sequence == ENTRIES + 1


def test_a_rolled_back_change_leaves_no_entry(database: Database):
    with pytest.raises(RuntimeError), database.changing() as work:
        work.record(Event.SIGNED_IN)
        raise RuntimeError
    assert head_of(database).sequence == ENTRIES


def test_concurrent_processes_and_threads_write_one_chain(settings: Settings, database: Database):
    program = (
        "from concurrent.futures import ThreadPoolExecutor; from app.config.settings import Settings; "
        "from app.services.database.audit import Event; from app.services.database.database import Database\n"
        "database = Database.open(Settings())\n"
        "def write(number):\n"
        "    with database.changing() as work:\n"
        "        work.record(Event.SIGNED_IN, address=str(number))\n"
        "with ThreadPoolExecutor(4) as threads:\n"
        "    list(threads.map(write, range(25)))\n"
        "database.close()\n"
    )
    run_together(program, settings, processes=2)
    assert head_of(database).sequence == ENTRIES + 50


def test_actions_of_the_service_are_recorded(people: People):
    person = people.person()
    with people.browser() as browser:
        sign_in(browser, person, "a wrong sentence")
        sign_in(browser, person)
        key = browser.post("/api/v1/keys", json={"name": "x"}).json()["id"]
        browser.delete(f"/api/v1/keys/{key}")
        browser.delete("/api/v1/sessions/current")
    with people.database.reading() as session:
        verify(session)
        rows = session.execute(text("SELECT event, subject, details FROM audit ORDER BY sequence DESC LIMIT 5")).all()
    assert [row[0] for row in reversed(rows)] == [
        "sign-in-failed",
        "signed-in",
        "key-made",
        "key-revoked",
        "signed-out",
    ]
    assert rows[4][1] == str(person.id)
    assert person.email not in str(rows)
