"""What an operator does on the command line: accounts without anyone signed in, and the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.settings import ConfigurationError, Settings
from app.models.problems import Problem
from app.services.accounts import links, second_factor
from app.services.accounts.links import LinkKind
from app.services.accounts.passwords import Passwords, refuse_weak
from app.services.accounts.schemas import Email
from app.services.accounts.self_service import new_account
from app.services.accounts.sessions import end_all
from app.services.database import audit
from app.services.database.audit import BrokenTrail, ChainHead, Event, append
from app.services.database.database import Database
from app.services.database.tables import Account


def add_user(settings: Settings, email: str, password: str, *, admin: bool) -> Account:
    """Make an account.

    Raises:
        ConfigurationError: the e-mail or the password is no good, or there is such an account.
    """
    email = _email(email)
    with _writing(settings) as session:
        refuse_weak(password, email)
        account = new_account(session, email, Passwords().hash(password), admin=admin)
        if account is None:
            raise ConfigurationError(f"there is an account {email} already.")
        append(session, Event.ACCOUNT_MADE, subject=account.id, admin=admin, by="command line")
    return account


def users(settings: Settings) -> list[Account]:
    """All accounts, the oldest first."""
    with _writing(settings) as session:
        return list(session.scalars(select(Account).order_by(Account.created_at, Account.id)))


def reset_user(settings: Settings, email: str, *, remove_second_factor: bool) -> str:
    """A one-time link that sets an account's password; the account's sessions end.

    Raises:
        ConfigurationError: there is no such account.
    """
    with _writing(settings) as session:
        account = session.scalars(select(Account).where(Account.email == _email(email))).one_or_none()
        if account is None:
            raise ConfigurationError(f"there is no account {email}.")
        end_all(session, account)
        if remove_second_factor:
            second_factor.remove(session, account)
            append(session, Event.SECOND_FACTOR_OFF, subject=account.id, by="command line")
        _, token = links.make(session, LinkKind.RESET, account=account.id)
        append(session, Event.LINK_MADE, subject=account.id, kind=LinkKind.RESET.value, by="command line")
    return links.address(settings, LinkKind.RESET, token)


def verify_audit(settings: Settings, kept: str | None) -> ChainHead:
    """Go through the audit trail; gives its head.

    Raises:
        ConfigurationError: the trail is broken, or the head to hold it against is none.
    """
    number, _, digest = (kept or "0:").partition(":")
    if not number.isdecimal():
        raise ConfigurationError(f"--head {kept}: a head is written as number:hash, as this command prints it.")
    with _writing(settings) as session:
        try:
            return audit.verify(session, ChainHead(int(number), digest) if kept else None)
        except BrokenTrail as error:
            raise ConfigurationError(f"the audit trail is broken: {error}.") from error


def _email(text: str) -> str:
    try:
        email: str = TypeAdapter(Email).validate_python(text)
    except ValidationError as error:
        raise ConfigurationError(f"{text!r} is no e-mail address: {error.errors()[0]['msg']}") from error
    return email


@contextmanager
def _writing(settings: Settings) -> Iterator[Session]:
    database = Database.open(settings)
    try:
        with database.writing() as session:
            yield session
    except Problem as problem:
        raise ConfigurationError(problem.detail) from problem
    finally:
        database.close()
