"""Self-service for account owners: sign up, change the password or second factor, delete the account."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.config.choices import SignUp
from app.models.identity import Identity, Visitor
from app.models.problems import Conflict, Forbidden, LinkSpent, NotFound, WrongCredentials
from app.services.accounts import links, second_factor, wrong_codes
from app.services.accounts.factor_secrets import FactorSecrets
from app.services.accounts.links import LinkKind
from app.services.accounts.mail import Mailer
from app.services.accounts.passwords import Passwords, require_strong
from app.services.accounts.rows import delete_account, new_account, own_account
from app.services.accounts.second_factor import Enrolment
from app.services.accounts.sessions import Sessions, SignedIn, end_all
from app.services.database.audit import Event
from app.services.database.database import Database
from app.services.database.tables import Account, KeyRow, LinkRow
from app.services.database.unit_of_work import UnitOfWork, unit_of_work
from app.services.throttling.sign_in import count_request, mark_successful


class Accounts:
    """Self-service for account owners."""

    def __init__(
        self,
        *,
        database: Database,
        passwords: Passwords,
        sessions: Sessions,
        factor_secrets: FactorSecrets,
        mailer: Mailer,
        base_url: str,
        sign_up: SignUp,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._sessions = sessions
        self._factor_secrets = factor_secrets
        self._mailer = mailer
        self._base_url = base_url
        self._sign_up = sign_up

    async def sign_up(self, email: str, password: str, token: str | None, visitor: Visitor) -> None:
        """Create an account, with the token of a link or, if sign-up is open, without one.

        Without a link, an existing account with the same e-mail address is not revealed.

        Raises:
            Forbidden: sign-up is not open, and there is no link.
            LinkSpent: the link is no longer valid, or is for another e-mail address.
            InvalidParameters: the password is too weak.
            TooManyAttempts: this address has sent too many sign-ups.
        """
        if token is None and self._sign_up is not SignUp.OPEN:
            raise Forbidden("Signing up needs an invitation: ask an administrator for one.")
        if token is not None:
            await self._database.read(lambda session: _sign_up_link(session, token, email))
        else:
            await self._database.write(lambda session: count_request(session, "sign-up", visitor, datetime.now(UTC)))
        await self._create(email, await self._new_hash(password, email), token, visitor)

    async def own(self, identity: Identity) -> Account:
        """The caller's account.

        Raises:
            SignInRequired: the account was deleted after the request was authenticated.
        """
        return await self._database.read(lambda session: own_account(session, identity))

    async def change_password(
        self, identity: Identity, current: str, new: str, *, revoke_keys: bool, visitor: Visitor
    ) -> SignedIn:
        """Set a new password: every session and reset link ends, and the caller gets a new session.

        Args:
            identity: the caller.
            current: the password that the account has.
            new: its new password.
            revoke_keys: whether all keys of the account end, too.
            visitor: the sender of the request.

        Raises:
            WrongCredentials: the current password is wrong.
            InvalidParameters: the new password is too weak.
        """
        account = await self._confirmed(identity, current, visitor)
        return await self._change_password(identity, await self._new_hash(new, account.email), revoke_keys, visitor)

    async def request_reset(self, email: str, visitor: Visitor) -> None:
        """E-mail a link that sets a new password, without revealing whether such an account exists.

        Raises:
            NotFound: the service sends no mail.
            TooManyAttempts: this address has sent too many reset requests.
        """
        if not self._mailer.works:
            raise NotFound("This service sends no mail. An administrator can create a link that sets a new password.")
        token = await self._make_reset(email, visitor)
        if token is not None:
            self._mailer.send(
                email,
                "A new password",
                "Somebody, probably you, has requested a new password. Set it within an hour at\n\n"
                f"{links.url(self._base_url, LinkKind.RESET, token)}\n\n"
                "If it was not you, ignore this message: your password does not change.\n",
            )

    async def reset_password(self, token: str, new: str, *, revoke_keys: bool, visitor: Visitor) -> None:
        """Set a new password with a link; every session and reset link ends. A second factor remains.

        Args:
            token: the token of the link.
            new: the new password.
            revoke_keys: whether all keys of the account end, too.
            visitor: the sender of the request.

        Raises:
            LinkSpent: the link is no longer valid.
            InvalidParameters: the password is too weak.
        """

        def owner(session: Session) -> Account:
            link = links.find(session, token, LinkKind.RESET)
            return session.scalars(select(Account).where(Account.id == link.account_id)).one()

        account = await self._database.read(owner)
        new_hash = await self._new_hash(new, account.email)
        await self._reset_password(account.id, token, new_hash, revoke_keys, visitor)

    async def begin_second_factor(self, identity: Identity, password: str, visitor: Visitor) -> Enrolment:
        """Create a secret for an authenticator app; a code from the app activates it.

        Raises:
            WrongCredentials: the password is wrong.
            Conflict: the account has a second factor already.
        """
        await self._confirmed(identity, password, visitor)

        def begin(session: Session) -> Enrolment:
            account = own_account(session, identity)
            if account.totp_secret:
                raise Conflict("This account already has a second factor.")
            secret = second_factor.new_secret()
            account.totp_pending = self._factor_secrets.seal(secret, account.id)
            return second_factor.enrolment(secret, account.email)

        return await self._database.write(begin)

    @unit_of_work
    def confirm_second_factor(
        self, work: UnitOfWork, identity: Identity, code: str, visitor: Visitor
    ) -> tuple[SignedIn, list[str]]:
        """Activate a second factor; returns a new session, which replaces all others, and recovery codes.

        Raises:
            Conflict: `begin_second_factor` was not called before.
            WrongCredentials: the code is wrong.
        """
        account = own_account(work.session, identity)
        if account.totp_pending is None:
            raise Conflict("There is no second factor to confirm. Set one up first.")
        secret = self._factor_secrets.open(account.totp_pending, account.id)
        step = second_factor.step_of(secret, code, datetime.now(UTC))
        if step is None:
            raise WrongCredentials("This code is wrong. Check that the clock of your device is right.")
        account.totp_secret, account.totp_pending, account.totp_step = account.totp_pending, None, step
        codes = second_factor.new_recovery_codes(work.session, account)
        begun = self._sessions.renew(work.session, account, visitor)
        work.record(Event.SECOND_FACTOR_ON, actor=account.id, subject=account.id, address=visitor.address)
        return begun, codes

    async def remove_second_factor(self, identity: Identity, password: str, visitor: Visitor) -> SignedIn:
        """Remove the second factor; returns a new session, which replaces all others.

        Raises:
            WrongCredentials: the password is wrong.
        """
        await self._confirmed(identity, password, visitor)
        return await self._remove_second_factor(identity, visitor)

    async def new_recovery_codes(self, identity: Identity, password: str, visitor: Visitor) -> list[str]:
        """Replace the recovery codes by new codes.

        Raises:
            WrongCredentials: the password is wrong.
            Conflict: the account has no second factor.
        """
        await self._confirmed(identity, password, visitor)
        return await self._replace_recovery_codes(identity, visitor)

    async def delete(self, identity: Identity, password: str, visitor: Visitor) -> None:
        """Delete the caller's account and everything that belongs to it.

        Raises:
            WrongCredentials: the password is wrong.
            Conflict: it is the last administrator's account.
        """
        await self._confirmed(identity, password, visitor)
        await self._delete(identity, visitor)

    @unit_of_work
    def _create(self, work: UnitOfWork, email: str, password_hash: str, token: str | None, visitor: Visitor) -> None:
        link = _sign_up_link(work.session, token, email) if token is not None else None
        account = new_account(work.session, email, password_hash, admin=link is not None and link.admin)
        if account is None:
            if link:
                raise Conflict("An account with this e-mail address already exists. Sign in, or reset its password.")
            return
        if link:
            used = (LinkRow.id == link.id) | (LinkRow.kind == LinkKind.SETUP)
            work.session.execute(delete(LinkRow).where(used))
        work.record(
            Event.ACCOUNT_MADE, actor=account.id, subject=account.id, address=visitor.address, admin=account.admin
        )

    @unit_of_work
    def _change_password(
        self, work: UnitOfWork, identity: Identity, password_hash: str, revoke_keys: bool, visitor: Visitor
    ) -> SignedIn:
        account = own_account(work.session, identity)
        _set_password(work, account, password_hash, revoke_keys=revoke_keys, by_link=False, visitor=visitor)
        return self._sessions.renew(work.session, account, visitor)

    @unit_of_work
    def _make_reset(self, work: UnitOfWork, email: str, visitor: Visitor) -> str | None:
        """A reset link's token; None if there is no such account, or it has an unused link."""
        session, now = work.session, datetime.now(UTC)
        count_request(session, "reset", visitor, now)
        account = session.scalars(select(Account).where(Account.email == email, ~Account.disabled)).one_or_none()
        if account is None:
            return None
        pending = select(LinkRow).where(
            LinkRow.account_id == account.id, LinkRow.kind == LinkKind.RESET, LinkRow.expires_at > now
        )
        # One unused link at a time, so that nobody can flood another person's mailbox.
        if session.scalars(pending).first():
            return None
        row, token = links.make(session, LinkKind.RESET, account=account.id)
        work.record(Event.LINK_MADE, subject=account.id, address=visitor.address, kind=row.kind)
        return token

    @unit_of_work
    def _reset_password(
        self,
        work: UnitOfWork,
        account_id: UUID,
        token: str,
        password_hash: str,
        revoke_keys: bool,
        visitor: Visitor,
    ) -> None:
        # Every transaction locks the account before its links, which prevents deadlocks.
        account = work.session.get(Account, account_id, with_for_update=True)
        links.find(work.session, token, LinkKind.RESET)
        assert account is not None  # deleting an account deletes its links
        _set_password(work, account, password_hash, revoke_keys=revoke_keys, by_link=True, visitor=visitor)
        end_all(work.session, account)

    @unit_of_work
    def _remove_second_factor(self, work: UnitOfWork, identity: Identity, visitor: Visitor) -> SignedIn:
        account = own_account(work.session, identity)
        second_factor.remove(work.session, account)
        work.record(Event.SECOND_FACTOR_OFF, actor=account.id, subject=account.id, address=visitor.address)
        return self._sessions.renew(work.session, account, visitor)

    @unit_of_work
    def _replace_recovery_codes(self, work: UnitOfWork, identity: Identity, visitor: Visitor) -> list[str]:
        account = own_account(work.session, identity)
        if account.totp_secret is None:
            raise Conflict("This account has no second factor.")
        work.record(Event.RECOVERY_CODES_MADE, actor=account.id, subject=account.id, address=visitor.address)
        return second_factor.new_recovery_codes(work.session, account)

    @unit_of_work
    def _delete(self, work: UnitOfWork, identity: Identity, visitor: Visitor) -> None:
        account = own_account(work.session, identity)
        delete_account(work.session, account)
        work.record(Event.ACCOUNT_DELETED, actor=account.id, subject=account.id, address=visitor.address)

    async def _confirmed(self, identity: Identity, password: str, visitor: Visitor) -> Account:
        """The caller's account, after checking the password again; a wrong password counts as a failed sign-in."""
        own = await self.own(identity)
        account, attempt = await self._sessions.check_password(own.email, password, visitor)
        await self._database.write(lambda session: mark_successful(session, attempt, datetime.now(UTC)))
        return account

    async def _new_hash(self, password: str, email: str) -> str:
        def check_and_hash() -> str:
            require_strong(password, email)
            return self._passwords.hash(password)

        return await self._passwords.off_loop(check_and_hash)


def _set_password(
    work: UnitOfWork, account: Account, password_hash: str, *, revoke_keys: bool, by_link: bool, visitor: Visitor
) -> None:
    account.password_hash = password_hash
    wrong_codes.forget_all(work.session, account.id)
    links.withdraw_resets(work.session, account.id)
    own, address = account.id, visitor.address
    work.record(Event.PASSWORD_CHANGED, actor=own, subject=own, address=address, by_link=by_link)
    if revoke_keys:
        work.session.execute(delete(KeyRow).where(KeyRow.account_id == account.id))
        work.record(Event.KEY_REVOKED, actor=own, subject=own, address=address, all_keys=True)


def _sign_up_link(session: Session, token: str, email: str) -> LinkRow:
    link = links.find(session, token, LinkKind.SETUP, LinkKind.INVITATION)
    if link.email not in (None, email):
        raise LinkSpent("This link is for another e-mail address.")
    if link.kind == LinkKind.SETUP and session.scalars(select(Account.id).limit(1)).first():
        raise LinkSpent("The service has already been set up.")
    return link
