"""Signing in and out: sessions of browsers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.models.identity import Identity, Visitor
from app.models.problems import NotFound, SignInRequired, WrongCredentials
from app.services.accounts import second_factor
from app.services.accounts.authenticator import select_session
from app.services.accounts.passwords import Passwords
from app.services.database.audit import Event, append
from app.services.database.database import Database
from app.services.database.tables import Account, SessionRow
from app.services.database.tokens import hashed, is_token, new_token
from app.services.throttling.sign_in import (
    Attempt,
    attempt_of,
    count_attempt,
    mark_successful,
    remember_browser,
)

# Between the password and the second factor.
_PATIENCE = timedelta(minutes=10)
_WRONG_CODES = 3
_MOST_PER_ACCOUNT = 50
_USER_AGENT_LENGTH = 200


@dataclass(frozen=True)
class SignedIn:
    """A session that was just begun, with what its browser is given.

    Attributes:
        account: whose it is.
        row: the session.
        token: the session's, known here and now alone.
        device: by which the browser is known when it signs in again; only where the session is complete.
    """

    account: Account
    row: SessionRow
    token: str
    device: str | None


class Sessions:
    """Begins, lists and ends sessions. A token is never taken over from a request: each is made here."""

    def __init__(self, settings: Settings, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)

    async def sign_in(self, email: str, password: str, visitor: Visitor, earlier: str) -> SignedIn:
        """Begin a session; it is complete unless the account has a second factor.

        Args:
            email: the account's.
            password: the account's.
            visitor: who asks.
            earlier: the token of the session that the browser has had so far, which ends.

        Raises:
            WrongCredentials: there is no such account, or it has another password.
            TooManyAttempts: too many were wrong of late.
        """
        account, attempt = await self.check_password(email, password, visitor)

        def begin(session: Session) -> SignedIn:
            now = datetime.now(UTC)
            session.execute(
                delete(SessionRow).where((SessionRow.token_hash == hashed(earlier)) | (SessionRow.expires_at <= now))
            )
            # It may have been closed, or its password changed, since that was checked.
            current = session.get(Account, account.id, with_for_update=True)
            if current is None or current.disabled or current.password_hash != account.password_hash:
                raise WrongCredentials(WrongCredentials.example)
            if current.totp_secret:
                return self._begin(session, current, visitor, complete=False)
            return self._complete(session, current, visitor, attempt)

        return await self._database.write(begin)

    async def show_second_factor(self, token: str, code: str, visitor: Visitor) -> SignedIn:
        """Complete a session, which gets a new token.

        Raises:
            SignInRequired: no password was given before, or too long ago, or too many codes were wrong.
            WrongCredentials: the code is wrong.
        """

        def show(session: Session) -> SignedIn | WrongCredentials:
            now = datetime.now(UTC)
            found = session.execute(select_session(token, now, self._idle).with_for_update()).one_or_none()
            if not is_token(token) or found is None or found[0].complete:
                raise SignInRequired("The password comes first, and the code within ten minutes of it.")
            row, account = found
            if second_factor.spend(session, account, code, now):
                session.delete(row)
                attempt = attempt_of(session, account.email, visitor)
                return self._complete(session, account, visitor, attempt)
            row.failures += 1
            if row.failures >= _WRONG_CODES:
                session.delete(row)
            append(session, Event.SIGN_IN_FAILED, subject=account.id, address=visitor.address, reason="second factor")
            return WrongCredentials("This code is wrong, was used already, or has run out.")

        shown = await self._database.write(show)
        # Raised here, since a wrong code has to be counted.
        if isinstance(shown, WrongCredentials):
            raise shown
        return shown

    async def check_password(self, email: str, password: str, visitor: Visitor) -> tuple[Account, Attempt]:
        """The account of an e-mail and a password.

        Whether an account is there or not, the same steps are taken, so that neither answer nor time tells.

        Raises:
            WrongCredentials: there is none.
            TooManyAttempts: too many were wrong of late.
        """

        def find(session: Session) -> tuple[Account | None, Attempt]:
            attempt = count_attempt(session, email, visitor, datetime.now(UTC))
            return session.scalars(select(Account).where(Account.email == email)).one_or_none(), attempt

        account, attempt = await self._database.write(find)
        right = await self._passwords.off_loop(
            lambda: self._passwords.matches(password, account.password_hash if account else None)
        )
        if account is None or not right or account.disabled:
            subject = account.id if account else None
            await self._database.write(
                lambda session: append(
                    session, Event.SIGN_IN_FAILED, subject=subject, address=visitor.address, reason="password"
                )
            )
            raise WrongCredentials(WrongCredentials.example)
        return account, attempt

    async def of(self, identity: Identity) -> list[SessionRow]:
        """An account's sessions, the latest first."""
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
        """The account that is signed in, and its session.

        Raises:
            SignInRequired: it has ended since the request was let in.
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

    async def end(self, identity: Identity, row: UUID, visitor: Visitor) -> None:
        """End a session of one's own.

        Raises:
            NotFound: there is none of that id, or it is another's.
        """

        def end(session: Session) -> None:
            own = delete(SessionRow).where(SessionRow.id == row, SessionRow.account_id == identity.account)
            if session.connection().execute(own).rowcount == 0:
                raise NotFound("There is no such session.")
            event = Event.SIGNED_OUT if row == identity.credential else Event.SESSION_ENDED
            append(session, event, actor=identity.account, subject=row, address=visitor.address)

        await self._database.write(end)

    async def end_others(self, identity: Identity, visitor: Visitor) -> None:
        """End every session of one's own but the present one."""

        def end(session: Session) -> None:
            session.execute(
                delete(SessionRow).where(
                    SessionRow.account_id == identity.account, SessionRow.id != identity.credential
                )
            )
            append(session, Event.SESSION_ENDED, actor=identity.account, address=visitor.address, all_others=True)

        await self._database.write(end)

    def renew(self, session: Session, account: Account, visitor: Visitor) -> SignedIn:
        """End every session of an account, and begin one: what a change of rights asks for."""
        end_all(session, account)
        return self._begin(session, account, visitor, complete=True)

    def _complete(self, session: Session, account: Account, visitor: Visitor, attempt: Attempt) -> SignedIn:
        device = visitor.device if is_token(visitor.device) else new_token()
        mark_successful(session, attempt, datetime.now(UTC))
        remember_browser(session, account.email, device, datetime.now(UTC))
        begun = self._begin(session, account, visitor, complete=True)
        append(session, Event.SIGNED_IN, actor=account.id, address=visitor.address)
        return SignedIn(account, begun.row, begun.token, device)

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
            expires_at=now + (self._longest if complete else _PATIENCE),
        )
        session.add(row)
        session.flush()
        kept = (
            select(SessionRow.id)
            .where(SessionRow.account_id == account.id)
            .order_by(SessionRow.created_at.desc())
            .limit(_MOST_PER_ACCOUNT)
        )
        session.execute(
            delete(SessionRow).where(SessionRow.account_id == account.id, SessionRow.id.not_in(kept)),
            execution_options={"synchronize_session": False},
        )
        return SignedIn(account, row, token, None)


def end_all(session: Session, account: Account) -> None:
    """End every session of an account."""
    session.execute(delete(SessionRow).where(SessionRow.account_id == account.id))
