"""Access keys for programs."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from app.models.identity import Identity, Scope, Visitor
from app.models.problems import Conflict, Forbidden, InvalidParameters, NotFound
from app.services.accounts.rows import own_account
from app.services.database.audit import Event
from app.services.database.database import Database
from app.services.database.tables import KeyRow
from app.services.database.tokens import KEY_PREFIX, hashed, new_token
from app.services.database.unit_of_work import UnitOfWork, unit_of_work

_MOST_PER_ACCOUNT = 50


class Keys:
    """Creates, lists and revokes keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unit_of_work
    def make(
        self,
        work: UnitOfWork,
        identity: Identity,
        name: str,
        scopes: frozenset[Scope],
        expires_at: datetime | None,
        visitor: Visitor,
    ) -> tuple[KeyRow, str]:
        """Create a key; returns its row and the key itself, of which only the hash is stored.

        Raises:
            Forbidden: the key would have a scope that its creator lacks.
            InvalidParameters: the expiry is in the past.
            Conflict: the account has too many keys.
        """
        now = datetime.now(UTC)
        if not scopes <= identity.scopes:
            raise Forbidden("A key cannot have more scopes than its creator.")
        if expires_at is not None and expires_at <= now:
            raise InvalidParameters("The expiry of a key must be in the future.")
        account = own_account(work.session, identity)
        work.session.execute(delete(KeyRow).where(KeyRow.account_id == account.id, KeyRow.expires_at <= now))
        count = select(func.count()).where(KeyRow.account_id == account.id)
        if work.session.scalars(count).one() >= _MOST_PER_ACCOUNT:
            raise Conflict(f"An account can have at most {_MOST_PER_ACCOUNT} keys. Revoke one first.")
        key = KEY_PREFIX + new_token()
        row = KeyRow(
            account_id=account.id,
            token_hash=hashed(key),
            name=name,
            scopes=sorted(scopes),
            created_at=now,
            expires_at=expires_at,
        )
        work.session.add(row)
        work.session.flush()
        work.record(Event.KEY_MADE, actor=account.id, subject=row.id, address=visitor.address, scopes=row.scopes)
        return row, key

    async def of(self, identity: Identity) -> list[KeyRow]:
        """An account's keys, newest first."""
        query = select(KeyRow).where(KeyRow.account_id == identity.account).order_by(KeyRow.created_at.desc())
        return await self._database.read(lambda session: list(session.scalars(query)))

    @unit_of_work
    def revoke(self, work: UnitOfWork, identity: Identity, row: UUID, visitor: Visitor) -> None:
        """Revoke one of the caller's keys.

        Raises:
            NotFound: there is no key with this id, or it belongs to another account.
        """
        own = delete(KeyRow).where(KeyRow.id == row, KeyRow.account_id == identity.account)
        if work.session.connection().execute(own).rowcount == 0:
            raise NotFound("There is no such key.")
        work.record(Event.KEY_REVOKED, actor=identity.account, subject=row, address=visitor.address)
