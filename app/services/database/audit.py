"""The audit trail: who did what and when, as a hash chain.

An entry's hash covers its content and the hash of the previous entry, so changing, removing or inserting an entry
breaks the chain from there on. One row, the head, stores the number and hash of the last entry: writers lock it, which
orders them across processes, and it reveals that entries at the end are missing. Anyone who can write to the database
could rebuild the whole chain, head included. `python -m app audit verify` therefore prints the head, to be stored
elsewhere, and compares the trail with an earlier head.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """What an entry reports."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGNED_OUT = "signed-out"
    SESSION_ENDED = "session-ended"
    ACCOUNT_MADE = "account-made"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_DELETED = "account-deleted"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  # pragma: allowlist secret
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
    MODELS_CHANGED = "models-changed"
    SETTINGS_CHANGED = "settings-changed"
    BACKUP_MADE = "backup-made"
    BACKUP_RESTORED = "backup-restored"


# A value among an entry's details.
Detail = str | bool | list[str]


@dataclass(frozen=True)
class Entry:
    """An entry to append.

    Attributes:
        actor: the account that acts; None without an account, as on the command line.
        subject: the account or object that the event concerns.
        address: the network address of the request.
        details: more values, stored as JSON.
    """

    event: Event
    actor: UUID | None = None
    subject: UUID | None = None
    address: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True)
class ChainHead:
    """Number and hash of the last entry, written as `12:3f…`."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


class BrokenTrail(Exception):
    """The trail was tampered with; the message gives the place."""


def append(session: Session, entry: Entry) -> None:
    """Append an entry. It locks the head until the transaction ends, so append at the end of the transaction."""
    session.flush()
    head = locked_head(session)
    row = AuditRow(
        sequence=head.sequence + 1,
        at=datetime.now(UTC),
        event=entry.event.value,
        actor=entry.actor,
        subject=str(entry.subject) if entry.subject else None,
        address=entry.address,
        details=json.dumps(dict(entry.details), sort_keys=True),
    )
    row.hash = _hash(row, head.hash)
    head.sequence, head.hash = row.sequence, row.hash
    session.add(row)
    session.flush()


def note_settings(session: Session, settings: Settings) -> None:
    """Append an entry if the service starts with different settings than last time.

    For a secret, the entry shows only whether it is set, not its value and not whether the value has changed.
    """
    values = settings.model_dump(mode="json")
    now = sorted(f"{name.upper()}={json.dumps(value)}" for name, value in values.items())
    # Processes that start together take turns, so that only one appends the entry.
    locked_head(session)
    entries = select(AuditRow.details).where(AuditRow.event == Event.SETTINGS_CHANGED.value)
    last = session.scalars(entries.order_by(AuditRow.sequence.desc()).limit(1)).one_or_none()
    before = json.loads(last)["settings"] if last else []
    if now != before:
        changed = sorted(set(now) - set(before)) if before else []
        append(session, Entry(Event.SETTINGS_CHANGED, details={"settings": now, "changed": changed}))


def verify(session: Session, earlier: ChainHead | None = None) -> ChainHead:
    """Check the whole trail and return its head.

    Args:
        session: a reading transaction.
        earlier: a head of the same trail, stored elsewhere.

    Raises:
        BrokenTrail: an entry was changed, removed or inserted.
    """
    last = ChainHead(0, "")
    rows = session.scalars(select(AuditRow).order_by(AuditRow.sequence).execution_options(yield_per=_ROWS_AT_A_TIME))
    for row in rows:
        if row.sequence != last.sequence + 1:
            raise BrokenTrail(f"entry {last.sequence + 1} is missing")
        if row.hash != _hash(row, last.hash):
            raise BrokenTrail(f"entry {row.sequence} or the one before it was changed")
        last = ChainHead(row.sequence, row.hash)
        if earlier and earlier.sequence == last.sequence and earlier != last:
            raise BrokenTrail(f"entry {row.sequence} does not match the given head")
        session.expunge(row)
    head = session.scalars(select(AuditHead).where(AuditHead.id == _HEAD)).one_or_none()
    if head is None or ChainHead(head.sequence, head.hash) != last:
        raise BrokenTrail(f"entries after {last.sequence} are missing, or the head was changed")
    if earlier and earlier.sequence > last.sequence:
        raise BrokenTrail(f"entries after {last.sequence} are missing: there were {earlier.sequence}")
    return last


def head(session: Session) -> ChainHead:
    """The number and hash of the last entry, without checking the trail."""
    row = session.scalars(select(AuditHead).where(AuditHead.id == _HEAD)).one()
    return ChainHead(row.sequence, row.hash)


def locked_head(session: Session) -> AuditHead:
    """The head of the trail, locked until the transaction ends: processes that start together take turns."""
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
