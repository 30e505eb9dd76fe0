"""One-time links: to set the service up, to sign up, to set a password anew.

A link's token stands behind the `#`, which browsers send to nobody: it is in no log, and no other site learns it.
The page there sends it in a request's body.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.models.problems import LinkSpent
from app.services.database.tables import LinkRow
from app.services.database.tokens import hashed, new_token


class LinkKind(StrEnum):
    """What a link is for."""

    SETUP = "setup"
    INVITATION = "invitation"
    RESET = "reset"


_GOOD_FOR = {
    LinkKind.SETUP: timedelta(days=1),
    LinkKind.INVITATION: timedelta(days=7),
    LinkKind.RESET: timedelta(hours=1),
}


def make(
    session: Session,
    kind: LinkKind,
    *,
    account: UUID | None = None,
    email: str | None = None,
    admin: bool = False,
) -> tuple[LinkRow, str]:
    """Make a link; gives its row and its token, which is known here and now alone."""
    now = datetime.now(UTC)
    session.execute(delete(LinkRow).where(LinkRow.expires_at <= now))
    token = new_token()
    row = LinkRow(
        kind=kind.value,
        token_hash=hashed(token),
        account_id=account,
        email=email,
        admin=admin,
        created_at=now,
        expires_at=now + _GOOD_FOR[kind],
    )
    session.add(row)
    session.flush()
    return row, token


def find(session: Session, token: str, *kinds: LinkKind) -> LinkRow:
    """The link of a token, locked; whoever uses it deletes it.

    Raises:
        LinkSpent: it was used, has run out, or never was.
    """
    query = select(LinkRow).where(LinkRow.token_hash == hashed(token)).with_for_update()
    row = session.scalars(query).one_or_none()
    if row is None or row.kind not in kinds or row.expires_at <= datetime.now(UTC):
        raise LinkSpent(LinkSpent.example)
    return row


def withdraw_resets(session: Session, account: UUID) -> None:
    """Make every link worthless that sets an account's password."""
    session.execute(delete(LinkRow).where(LinkRow.account_id == account, LinkRow.kind == LinkKind.RESET.value))


def address(settings: Settings, kind: LinkKind, token: str) -> str:
    """A link as a person follows it."""
    return f"{settings.base_url}/sign-in#{kind.value}={token}"
