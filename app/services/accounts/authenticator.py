"""Authenticates requests by session token or key."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.models.identity import Identity, Scope, SignedInBy
from app.services.database.database import Database
from app.services.database.tables import Account, KeyRow, SessionRow
from app.services.database.tokens import KEY_PREFIX, hashed, is_token

# The time of the last use is stored at most this often, so that few requests cause a write.
_NOTED_EVERY = timedelta(minutes=1)

Row = TypeVar("Row", SessionRow, KeyRow)


class Authenticator:
    """Maps session tokens and keys to identities.

    Args:
        idle: a session that is not used for this long ends.
        require_second_factor: whether every account needs a second factor.
        admin_second_factor: whether administrators need a second factor to administer.
    """

    def __init__(
        self, database: Database, *, idle: timedelta, require_second_factor: bool, admin_second_factor: bool
    ) -> None:
        self._database = database
        self._idle = idle
        self._everyone_needs_second_factor = require_second_factor
        self._admins_need_second_factor = admin_second_factor

    async def of_session(self, token: str) -> Identity | None:
        """The identity behind a session token; None if the session is incomplete or has ended."""
        if not is_token(token):
            return None
        now = datetime.now(UTC)
        found = await self._database.read(lambda session: _find(session, select_session(token, now, self._idle)))
        if found is None or not found[0].complete:
            return None
        row, account = found
        if now - row.used_at >= _NOTED_EVERY:
            await self._database.write(_note(SessionRow, row.id, now))
        return Identity(
            account=account.id,
            admin=account.admin,
            scopes=self.scopes(account),
            by=SignedInBy.SESSION,
            credential=row.id,
        )

    async def of_key(self, key: str) -> Identity | None:
        """The identity behind a key; None if the key is unknown or has expired."""
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
        return Identity(account=account.id, admin=account.admin, scopes=scopes, by=SignedInBy.KEY, credential=row.id)

    def scopes(self, account: Account) -> frozenset[Scope]:
        """The scopes of an account.

        Without a second factor that everyone needs, there are none; without one that administrators need, no `admin`.
        """
        if self._everyone_needs_second_factor and not account.totp_secret:
            return frozenset()
        everyone = frozenset({Scope.PREDICT, Scope.READ})
        if account.admin and (account.totp_secret or not self._admins_need_second_factor):
            return everyone | {Scope.ADMIN}
        return everyone


def select_session(token: str, now: datetime, idle: timedelta) -> Select[SessionRow, Account]:
    """A query for the session with this token and its account, unless the session has ended."""
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
