"""The audit trail: what was done, by whom, when; each entry chained to the one before by its hash.

An entry's hash covers its content and the hash before, so that changing, removing or inserting one breaks the chain
from there on. One row, the head, has the last entry's number and hash: writers lock it, which gives them their order
in any number of processes, and it shows when entries at the end are gone. Whoever may write to the database can make
all of it anew, head included: `python -m app audit verify` therefore prints the head, to be kept elsewhere, and takes
an older one to hold the trail against.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.services.database.tables import AuditHead, AuditRow

_HEAD = 1
_ROWS_AT_A_TIME = 1000


class Event(StrEnum):
    """What an entry is about."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGNED_OUT = "signed-out"
    SESSION_ENDED = "session-ended"
    ACCOUNT_MADE = "account-made"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_DELETED = "account-deleted"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105
    SECOND_FACTOR_ON = "second-factor-on"
    SECOND_FACTOR_OFF = "second-factor-off"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    LINK_MADE = "link-made"
    LINK_WITHDRAWN = "link-withdrawn"
    KEY_MADE = "key-made"
    KEY_REVOKED = "key-revoked"
    HISTORY_EXPORTED = "history-exported"
    HISTORY_DELETED = "history-deleted"
    FEEDBACK_GIVEN = "feedback-given"
    FEEDBACK_EXPORTED = "feedback-exported"
    SETTINGS_CHANGED = "settings-changed"


@dataclass(frozen=True)
class ChainHead:
    """The last entry's number and hash; written as `12:3f…`."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


class BrokenTrail(Exception):
    """The trail is not what was written; the message says where."""


def append(
    session: Session,
    event: Event,
    *,
    actor: UUID | None = None,
    subject: UUID | None = None,
    address: str | None = None,
    **details: str | bool | list[str],
) -> None:
    """Add an entry, at the end of the transaction that does what it tells of: other writers wait from here on."""
    session.flush()
    head = _locked_head(session)
    row = AuditRow(
        sequence=head.sequence + 1,
        at=datetime.now(UTC),
        event=event.value,
        actor=actor,
        subject=str(subject) if subject else None,
        address=address,
        details=json.dumps(details, sort_keys=True),
    )
    row.hash = _hash(row, head.hash)
    head.sequence, head.hash = row.sequence, row.hash
    session.add(row)
    session.flush()


def note_settings(session: Session, settings: Settings) -> None:
    """Have it in the trail that the service starts with other settings than the last time, and which they are.

    Of a secret it says whether it is set, and neither what it is nor that it is another one.
    """
    values = settings.model_dump(mode="json")
    now = sorted(f"{name.upper()}={json.dumps(value)}" for name, value in values.items())
    # Processes that start together take turns, so that one alone notes it.
    _locked_head(session)
    entries = select(AuditRow.details).where(AuditRow.event == Event.SETTINGS_CHANGED.value)
    last = session.scalars(entries.order_by(AuditRow.sequence.desc()).limit(1)).one_or_none()
    before = json.loads(last)["settings"] if last else []
    if now != before:
        append(session, Event.SETTINGS_CHANGED, settings=now, changed=sorted(set(now) - set(before)) if before else [])


def verify(session: Session, kept: ChainHead | None = None) -> ChainHead:
    """Go through the whole trail; gives its head.

    Args:
        session: a reading one.
        kept: an earlier head, kept elsewhere.

    Raises:
        BrokenTrail: an entry was changed, removed or put in.
    """
    last = ChainHead(0, "")
    rows = session.scalars(select(AuditRow).order_by(AuditRow.sequence).execution_options(yield_per=_ROWS_AT_A_TIME))
    for row in rows:
        if row.sequence != last.sequence + 1:
            raise BrokenTrail(f"entry {last.sequence + 1} is missing")
        if row.hash != _hash(row, last.hash):
            raise BrokenTrail(f"entry {row.sequence}, or the one before it, was changed")
        last = ChainHead(row.sequence, row.hash)
        if kept and kept.sequence == last.sequence and kept != last:
            raise BrokenTrail(f"entry {row.sequence} is not the one that was there when its head was kept")
        session.expunge(row)
    head = session.scalars(select(AuditHead).where(AuditHead.id == _HEAD)).one_or_none()
    if head is None or ChainHead(head.sequence, head.hash) != last:
        raise BrokenTrail(f"entries after {last.sequence} are missing, or the head was changed")
    if kept and kept.sequence > last.sequence:
        raise BrokenTrail(f"entries after {last.sequence} are missing: there were {kept.sequence}")
    return last


def _locked_head(session: Session) -> AuditHead:
    return session.scalars(select(AuditHead).where(AuditHead.id == _HEAD).with_for_update()).one()


def _hash(row: AuditRow, before: str) -> str:
    content = [
        before,
        row.sequence,
        row.at.isoformat(),
        row.event,
        str(row.actor) if row.actor else None,
        row.subject,
        row.address,
        row.details,
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
