"""Operations of the command line: create and reset accounts, verify the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from app.config.settings import ConfigurationError, Settings
from app.models.problems import Problem
from app.services.accounts import links, second_factor
from app.services.accounts.links import LinkKind
from app.services.accounts.passwords import Passwords, require_strong
from app.services.accounts.rows import new_account
from app.services.accounts.schemas import Email
from app.services.accounts.sessions import end_all
from app.services.database import audit
from app.services.database.audit import BrokenTrail, ChainHead, Event
from app.services.database.database import Database
from app.services.database.tables import Account
from app.services.database.unit_of_work import UnitOfWork

_BY = "command line"


def add_user(settings: Settings, email: str, password: str, *, admin: bool) -> Account:
    """Create an account.

    Raises:
        ConfigurationError: the e-mail address is invalid or taken, or the password is too weak.
    """
    email = _email(email)
    with _changing(settings) as work:
        require_strong(password, email)
        account = new_account(work.session, email, Passwords().hash(password), admin=admin)
        if account is None:
            raise ConfigurationError(f"an account {email} already exists.")
        work.record(Event.ACCOUNT_MADE, subject=account.id, admin=admin, by=_BY)
    return account


def users(settings: Settings) -> list[Account]:
    """All accounts, oldest first."""
    with _changing(settings) as work:
        return list(work.session.scalars(select(Account).order_by(Account.created_at, Account.id)))


def reset_user(settings: Settings, email: str, *, remove_second_factor: bool) -> str:
    """Create a one-time link that sets an account's password; the account's sessions end.

    Raises:
        ConfigurationError: there is no such account.
    """
    with _changing(settings) as work:
        account = work.session.scalars(select(Account).where(Account.email == _email(email))).one_or_none()
        if account is None:
            raise ConfigurationError(f"there is no account {email}.")
        end_all(work.session, account)
        if remove_second_factor:
            second_factor.remove(work.session, account)
            work.record(Event.SECOND_FACTOR_OFF, subject=account.id, by=_BY)
        _, token = links.make(work.session, LinkKind.RESET, account=account.id)
        work.record(Event.LINK_MADE, subject=account.id, kind=LinkKind.RESET.value, by=_BY)
    return links.url(settings.base_url, LinkKind.RESET, token)


def verify_audit(settings: Settings, earlier: str | None) -> ChainHead:
    """Check the audit trail, and that it continues from an earlier head if one is given; returns its head.

    Raises:
        ConfigurationError: the trail is broken, or `earlier` is not a head.
    """
    number, _, digest = (earlier or "0:").partition(":")
    if not number.isdecimal():
        raise ConfigurationError(f"--head {earlier}: a head has the form number:hash, as this command prints it.")
    with _changing(settings) as work:
        try:
            return audit.verify(work.session, ChainHead(int(number), digest) if earlier else None)
        except BrokenTrail as error:
            raise ConfigurationError(f"the audit trail is broken: {error}.") from error


def _email(text: str) -> str:
    try:
        email: str = TypeAdapter(Email).validate_python(text)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"{text!r} is not an e-mail address: {reason}") from error
    return email


@contextmanager
def _changing(settings: Settings) -> Iterator[UnitOfWork]:
    database = Database.open(settings)
    try:
        with database.changing() as work:
            yield work
    except Problem as problem:
        raise ConfigurationError(problem.detail) from problem
    finally:
        database.close()
