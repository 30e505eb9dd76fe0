"""Accounts, as their owners meet them: sign-up, password, second factor, end."""

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config.settings import Settings, SignUp
from app.models.identity import Identity, Visitor
from app.models.problems import Conflict, Forbidden, LinkSpent, NotFound, SignInRequired, WrongCredentials
from app.services.accounts import links, second_factor
from app.services.accounts.links import LinkKind
from app.services.accounts.mail import Mailer
from app.services.accounts.passwords import Passwords, refuse_weak
from app.services.accounts.second_factor import Begun
from app.services.accounts.sessions import Sessions, SignedIn, end_all
from app.services.database.audit import Event, append
from app.services.database.database import Database
from app.services.database.tables import Account, LinkRow
from app.services.throttling.sign_in import count_request, mark_successful


class Accounts:
    """What people do with accounts of their own."""

    def __init__(
        self, settings: Settings, database: Database, passwords: Passwords, sessions: Sessions, mailer: Mailer
    ) -> None:
        self._settings = settings
        self._database = database
        self._passwords = passwords
        self._sessions = sessions
        self._mailer = mailer

    async def sign_up(self, email: str, password: str, token: str | None, visitor: Visitor) -> None:
        """Make an account, with a link's token or, where sign-up is open, without.

        Without a link nobody is told whether there is an account with that e-mail already.

        Raises:
            Forbidden: sign-up is not open, and there is no link.
            LinkSpent: the link is no longer good, or is another person's.
            InvalidParameters: the password is too weak.
            TooManyAttempts: too many accounts were made from this address of late.
        """
        if token is None and self._settings.sign_up is not SignUp.OPEN:
            raise Forbidden("Nobody signs up here without a link: ask an administrator.")
        if token is not None:
            await self._database.read(lambda session: self._invitation(session, token, email))
        else:
            await self._database.write(lambda session: count_request(session, "sign-up", visitor, datetime.now(UTC)))
        hashed = await self._new_hash(password, email)

        def make(session: Session) -> None:
            link = self._invitation(session, token, email) if token is not None else None
            account = new_account(session, email, hashed, admin=link is not None and link.admin)
            if account is None:
                if link:
                    raise Conflict("There is an account with this e-mail already. Sign in, or have its password reset.")
                return
            if link:
                session.execute(delete(LinkRow).where((LinkRow.id == link.id) | (LinkRow.kind == LinkKind.SETUP)))
            append(
                session,
                Event.ACCOUNT_MADE,
                actor=account.id,
                subject=account.id,
                address=visitor.address,
                admin=account.admin,
            )

        await self._database.write(make)

    async def own(self, identity: Identity) -> Account:
        """One's own account."""
        return await self._database.read(lambda session: own_account(session, identity))

    async def change_password(self, identity: Identity, current: str, new: str, visitor: Visitor) -> SignedIn:
        """Set a new password: every session and link for one ends, and whoever has changed it gets a new session.

        Raises:
            WrongCredentials: the current password is wrong.
            InvalidParameters: the new one is too weak.
        """
        account = await self._confirmed(identity, current, visitor)
        hashed = await self._new_hash(new, account.email)

        def change(session: Session) -> SignedIn:
            account = own_account(session, identity)
            account.password_hash = hashed
            links.withdraw_resets(session, account.id)
            begun = self._sessions.renew(session, account, visitor)
            append(session, Event.PASSWORD_CHANGED, actor=account.id, subject=account.id, address=visitor.address)
            return begun

        return await self._database.write(change)

    async def ask_for_reset(self, email: str, visitor: Visitor) -> None:
        """Send a link that sets a new password, if there is such an account; who asks is not told.

        Raises:
            NotFound: the service sends no mail.
            TooManyAttempts: too many were asked for from this address of late.
        """
        if not self._mailer.works:
            raise NotFound("This service sends no mail. An administrator can make a link that sets a new password.")

        def make(session: Session) -> str | None:
            now = datetime.now(UTC)
            count_request(session, "reset", visitor, now)
            account = session.scalars(select(Account).where(Account.email == email, ~Account.disabled)).one_or_none()
            if account is None:
                return None
            pending = select(LinkRow).where(
                LinkRow.account_id == account.id, LinkRow.kind == LinkKind.RESET, LinkRow.expires_at > now
            )
            # One at a time: nobody's mailbox is filled by others.
            if session.scalars(pending).first():
                return None
            row, token = links.make(session, LinkKind.RESET, account=account.id)
            append(session, Event.LINK_MADE, subject=account.id, address=visitor.address, kind=row.kind)
            return token

        token = await self._database.write(make)
        if token is not None:
            self._mailer.send(
                email,
                "A new password",
                "Somebody, most likely you, has asked for a new password. Set it within an hour at\n\n"
                f"{links.address(self._settings, LinkKind.RESET, token)}\n\n"
                "If it was not you, do nothing: your password stays as it is.\n",
            )

    async def reset_password(self, token: str, new: str, visitor: Visitor) -> None:
        """Set a new password by a link; every session and every such link ends. A second factor stays.

        Raises:
            LinkSpent: the link is no longer good.
            InvalidParameters: the password is too weak.
        """

        def owner(session: Session) -> Account:
            link = links.find(session, token, LinkKind.RESET)
            return session.scalars(select(Account).where(Account.id == link.account_id)).one()

        found = await self._database.read(owner)
        hashed = await self._new_hash(new, found.email)

        def reset(session: Session) -> None:
            # The account before its links, as everyone locks them who needs both.
            account = session.get(Account, found.id, with_for_update=True)
            links.find(session, token, LinkKind.RESET)
            assert account is not None  # its links go with it
            account.password_hash = hashed
            links.withdraw_resets(session, account.id)
            end_all(session, account)
            append(
                session,
                Event.PASSWORD_CHANGED,
                actor=account.id,
                subject=account.id,
                address=visitor.address,
                by_link=True,
            )

        await self._database.write(reset)

    async def begin_second_factor(self, identity: Identity, password: str, visitor: Visitor) -> Begun:
        """A secret for an authenticator app; a code of it switches it on.

        Raises:
            WrongCredentials: the password is wrong.
            Conflict: there is a second factor already.
        """
        await self._confirmed(identity, password, visitor)

        def begin(session: Session) -> Begun:
            account = own_account(session, identity)
            if account.totp_secret:
                raise Conflict("This account has a second factor already.")
            account.totp_pending = second_factor.new_secret()
            return second_factor.begin(account.totp_pending, account.email)

        return await self._database.write(begin)

    async def confirm_second_factor(
        self, identity: Identity, code: str, visitor: Visitor
    ) -> tuple[SignedIn, list[str]]:
        """Switch a second factor on; gives a new session in the place of all others, and recovery codes.

        Raises:
            Conflict: none was begun.
            WrongCredentials: the code is wrong.
        """

        def confirm(session: Session) -> tuple[SignedIn, list[str]]:
            account = own_account(session, identity)
            if account.totp_pending is None:
                raise Conflict("No second factor was begun.")
            step = second_factor.step_of(account.totp_pending, code, datetime.now(UTC))
            if step is None:
                raise WrongCredentials("This code is wrong. Is the clock of your device right?")
            account.totp_secret, account.totp_pending, account.totp_step = account.totp_pending, None, step
            codes = second_factor.new_recovery_codes(session, account)
            begun = self._sessions.renew(session, account, visitor)
            append(session, Event.SECOND_FACTOR_ON, actor=account.id, subject=account.id, address=visitor.address)
            return begun, codes

        return await self._database.write(confirm)

    async def remove_second_factor(self, identity: Identity, password: str, visitor: Visitor) -> SignedIn:
        """Switch the second factor off; gives a new session in the place of all others.

        Raises:
            WrongCredentials: the password is wrong.
        """
        await self._confirmed(identity, password, visitor)

        def remove(session: Session) -> SignedIn:
            account = own_account(session, identity)
            second_factor.remove(session, account)
            begun = self._sessions.renew(session, account, visitor)
            append(session, Event.SECOND_FACTOR_OFF, actor=account.id, subject=account.id, address=visitor.address)
            return begun

        return await self._database.write(remove)

    async def new_recovery_codes(self, identity: Identity, password: str, visitor: Visitor) -> list[str]:
        """New recovery codes in the place of the old ones.

        Raises:
            WrongCredentials: the password is wrong.
            Conflict: there is no second factor.
        """
        await self._confirmed(identity, password, visitor)

        def renew(session: Session) -> list[str]:
            account = own_account(session, identity)
            if account.totp_secret is None:
                raise Conflict("This account has no second factor.")
            codes = second_factor.new_recovery_codes(session, account)
            append(session, Event.RECOVERY_CODES_MADE, actor=account.id, subject=account.id, address=visitor.address)
            return codes

        return await self._database.write(renew)

    async def delete(self, identity: Identity, password: str, visitor: Visitor) -> None:
        """End one's own account, and everything of it.

        Raises:
            WrongCredentials: the password is wrong.
            Conflict: it is the last administrator's.
        """
        await self._confirmed(identity, password, visitor)

        def end(session: Session) -> None:
            account = own_account(session, identity)
            delete_account(session, account)
            append(session, Event.ACCOUNT_DELETED, actor=account.id, subject=account.id, address=visitor.address)

        await self._database.write(end)

    async def _confirmed(self, identity: Identity, password: str, visitor: Visitor) -> Account:
        """One's own account, once the password was given again; wrong ones count as at sign-in."""
        own = await self.own(identity)
        account, attempt = await self._sessions.check_password(own.email, password, visitor)
        await self._database.write(lambda session: mark_successful(session, attempt, datetime.now(UTC)))
        return account

    async def _new_hash(self, password: str, email: str) -> str:
        def judge_and_hash() -> str:
            refuse_weak(password, email)
            return self._passwords.hash(password)

        return await self._passwords.off_loop(judge_and_hash)

    @staticmethod
    def _invitation(session: Session, token: str, email: str) -> LinkRow:
        link = links.find(session, token, LinkKind.SETUP, LinkKind.INVITATION)
        if link.email not in (None, email):
            raise LinkSpent("This link is for another e-mail address.")
        if link.kind == LinkKind.SETUP and session.scalars(select(Account.id).limit(1)).first():
            raise LinkSpent("The service was set up already.")
        return link


def new_account(session: Session, email: str, password_hash: str | None, *, admin: bool) -> Account | None:
    """Make an account; gives nothing where there is one with this e-mail."""
    account = Account(email=email, password_hash=password_hash, admin=admin, created_at=datetime.now(UTC))
    try:
        with session.begin_nested():
            session.add(account)
            session.flush()
    except IntegrityError:
        return None
    return account


def delete_account(session: Session, account: Account) -> None:
    """End an account, and everything of it.

    Raises:
        Conflict: it is the last administrator's.
    """
    keep_an_administrator(session, account)
    session.delete(account)
    session.flush()


def keep_an_administrator(session: Session, account: Account) -> None:
    """Refuse to go on where this is the last account that may administer.

    Raises:
        Conflict: it is.
    """
    admins = select(Account.id).where(Account.admin, ~Account.disabled).order_by(Account.id).with_for_update()
    if list(session.scalars(admins)) == [account.id]:
        raise Conflict(Conflict.example)


def own_account(session: Session, identity: Identity) -> Account:
    """The account of whoever asks, locked.

    Raises:
        SignInRequired: it was deleted since the request was let in.
    """
    account = session.get(Account, identity.account, with_for_update=True)
    if account is None:
        raise SignInRequired(SignInRequired.example)
    return account
