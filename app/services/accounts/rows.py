"""The rows of accounts: make one, lock one, delete one."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models.identity import Identity
from app.models.problems import Conflict, SignInRequired
from app.services.database.tables import Account


def new_account(session: Session, email: str, password_hash: str | None, *, admin: bool) -> Account | None:
    """Create an account; None if one with this e-mail address exists."""
    account = Account(email=email, password_hash=password_hash, admin=admin, created_at=datetime.now(UTC))
    try:
        with session.begin_nested():
            session.add(account)
            session.flush()
    except IntegrityError:
        return None
    return account


def delete_account(session: Session, account: Account) -> None:
    """Delete an account and everything that belongs to it.

    Raises:
        Conflict: it is the last administrator's account.
    """
    require_another_administrator(session, account)
    session.delete(account)
    session.flush()


def require_another_administrator(session: Session, account: Account) -> None:
    """Check that this account is not the only enabled administrator's.

    Raises:
        Conflict: it is the only one.
    """
    admins = select(Account.id).where(Account.admin, ~Account.disabled).order_by(Account.id).with_for_update()
    if list(session.scalars(admins)) == [account.id]:
        raise Conflict(Conflict.example)


def own_account(session: Session, identity: Identity) -> Account:
    """The caller's account, locked.

    Raises:
        SignInRequired: the account was deleted after the request was authenticated.
    """
    account = session.get(Account, identity.account, with_for_update=True)
    if account is None:
        raise SignInRequired(SignInRequired.example)
    return account
