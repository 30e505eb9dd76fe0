"""Administration of members and invitations."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from app.config.choices import SignUp
from app.models.identity import Identity, Visitor
from app.models.problems import Conflict, Forbidden, NotFound
from app.services.accounts import links, second_factor
from app.services.accounts.links import LinkKind
from app.services.accounts.mail import Mailer
from app.services.accounts.rows import delete_account, require_another_administrator
from app.services.accounts.sessions import end_all
from app.services.database.audit import Event
from app.services.database.database import Database
from app.services.database.tables import Account, LinkRow
from app.services.database.unit_of_work import UnitOfWork, unit_of_work

_MOST_INVITATIONS = 200


class Members:
    """Lists, changes and invites members, for administrators."""

    def __init__(self, database: Database, mailer: Mailer, *, base_url: str, sign_up: SignUp) -> None:
        self._database = database
        self._mailer = mailer
        self._base_url = base_url
        self._sign_up = sign_up

    async def all(self, after: UUID | None, limit: int) -> list[Account]:
        """Up to `limit` members, oldest first, starting after a given one.

        Raises:
            NotFound: there is no member `after`.
        """

        def read(session: Session) -> list[Account]:
            query = select(Account).order_by(Account.created_at, Account.id).limit(limit)
            if after is not None:
                last = _member(session, after)
                query = query.where(tuple_(Account.created_at, Account.id) > (last.created_at, last.id))
            return list(session.scalars(query))

        return await self._database.read(read)

    @unit_of_work
    def change(
        self,
        work: UnitOfWork,
        identity: Identity,
        member: UUID,
        *,
        admin: bool | None,
        disabled: bool | None,
        visitor: Visitor,
    ) -> Account:
        """Grant or revoke administrator rights, disable or enable an account; its sessions end.

        Raises:
            NotFound: there is no such member.
            Conflict: no administrator would be left.
        """
        account = _member(work.session, member)
        if admin is False or disabled:
            require_another_administrator(work.session, account)
        changes: dict[str, bool] = {}
        if admin is not None:
            account.admin = changes["admin"] = admin
        if disabled is not None:
            account.disabled = changes["disabled"] = disabled
        end_all(work.session, account)
        work.record(Event.ACCOUNT_CHANGED, actor=identity.account, subject=member, address=visitor.address, **changes)
        return account

    @unit_of_work
    def delete(self, work: UnitOfWork, identity: Identity, member: UUID, visitor: Visitor) -> None:
        """Delete an account and everything that belongs to it.

        Raises:
            NotFound: there is no such member.
            Conflict: no administrator would be left.
        """
        delete_account(work.session, _member(work.session, member))
        work.record(Event.ACCOUNT_DELETED, actor=identity.account, subject=member, address=visitor.address)

    @unit_of_work
    def end_sessions(self, work: UnitOfWork, identity: Identity, member: UUID, visitor: Visitor) -> None:
        """End every session of a member.

        Raises:
            NotFound: there is no such member.
        """
        end_all(work.session, _member(work.session, member))
        work.record(Event.SESSION_ENDED, actor=identity.account, subject=member, address=visitor.address)

    @unit_of_work
    def remove_second_factor(self, work: UnitOfWork, identity: Identity, member: UUID, visitor: Visitor) -> None:
        """Remove the second factor of a member who has lost it; the member's sessions end.

        Raises:
            NotFound: there is no such member.
        """
        account = _member(work.session, member)
        second_factor.remove(work.session, account)
        end_all(work.session, account)
        work.record(Event.SECOND_FACTOR_OFF, actor=identity.account, subject=member, address=visitor.address)

    @unit_of_work
    def make_reset(self, work: UnitOfWork, identity: Identity, member: UUID, visitor: Visitor) -> tuple[LinkRow, str]:
        """Create a link with which a member sets a new password; returns its row and its URL.

        Raises:
            NotFound: there is no such member.
        """
        row, token = links.make(work.session, LinkKind.RESET, account=_member(work.session, member).id)
        work.record(Event.LINK_MADE, actor=identity.account, subject=member, address=visitor.address, kind=row.kind)
        return row, links.url(self._base_url, LinkKind.RESET, token)

    async def invite(self, identity: Identity, email: str, *, admin: bool, visitor: Visitor) -> tuple[LinkRow, str]:
        """Create a link for signing up and e-mail it if mail is configured; returns its row and its URL.

        Raises:
            Forbidden: sign-up is closed.
            Conflict: an account with this e-mail address exists, or there are too many invitations.
        """
        if self._sign_up is SignUp.CLOSED:
            raise Forbidden("Sign-up is closed on this service (SIGN_UP=closed).")
        row, link = await self._make_invitation(identity, email, admin=admin, visitor=visitor)
        if self._mailer.works:
            self._mailer.send(
                email,
                "An invitation",
                f"You are invited to {second_factor.ISSUER}. Create your account within a week at\n\n{link}\n",
            )
        return row, link

    async def invitations(self) -> list[LinkRow]:
        """Unused invitations, newest first."""
        return await self._database.read(_invitations)

    @unit_of_work
    def withdraw(self, work: UnitOfWork, identity: Identity, invitation: UUID, visitor: Visitor) -> None:
        """Withdraw an invitation: its link stops working.

        Raises:
            NotFound: there is no such invitation.
        """
        query = delete(LinkRow).where(LinkRow.id == invitation, LinkRow.kind == LinkKind.INVITATION.value)
        if work.session.connection().execute(query).rowcount == 0:
            raise NotFound("There is no such invitation.")
        work.record(Event.LINK_WITHDRAWN, actor=identity.account, subject=invitation, address=visitor.address)

    @unit_of_work
    def _make_invitation(
        self, work: UnitOfWork, identity: Identity, email: str, *, admin: bool, visitor: Visitor
    ) -> tuple[LinkRow, str]:
        session = work.session
        if session.scalars(select(Account.id).where(Account.email == email)).first():
            raise Conflict("An account with this e-mail address already exists.")
        if len(_invitations(session)) >= _MOST_INVITATIONS:
            raise Conflict(f"There are already {_MOST_INVITATIONS} invitations. Withdraw some first.")
        session.execute(delete(LinkRow).where(LinkRow.kind == LinkKind.INVITATION.value, LinkRow.email == email))
        row, token = links.make(session, LinkKind.INVITATION, email=email, admin=admin)
        work.record(
            Event.LINK_MADE,
            actor=identity.account,
            subject=row.id,
            address=visitor.address,
            kind=row.kind,
            admin=admin,
        )
        return row, links.url(self._base_url, LinkKind.INVITATION, token)


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
