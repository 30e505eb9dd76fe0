"""Browser sessions: sign in, sign out, list."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.identity import Identity, Visitor
from app.models.problems import NotFound, SignInRequired, WrongCredentials
from app.services.accounts import second_factor, wrong_codes
from app.services.accounts.authenticator import select_session
from app.services.accounts.factor_secrets import FactorSecrets
from app.services.accounts.mail import Mailer
from app.services.accounts.passwords import Passwords
from app.services.database.audit import Event
from app.services.database.database import Database
from app.services.database.tables import Account, SessionRow, WrongCodeRow
from app.services.database.tokens import hashed, is_token, new_token
from app.services.database.unit_of_work import UnitOfWork, unit_of_work
from app.services.throttling.sign_in import (
    Attempt,
    attempt_of,
    count_attempt,
    mark_successful,
    remember_browser,
)

# Time between the password and the second factor.
_SECOND_FACTOR_WITHIN = timedelta(minutes=10)
_WRONG_CODES = 3
# Of complete sessions, and of incomplete ones: those need only the password, and must not end the owner's sessions.
_MOST_PER_ACCOUNT = 50
_USER_AGENT_LENGTH = 200


@dataclass(frozen=True)
class SignedIn:
    """A new session, with the cookies for its browser.

    Attributes:
        account: the session's account.
        row: the session.
        token: the session's token, of which only the hash is stored.
        device: the token that identifies the browser at its next sign-in; None if the session is incomplete.
    """

    account: Account
    row: SessionRow
    token: str
    device: str | None


class Sessions:
    """Begins, lists and ends sessions. Tokens are generated here and never adopted from a request.

    Args:
        idle: a session that is not used for this long ends.
        longest: every session ends after this time.
    """

    def __init__(
        self,
        *,
        database: Database,
        passwords: Passwords,
        factor_secrets: FactorSecrets,
        mailer: Mailer,
        base_url: str,
        idle: timedelta,
        longest: timedelta,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._factor_secrets = factor_secrets
        self._mailer = mailer
        self._base_url = base_url
        self._idle = idle
        self._longest = longest

    async def sign_in(self, email: str, password: str, visitor: Visitor, earlier: str) -> SignedIn:
        """Begin a session; it is complete unless the account has a second factor.

        Args:
            email: the account's e-mail address.
            password: the account's password.
            visitor: the sender of the request.
            earlier: the token of the browser's current session, which ends.

        Raises:
            WrongCredentials: there is no such account, or the password is wrong.
            TooManyAttempts: too many recent attempts have failed.
        """
        account, attempt = await self.check_password(email, password, visitor)
        return await self._sign_in(account, visitor, earlier, attempt)

    async def show_second_factor(self, token: str, code: str, visitor: Visitor) -> SignedIn:
        """Complete a session with a code; the session gets a new token. The owner gets a mail about wrong codes.

        Raises:
            SignInRequired: no session waits for a code: none was begun, it expired, or too many codes were wrong.
            WrongCredentials: the code is wrong.
            DatabaseUnavailable: the account's second factor cannot be decrypted.
        """
        begun, warned = await self._spend_code(token, code, visitor)
        if warned and self._mailer.works:
            self._mailer.send(warned.email, wrong_codes.SUBJECT, wrong_codes.text(self._base_url))
        # Raised after the transaction, which has to count the wrong code.
        if begun is None:
            raise WrongCredentials("This code is wrong, was used already, or has expired.")
        return begun

    async def check_password(self, email: str, password: str, visitor: Visitor) -> tuple[Account, Attempt]:
        """The account with this e-mail address and password.

        The steps are the same whether the account exists or not, so that neither response nor time reveals it.

        Raises:
            WrongCredentials: there is no such account, it is disabled, or the password is wrong.
            TooManyAttempts: too many recent attempts have failed.
        """

        def find(session: Session) -> tuple[Account | None, Attempt]:
            attempt = count_attempt(session, email, visitor, datetime.now(UTC))
            return session.scalars(select(Account).where(Account.email == email)).one_or_none(), attempt

        account, attempt = await self._database.write(find)
        right = await self._passwords.off_loop(
            lambda: self._passwords.matches(password, account.password_hash if account else None)
        )
        if account is None or not right or account.disabled:
            await self._record_failure(account.id if account else None, visitor)
            raise WrongCredentials(WrongCredentials.example)
        return account, attempt

    async def of(self, identity: Identity) -> list[SessionRow]:
        """An account's usable sessions, most recently used first."""
        now = datetime.now(UTC)
        query = (
            select(SessionRow)
            .where(
                SessionRow.account_id == identity.account,
                SessionRow.complete,
                SessionRow.expires_at > now,
                SessionRow.used_at > now - self._idle,
            )
            .order_by(SessionRow.used_at.desc())
        )
        return await self._database.read(lambda session: list(session.scalars(query)))

    async def current(self, identity: Identity) -> tuple[Account, SessionRow]:
        """The caller's account and current session.

        Raises:
            SignInRequired: the session ended after the request was authenticated.
        """
        query = (
            select(Account, SessionRow)
            .join(Account, SessionRow.account_id == Account.id)
            .where(SessionRow.id == identity.credential)
        )

        def find(session: Session) -> tuple[Account, SessionRow]:
            found = session.execute(query).one_or_none()
            if found is None:
                raise SignInRequired(SignInRequired.example)
            return found[0], found[1]

        return await self._database.read(find)

    @unit_of_work
    def end(self, work: UnitOfWork, identity: Identity, row: UUID, visitor: Visitor) -> None:
        """End one of the caller's sessions.

        Raises:
            NotFound: there is no session with this id, or it belongs to another account.
        """
        own = delete(SessionRow).where(SessionRow.id == row, SessionRow.account_id == identity.account)
        if work.session.connection().execute(own).rowcount == 0:
            raise NotFound("There is no such session.")
        event = Event.SIGNED_OUT if row == identity.credential else Event.SESSION_ENDED
        work.record(event, actor=identity.account, subject=row, address=visitor.address)

    @unit_of_work
    def end_others(self, work: UnitOfWork, identity: Identity, visitor: Visitor) -> None:
        """End all of the caller's sessions except the current one."""
        others = (SessionRow.account_id == identity.account, SessionRow.id != identity.credential)
        work.session.execute(delete(SessionRow).where(*others))
        work.record(Event.SESSION_ENDED, actor=identity.account, address=visitor.address, all_others=True)

    async def wrong_codes(self, identity: Identity) -> list[WrongCodeRow]:
        """Wrong codes of the account's second factor in sign-ins that were not completed, latest first."""
        return await self._database.read(lambda session: wrong_codes.of(session, identity.account))

    async def dismiss_wrong_codes(self, identity: Identity) -> None:
        """Delete the list of wrong codes."""
        await self._database.write(lambda session: wrong_codes.forget_all(session, identity.account))

    def renew(self, session: Session, account: Account, visitor: Visitor) -> SignedIn:
        """End every session of an account and begin a new one, as after a change of password or rights."""
        end_all(session, account)
        return self._begin(session, account, visitor, complete=True)

    @unit_of_work
    def _sign_in(
        self, work: UnitOfWork, account: Account, visitor: Visitor, earlier: str, attempt: Attempt
    ) -> SignedIn:
        session, now = work.session, datetime.now(UTC)
        session.execute(
            delete(SessionRow).where((SessionRow.token_hash == hashed(earlier)) | (SessionRow.expires_at <= now))
        )
        # The account may have been disabled or its password changed after the password was checked.
        current = session.get(Account, account.id, with_for_update=True)
        if current is None or current.disabled or current.password_hash != account.password_hash:
            raise WrongCredentials(WrongCredentials.example)
        if current.totp_secret:
            return self._begin(session, current, visitor, complete=False)
        return self._complete(work, current, visitor, attempt)

    @unit_of_work
    def _spend_code(
        self, work: UnitOfWork, token: str, code: str, visitor: Visitor
    ) -> tuple[SignedIn | None, Account | None]:
        """The completed session, None if the code is wrong; and the account whose owner gets a mail about that."""
        session, now = work.session, datetime.now(UTC)
        found = session.execute(select_session(token, now, self._idle).with_for_update()).one_or_none()
        if not is_token(token) or found is None or found[0].complete:
            raise SignInRequired("Sign in with the password first, and enter the code within ten minutes.")
        row, account = found
        if second_factor.spend(session, account, code, now, self._factor_secrets):
            session.delete(row)
            wrong_codes.forget_those_of(session, row)
            return self._complete(work, account, visitor, attempt_of(session, account.email, visitor)), None
        row.failures += 1
        if row.failures >= _WRONG_CODES:
            session.delete(row)
        work.record(Event.SIGN_IN_FAILED, subject=account.id, address=visitor.address, reason="second factor")
        return None, account if wrong_codes.note(session, row, visitor.address, now) else None

    @unit_of_work
    def _record_failure(self, work: UnitOfWork, account: UUID | None, visitor: Visitor) -> None:
        work.record(Event.SIGN_IN_FAILED, subject=account, address=visitor.address, reason="password")

    def _complete(self, work: UnitOfWork, account: Account, visitor: Visitor, attempt: Attempt) -> SignedIn:
        device = visitor.device if is_token(visitor.device) else new_token()
        mark_successful(work.session, attempt, datetime.now(UTC))
        remember_browser(work.session, account.email, device, datetime.now(UTC))
        begun = self._begin(work.session, account, visitor, complete=True)
        work.record(Event.SIGNED_IN, actor=account.id, address=visitor.address)
        return replace(begun, device=device)

    def _begin(self, session: Session, account: Account, visitor: Visitor, *, complete: bool) -> SignedIn:
        now = datetime.now(UTC)
        token = new_token()
        row = SessionRow(
            account_id=account.id,
            token_hash=hashed(token),
            complete=complete,
            address=visitor.address,
            user_agent=visitor.user_agent[:_USER_AGENT_LENGTH],
            created_at=now,
            used_at=now,
            expires_at=now + (self._longest if complete else _SECOND_FACTOR_WITHIN),
        )
        session.add(row)
        session.flush()
        alike = (SessionRow.account_id == account.id, SessionRow.complete == complete)
        kept = select(SessionRow.id).where(*alike).order_by(SessionRow.created_at.desc()).limit(_MOST_PER_ACCOUNT)
        session.execute(
            delete(SessionRow).where(*alike, SessionRow.id.not_in(kept)),
            execution_options={"synchronize_session": False},
        )
        return SignedIn(account, row, token, device=None)


def end_all(session: Session, account: Account) -> None:
    """End every session of an account."""
    session.execute(delete(SessionRow).where(SessionRow.account_id == account.id))
