"""Wrong codes of the second factor, for the account's owner: who enters them knows the password.

Wrong codes of a sign-in that is completed in the end are the owner's own, and are not reported.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.services.database.tables import SessionRow, WrongCodeRow

# Fewer may be a slip of the owner, who sees them on the account page.
_MAILED_FROM = 3
_MAILED_EVERY = timedelta(days=1)
_MOST_PER_ACCOUNT = 100

SUBJECT = "Wrong codes at your account"


def note(session: Session, begun: SessionRow, address: str, now: datetime) -> bool:
    """Store a wrong code; returns whether to send the owner a mail now, at most one a day."""
    row = WrongCodeRow(account_id=begun.account_id, session_id=begun.id, at=now, address=address, mailed=False)
    session.add(row)
    found = of(session, begun.account_id)
    # The marks of mails stay.
    for old in found[_MOST_PER_ACCOUNT:]:
        if not old.mailed:
            session.delete(old)
    row.mailed = len(found) >= _MAILED_FROM and not any(
        each.mailed and abs(now - each.at) < _MAILED_EVERY for each in found
    )
    return row.mailed


def of(session: Session, account: UUID | None) -> list[WrongCodeRow]:
    """The wrong codes of an account, latest first."""
    rows = select(WrongCodeRow).where(WrongCodeRow.account_id == account)
    return list(session.scalars(rows.order_by(WrongCodeRow.at.desc())))


def forget_those_of(session: Session, completed: SessionRow) -> None:
    """Delete the wrong codes of a sign-in that has been completed."""
    session.execute(delete(WrongCodeRow).where(WrongCodeRow.session_id == completed.id))


def forget_all(session: Session, account: UUID | None) -> None:
    """Delete the wrong codes of an account: the owner knows of them, or the password is new."""
    session.execute(delete(WrongCodeRow).where(WrongCodeRow.account_id == account))


def text(base_url: str) -> str:
    """The mail to the owner."""
    return (
        "Somebody signed in with the password of your account and then entered wrong codes of the second factor. "
        "Nobody gets in without a right code.\n\n"
        "If it was not you, somebody knows your password. When and from which addresses the codes came, and a form to "
        f"change the password, are at\n\n{base_url}/account\n"
    )
