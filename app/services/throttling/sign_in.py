"""Slows down password guessing without locking anyone out.

An attempt to sign in counts as failed until it succeeds. It counts for its place: a browser that has signed in to the
account before (its device cookie proves it), or else the pair of network address and account. After five failures a
place waits before its next attempt: one second, then twice as long each time, at most a minute. Guessing from one
place therefore delays no other place, and a known browser is never delayed by the failures of others, even behind the
same address.

Two more limits apply to unknown places. Once an account has 50 failures within a day, from any number of addresses,
each unknown place gets one attempt without a wait and then waits up to 15 minutes. Once an address has 30 failures, on
any number of accounts, it waits up to a minute. Accounts that do not exist count like those that do, so that waiting
does not reveal which accounts exist. An attempt that is rejected with a wait is not evaluated and does not count.

No change of the clock makes a wait longer than twice the longest one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models.identity import Visitor
from app.models.problems import TooManyAttempts
from app.services.database.tables import AttemptRow
from app.services.database.tokens import hashed, is_token
from app.services.throttling.addresses import network_of

_FORGOTTEN_AFTER = timedelta(days=1)
_KNOWN_FOR = timedelta(days=90)
_FREE = 5
_LONGEST_S = 60
_UNDER_ATTACK = 50
_FREE_UNDER_ATTACK = 1
_LONGEST_UNDER_ATTACK_S = 900
_FREE_OF_AN_ADDRESS = 30

_SIGN_IN = "Too many failed attempts to sign in"


@dataclass(frozen=True)
class Attempt:
    """An accepted attempt and the subjects that it counts for.

    Attributes:
        place: the known browser, or the pair of address and account.
        all_over: the account and the address, separately.
    """

    place: str
    all_over: tuple[str, ...]


def count_attempt(session: Session, email: str, visitor: Visitor, now: datetime) -> Attempt:
    """Count an attempt to sign in as failed; `mark_successful` reverses that.

    Raises:
        TooManyAttempts: this place has to wait.
    """
    _sweep(session, now)
    attempt = attempt_of(session, email, visitor)
    account, address = attempt.all_over
    rows = _locked(session, (attempt.place, *attempt.all_over), now)
    if rows[attempt.place].known:
        _require_no_wait(_SIGN_IN, _wait(rows[attempt.place], _FREE, _LONGEST_S, now))
    else:
        attacked = rows[account].failures >= _UNDER_ATTACK
        free, longest = (_FREE_UNDER_ATTACK, _LONGEST_UNDER_ATTACK_S) if attacked else (_FREE, _LONGEST_S)
        _require_no_wait(_SIGN_IN, _wait(rows[attempt.place], free, longest, now))
        _require_no_wait(_SIGN_IN, _wait(rows[address], _FREE_OF_AN_ADDRESS, _LONGEST_S, now))
    for row in rows.values():
        _count(row, now)
    return attempt


def attempt_of(session: Session, email: str, visitor: Visitor) -> Attempt:
    """The subjects that an attempt counts for."""
    network = network_of(visitor.address)
    device = _device(email, visitor.device)
    known = session.get(AttemptRow, device) is not None
    place = device if known else _subject("place", email, network)
    return Attempt(place, (_subject("account", email), _subject("address", network)))


def mark_successful(session: Session, attempt: Attempt, now: datetime) -> None:
    """Stop counting an attempt as failed, and reset the failures of its place."""
    rows = _locked(session, (attempt.place, *attempt.all_over), now)
    for subject in attempt.all_over:
        rows[subject].failures = max(0, rows[subject].failures - 1)
    rows[attempt.place].failures = 0


def remember_browser(session: Session, email: str, device: str, now: datetime) -> None:
    """Treat the browser with this device token as known to the account, for 90 days after its last use."""
    session.merge(AttemptRow(subject=_device(email, device), failures=0, known=True, updated_at=now))


def count_request(session: Session, what: str, visitor: Visitor, now: datetime) -> None:
    """Count a request, successful or not. An address may send five within a day; each further one has to wait.

    The wait is one second at first and doubles with each request, up to a minute.

    Args:
        session: a writing transaction.
        what: the kind of request, as in `sign-up`; each kind is counted separately.
        visitor: the sender.
        now: the current time.

    Raises:
        TooManyAttempts: the address has to wait.
    """
    _sweep(session, now)
    subject = _subject(what, network_of(visitor.address))
    row = _locked(session, (subject,), now)[subject]
    _require_no_wait("Too many requests from this address", _wait(row, _FREE, _LONGEST_S, now))
    _count(row, now)


def _subject(*parts: str) -> str:
    return hashed("\0".join(parts))


def _device(email: str, token: str) -> str:
    return _subject("device", email, token if is_token(token) else "")


def _locked(session: Session, subjects: tuple[str, ...], now: datetime) -> dict[str, AttemptRow]:
    """The rows of the subjects, created if missing and locked in a fixed order, which prevents deadlocks."""
    # SQLAlchemy has no `ON CONFLICT` that works for both databases.
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    blank = [{"subject": subject, "failures": 0, "known": False, "updated_at": now} for subject in sorted(subjects)]
    session.execute(insert(AttemptRow).on_conflict_do_nothing(), blank)
    query = select(AttemptRow).where(AttemptRow.subject.in_(subjects)).order_by(AttemptRow.subject).with_for_update()
    return {row.subject: row for row in session.scalars(query)}


def _wait(row: AttemptRow, free: int, longest: int, now: datetime) -> float:
    """Seconds until a subject may try again; 0 or less if it may now, at most twice the longest wait."""
    if row.failures < free:
        return 0
    seconds = min(2 ** min(row.failures - free, 20), longest)
    left = (row.updated_at + timedelta(seconds=seconds) - now).total_seconds()
    # Clocks of several machines differ by less; more means that the clock was set back since the last failure.
    return left if left <= 2 * longest else 0


def _count(row: AttemptRow, now: datetime) -> None:
    row.failures += 1
    row.updated_at = now


def _require_no_wait(reason: str, seconds: float) -> None:
    if seconds > 0:
        raise TooManyAttempts(f"{reason}. Try again in {ceil(seconds)} s.", retry_after=ceil(seconds))


def _sweep(session: Session, now: datetime) -> None:
    session.execute(
        delete(AttemptRow).where(
            ((AttemptRow.updated_at < now - _FORGOTTEN_AFTER) & ~AttemptRow.known)
            | (AttemptRow.updated_at < now - _KNOWN_FOR)
        )
    )
