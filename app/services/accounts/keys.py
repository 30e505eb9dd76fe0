"""Keys: what programs sign in with."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.models.identity import Identity, Scope, Visitor
from app.models.problems import Conflict, Forbidden, InvalidParameters, NotFound
from app.services.accounts.self_service import own_account
from app.services.database.audit import Event, append
from app.services.database.database import Database
from app.services.database.tables import KeyRow
from app.services.database.tokens import KEY_PREFIX, hashed, new_token

_MOST_PER_ACCOUNT = 50


class Keys:
    """Makes, lists and revokes keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(
        self, identity: Identity, name: str, scopes: frozenset[Scope], expires_at: datetime | None, visitor: Visitor
    ) -> tuple[KeyRow, str]:
        """Make a key; gives its row and the key itself, which is known here and now alone.

        Raises:
            Forbidden: it would be allowed more than whoever makes it.
            InvalidParameters: it would have run out already.
            Conflict: there are too many.
        """
        now = datetime.now(UTC)
        if not scopes <= identity.scopes:
            raise Forbidden("A key cannot be allowed more than whoever makes it.")
        if expires_at is not None and expires_at <= now:
            raise InvalidParameters("A key's end lies in the future.")
        key = KEY_PREFIX + new_token()
        assert identity.account is not None
        row = KeyRow(
            account_id=identity.account,
            token_hash=hashed(key),
            name=name,
            scopes=sorted(scopes),
            created_at=now,
            expires_at=expires_at,
        )

        def make(session: Session) -> None:
            own_account(session, identity)
            session.execute(delete(KeyRow).where(KeyRow.account_id == identity.account, KeyRow.expires_at <= now))
            count = select(func.count()).where(KeyRow.account_id == identity.account)
            if session.scalars(count).one() >= _MOST_PER_ACCOUNT:
                raise Conflict(f"An account has at most {_MOST_PER_ACCOUNT} keys. Revoke one first.")
            session.add(row)
            session.flush()
            append(
                session,
                Event.KEY_MADE,
                actor=identity.account,
                subject=row.id,
                address=visitor.address,
                scopes=row.scopes,
            )

        await self._database.write(make)
        return row, key

    async def of(self, identity: Identity) -> list[KeyRow]:
        """An account's keys, the newest first."""
        query = select(KeyRow).where(KeyRow.account_id == identity.account).order_by(KeyRow.created_at.desc())
        return await self._database.read(lambda session: list(session.scalars(query)))

    async def revoke(self, identity: Identity, row: UUID, visitor: Visitor) -> None:
        """Make a key of one's own worthless.

        Raises:
            NotFound: there is none of that id, or it is another's.
        """

        def revoke(session: Session) -> None:
            own = delete(KeyRow).where(KeyRow.id == row, KeyRow.account_id == identity.account)
            if session.connection().execute(own).rowcount == 0:
                raise NotFound("There is no such key.")
            append(session, Event.KEY_REVOKED, actor=identity.account, subject=row, address=visitor.address)

        await self._database.write(revoke)
