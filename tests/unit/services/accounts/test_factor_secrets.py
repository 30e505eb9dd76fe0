"""Secrets of second factors in a real database: encrypted at the start, with the key that is the first then."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, select
from structlog.testing import capture_logs

from app.config.settings import Settings
from app.models.problems import DatabaseUnavailable
from app.services.accounts.factor_secrets import FactorSecrets
from app.services.database.database import Database
from app.services.database.encryption import Keyring
from app.services.database.tables import Account

OLD, NEW = os.urandom(32), os.urandom(32)
ACTIVE, PENDING = "ACTIVE" + "A" * 26, "PENDING" + "B" * 25


@pytest.fixture
def database(database_url: str | None, tmp_path: Path) -> Iterator[Database]:
    database = Database.open(
        Settings(data_dir=tmp_path, database_url=SecretStr(database_url) if database_url else None)
    )
    with database.writing() as session:
        session.execute(delete(Account))
        session.add(
            Account(
                email="reader@example.org",
                admin=True,
                totp_secret=ACTIVE,
                totp_pending=PENDING,
                created_at=datetime.now(UTC),
            )
        )
    yield database
    database.close()


def start(database: Database, *keys: bytes) -> tuple[FactorSecrets, Account, list[str]]:
    """Start with these keys; the secrets as they are stored then, and the events logged."""
    opened = FactorSecrets(keys)
    with capture_logs() as logs, database.writing() as session:
        opened.renew(session)
    with database.reading() as session:
        return opened, session.scalars(select(Account)).one(), [entry["event"] for entry in logs]


def test_a_first_key_encrypts_what_was_stored_without_one(database: Database):
    opened, account, logged = start(database)
    assert (account.totp_secret, account.totp_pending) == (ACTIVE, PENDING)
    assert logged == ["second_factors_not_encrypted"]

    opened, account, logged = start(database, OLD)
    assert account.totp_secret is not None and account.totp_pending is not None
    assert ACTIVE not in account.totp_secret and PENDING not in account.totp_pending
    assert opened.open(account.totp_secret, account.id) == ACTIVE
    assert opened.open(account.totp_pending, account.id) == PENDING
    assert logged == []
    assert start(database, OLD)[1].totp_secret == account.totp_secret


def test_a_new_key_replaces_the_old_one_at_the_next_start(database: Database):
    start(database, OLD)
    start(database, NEW, OLD)
    opened, account, logged = start(database, NEW)
    assert account.totp_secret is not None
    assert opened.open(account.totp_secret, account.id) == ACTIVE
    assert logged == []


@pytest.mark.parametrize("keys", [(), (NEW,)], ids=["no key", "another key"])
def test_a_missing_key_is_logged_and_destroys_nothing(database: Database, keys: tuple[bytes, ...]):
    before = start(database, OLD)[1].totp_secret
    opened, account, logged = start(database, *keys)
    assert (account.totp_secret, logged) == (before, ["second_factors_unreadable"])
    assert before is not None
    with pytest.raises(DatabaseUnavailable, match="ENCRYPTION_KEYS"):
        opened.open(before, account.id)


@pytest.mark.parametrize("stored", ["sealed:x", "sealed:", "sealed:U0NBTgE="])
def test_a_damaged_secret_stops_neither_the_start_nor_other_accounts(database: Database, stored: str):
    with database.writing() as session:
        session.scalars(select(Account)).one().totp_secret = stored
    assert start(database, OLD)[2] == ["second_factors_unreadable"]


def test_a_secret_opens_only_for_its_account_and_purpose(database: Database):
    opened, account, _ = start(database, OLD)
    assert account.totp_secret is not None
    with pytest.raises(DatabaseUnavailable):
        opened.open(account.totp_secret, uuid4())
    assert not Keyring([OLD]).is_current(Keyring.derived([OLD], "second factors").seal(b"x", "x"))


def test_sqlite_keeps_no_copy_of_an_unencrypted_secret(tmp_path: Path):
    settings = Settings(data_dir=tmp_path)
    database = Database.open(settings)
    with database.writing() as session:
        session.add_all(
            Account(email=f"{number}@example.org", admin=False, totp_secret=ACTIVE, created_at=datetime.now(UTC))
            for number in range(100)
        )
    with database.writing() as session:
        FactorSecrets([OLD]).renew(session)
    database.close()
    assert not any(ACTIVE.encode() in file.read_bytes() for file in tmp_path.iterdir())
