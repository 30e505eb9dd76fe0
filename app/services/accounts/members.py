"""Accounts, as administrators meet them: members and invitations."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from app.config.settings import Settings, SignUp
from app.models.identity import Identity, Visitor
from app.models.problems import Conflict, Forbidden, NotFound
from app.services.accounts import links, second_factor
from app.services.accounts.links import LinkKind
from app.services.accounts.mail import Mailer
from app.services.accounts.self_service import delete_account, keep_an_administrator
from app.services.accounts.sessions import end_all
from app.services.database.audit import Event, append
from app.services.database.database import Database
from app.services.database.tables import Account, LinkRow

_MOST_INVITATIONS = 200


class Members:
    """What administrators do with the accounts of others."""

    def __init__(self, settings: Settings, database: Database, mailer: Mailer) -> None:
        self._settings = settings
        self._database = database
        self._mailer = mailer

    async def all(self, after: UUID | None, limit: int) -> list[Account]:
        """Members, the oldest first: those that come after a given one."""

        def read(session: Session) -> list[Account]:
            query = select(Account).order_by(Account.created_at, Account.id).limit(limit)
            if after is not None:
                last = _member(session, after)
                query = query.where(tuple_(Account.created_at, Account.id) > (last.created_at, last.id))
            return list(session.scalars(query))

        return await self._database.read(read)

    async def change(
        self, identity: Identity, member: UUID, *, admin: bool | None, disabled: bool | None, visitor: Visitor
    ) -> Account:
        """Give or take an administrator's rights, close an account or open it again; its sessions end.

        Raises:
            NotFound: there is no such member.
            Conflict: no administrator would be left.
        """

        def change(session: Session) -> Account:
            account = _member(session, member)
            if admin is False or disabled:
                keep_an_administrator(session, account)
            changes: dict[str, bool] = {}
            if admin is not None:
                account.admin = changes["admin"] = admin
            if disabled is not None:
                account.disabled = changes["disabled"] = disabled
            end_all(session, account)
            append(
                session,
                Event.ACCOUNT_CHANGED,
                actor=identity.account,
                subject=member,
                address=visitor.address,
                **changes,
            )
            return account

        return await self._database.write(change)

    async def delete(self, identity: Identity, member: UUID, visitor: Visitor) -> None:
        """End an account, and everything of it.

        Raises:
            NotFound: there is no such member.
            Conflict: no administrator would be left.
        """

        def end(session: Session) -> None:
            delete_account(session, _member(session, member))
            append(session, Event.ACCOUNT_DELETED, actor=identity.account, subject=member, address=visitor.address)

        await self._database.write(end)

    async def end_sessions(self, identity: Identity, member: UUID, visitor: Visitor) -> None:
        """Sign a member out everywhere.

        Raises:
            NotFound: there is no such member.
        """

        def end(session: Session) -> None:
            end_all(session, _member(session, member))
            append(session, Event.SESSION_ENDED, actor=identity.account, subject=member, address=visitor.address)

        await self._database.write(end)

    async def remove_second_factor(self, identity: Identity, member: UUID, visitor: Visitor) -> None:
        """Take away the second factor of a member who has lost it; the sessions end.

        Raises:
            NotFound: there is no such member.
        """

        def remove(session: Session) -> None:
            account = _member(session, member)
            second_factor.remove(session, account)
            end_all(session, account)
            append(session, Event.SECOND_FACTOR_OFF, actor=identity.account, subject=member, address=visitor.address)

        await self._database.write(remove)

    async def make_reset(self, identity: Identity, member: UUID, visitor: Visitor) -> tuple[LinkRow, str]:
        """A link by which a member sets a new password; gives its row and its address.

        Raises:
            NotFound: there is no such member.
        """

        def make(session: Session) -> tuple[LinkRow, str]:
            row, token = links.make(session, LinkKind.RESET, account=_member(session, member).id)
            append(
                session,
                Event.LINK_MADE,
                actor=identity.account,
                subject=member,
                address=visitor.address,
                kind=row.kind,
            )
            return row, links.address(self._settings, LinkKind.RESET, token)

        return await self._database.write(make)

    async def invite(self, identity: Identity, email: str, *, admin: bool, visitor: Visitor) -> tuple[LinkRow, str]:
        """A link by which somebody signs up; gives its row and its address, and sends it where there is mail.

        Raises:
            Forbidden: sign-up is closed.
            Conflict: there is an account with this e-mail, or there are too many invitations.
        """
        if self._settings.sign_up is SignUp.CLOSED:
            raise Forbidden("Sign-up is closed on this service (SIGN_UP=closed).")

        def make(session: Session) -> tuple[LinkRow, str]:
            if session.scalars(select(Account.id).where(Account.email == email)).first():
                raise Conflict("There is an account with this e-mail already.")
            if len(_invitations(session)) >= _MOST_INVITATIONS:
                raise Conflict(f"There are {_MOST_INVITATIONS} invitations already. Withdraw some first.")
            session.execute(delete(LinkRow).where(LinkRow.kind == LinkKind.INVITATION.value, LinkRow.email == email))
            row, token = links.make(session, LinkKind.INVITATION, email=email, admin=admin)
            append(
                session,
                Event.LINK_MADE,
                actor=identity.account,
                subject=row.id,
                address=visitor.address,
                kind=row.kind,
                admin=admin,
            )
            return row, links.address(self._settings, LinkKind.INVITATION, token)

        row, link = await self._database.write(make)
        if self._mailer.works:
            self._mailer.send(
                email,
                "An invitation",
                f"You are invited to {second_factor.ISSUER}. Make your account within a week at\n\n{link}\n",
            )
        return row, link

    async def invitations(self) -> list[LinkRow]:
        """Invitations that nobody has used yet, the newest first."""
        return await self._database.read(_invitations)

    async def withdraw(self, identity: Identity, invitation: UUID, visitor: Visitor) -> None:
        """Make an invitation worthless.

        Raises:
            NotFound: there is no such invitation.
        """

        def withdraw(session: Session) -> None:
            query = delete(LinkRow).where(LinkRow.id == invitation, LinkRow.kind == LinkKind.INVITATION.value)
            if session.connection().execute(query).rowcount == 0:
                raise NotFound("There is no such invitation.")
            append(session, Event.LINK_WITHDRAWN, actor=identity.account, subject=invitation, address=visitor.address)

        await self._database.write(withdraw)


def _member(session: Session, member: UUID) -> Account:
    account = session.get(Account, member, with_for_update=True)
    if account is None:
        raise NotFound("There is no such member.")
    return account


def _invitations(session: Session) -> list[LinkRow]:
    query = (
        select(LinkRow)
        .where(LinkRow.kind == LinkKind.INVITATION.value, LinkRow.expires_at > datetime.now(UTC))
        .order_by(LinkRow.created_at.desc())
    )
    return list(session.scalars(query))
