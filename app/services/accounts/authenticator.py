"""From a session's token or a key to an identity, with every request that carries one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.models.identity import Identity, Scope, SignedInBy
from app.services.database.database import Database
from app.services.database.tables import Account, KeyRow, SessionRow
from app.services.database.tokens import KEY_PREFIX, hashed, is_token

# The last use is written down at most this often, so that requests hardly ever pay for it.
_NOTED_EVERY = timedelta(minutes=1)

Row = TypeVar("Row", SessionRow, KeyRow)


class Authenticator:
    """Tells who shows a token."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._admins_need_second_factor = settings.admin_second_factor

    async def of_session(self, token: str) -> Identity | None:
        """Whose session a token opens, if it is one that is complete, and neither too old nor unused for too long."""
        if not is_token(token):
            return None
        now = datetime.now(UTC)
        found = await self._database.read(lambda session: _find(session, select_session(token, now, self._idle)))
        if found is None or not found[0].complete:
            return None
        row, account = found
        if now - row.used_at >= _NOTED_EVERY:
            await self._database.write(_note(SessionRow, row.id, now))
        return Identity(account.id, account.admin, self.scopes(account), SignedInBy.SESSION, row.id)

    async def of_key(self, key: str) -> Identity | None:
        """Whose key it is, unless it has expired."""
        if not key.startswith(KEY_PREFIX) or not is_token(key.removeprefix(KEY_PREFIX)):
            return None
        now = datetime.now(UTC)
        found = await self._database.read(lambda session: _find(session, _select_key(key)))
        if found is None or (found[0].expires_at and found[0].expires_at <= now):
            return None
        row, account = found
        if row.used_at is None or now - row.used_at >= _NOTED_EVERY:
            await self._database.write(_note(KeyRow, row.id, now))
        scopes = self.scopes(account) & frozenset(map(Scope, row.scopes))
        return Identity(account.id, account.admin, scopes, SignedInBy.KEY, row.id)

    def scopes(self, account: Account) -> frozenset[Scope]:
        """What an account may do. An administrator who lacks a second factor where one is asked for is none yet."""
        everyone = frozenset({Scope.PREDICT, Scope.READ})
        if account.admin and (account.totp_secret or not self._admins_need_second_factor):
            return everyone | {Scope.ADMIN}
        return everyone


def select_session(token: str, now: datetime, idle: timedelta) -> Select[SessionRow, Account]:
    """The session that a token opens, if it has not run out."""
    return (
        select(SessionRow, Account)
        .join(Account, SessionRow.account_id == Account.id)
        .where(
            SessionRow.token_hash == hashed(token),
            SessionRow.expires_at > now,
            SessionRow.used_at > now - idle,
            ~Account.disabled,
        )
    )


def _select_key(key: str) -> Select[KeyRow, Account]:
    return (
        select(KeyRow, Account)
        .join(Account, KeyRow.account_id == Account.id)
        .where(KeyRow.token_hash == hashed(key), ~Account.disabled)
    )


def _find(session: Session, query: Select[Row, Account]) -> tuple[Row, Account] | None:
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def _note(table: type[SessionRow] | type[KeyRow], row: UUID, now: datetime) -> Callable[[Session], None]:
    def note(session: Session) -> None:
        session.execute(update(table).where(table.id == row).values(used_at=now))

    return note
