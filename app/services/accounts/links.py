"""One-time links: to set up the service, to sign up, to set a new password.

The token is in the URL's fragment (after `#`), which browsers do not send to servers: it appears in no log and no
`Referer`. The page sends it in the body of a request.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.problems import LinkSpent
from app.services.database.tables import LinkRow
from app.services.database.tokens import hashed, new_token


class LinkKind(StrEnum):
    """Purpose of a link."""

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
    """Create a link; returns its row and its token, of which only the hash is stored."""
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
    """The link with this token, locked; the caller deletes it after use.

    Raises:
        LinkSpent: the link was used, has expired, or never existed.
    """
    query = select(LinkRow).where(LinkRow.token_hash == hashed(token)).with_for_update()
    row = session.scalars(query).one_or_none()
    if row is None or row.kind not in kinds or row.expires_at <= datetime.now(UTC):
        raise LinkSpent(LinkSpent.example)
    return row


def withdraw_resets(session: Session, account: UUID) -> None:
    """Delete the links that set an account's password."""
    session.execute(delete(LinkRow).where(LinkRow.account_id == account, LinkRow.kind == LinkKind.RESET.value))


def url(base_url: str, kind: LinkKind, token: str) -> str:
    """The URL of a link."""
    return f"{base_url}/sign-in#{kind.value}={token}"
