"""Accounts on a real server, each with its own browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import SecretStr
from sqlalchemy import update

from app.config.settings import Settings
from app.services.accounts.rows import new_account
from app.services.database.database import Database
from app.services.database.tables import AttemptRow
from tests.support.server import RunningServer

PASSWORD = "a sentence nobody guesses"
# An id that does not exist.
UNKNOWN_ID = "00000000-0000-4000-8000-000000000815"
# 32 bytes in base64.
ENCRYPTION_KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
# The cheapest Argon2 parameters: the service reads them from the hash, and tests sign in often.
HASH = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass(frozen=True)
class Person:
    id: UUID
    email: str


class People:
    """A server with accounts, and its database."""

    def __init__(self, folder: Path, database_url: str | None, **environment: str) -> None:
        self.settings = Settings(
            data_dir=folder / "data", database_url=SecretStr(database_url) if database_url else None
        )
        self.environment = {
            "AUTH": "on",
            "DATA_DIR": str(folder / "data"),
            "UPLOADS_DIR": str(folder / "uploads"),
            "LOG_FORMAT": "json",
            "ENCRYPTION_KEYS": ENCRYPTION_KEY,
            **({"DATABASE_URL": database_url} if database_url else {}),
            **environment,
        }
        self.server = RunningServer(wait=False, **self.environment)
        self._made = 0
        self._addresses = 1

    def __enter__(self) -> "People":
        self.server.__enter__()
        self.server.wait_for("/health/live")
        self.database = Database.open(self.settings)
        return self

    def __exit__(self, *ended: Any) -> None:
        self.database.close()
        self.server.__exit__(*ended)

    def person(self, *, admin: bool = False) -> Person:
        """Create an account. All accounts have the same password."""
        self._made += 1
        email = f"person{self._made}@example.org"
        with self.database.writing() as session:
            account = new_account(session, email, HASH, admin=admin)
            assert account is not None
            return Person(account.id, email)

    def browser(self, address: str | None = None, **headers: str) -> httpx.Client:
        """A browser with its own address, unless one is given. All of 127.0.0.0/8 is this machine."""
        if address is None:
            self._addresses += 1
            address = f"127.0.{self._addresses // 250}.{self._addresses % 250 + 1}"
        return httpx.Client(
            base_url=self.server.url,
            timeout=120,
            headers={"Sec-Fetch-Site": "same-origin", **headers},
            transport=httpx.HTTPTransport(local_address=address),
        )

    @contextmanager
    def signed_in(self, person: Person) -> Iterator[httpx.Client]:
        """A browser in which this person is signed in."""
        with self.browser() as browser:
            assert sign_in(browser, person).status_code == 201
            yield browser

    def have_failed_often(self) -> None:
        """Raise the wait after five failures from a second to a minute, longer than any test."""
        with self.database.writing() as session:
            session.execute(update(AttemptRow).where(AttemptRow.failures >= 5).values(failures=20))

    def key(self, person: Person, *scopes: str, **more: Any) -> dict[str, Any]:
        """Create a key for a person."""
        with self.signed_in(person) as browser:
            answer = browser.post("/api/v1/keys", json={"name": "script", "scopes": scopes, **more})
            assert answer.status_code == 201, answer.text
            made: dict[str, Any] = answer.json()
            return made


def sign_in(browser: httpx.Client, person: Person, password: str = PASSWORD) -> httpx.Response:
    return browser.post("/api/v1/sessions", json={"email": person.email, "password": password})


def kind(answer: httpx.Response) -> str:
    """The kind of problem in a response."""
    return str(answer.json()["type"]).removeprefix("urn:problem:")
