"""Slows down who guesses, without letting anyone lock another out.

The rule. A sign-in counts as failed until it has succeeded, and it counts for the place it comes from: that is a
browser that has signed in to the account before (it has a cookie to show for it), or else the network address, for
that account alone. After five failures a place waits before its next attempt is looked at: a second, then twice as
long each time, a minute at most. So guessing at an account from one place makes no other place wait, and a browser
that is known never waits for the failures of others, not even of those behind the same address.

Who guesses from many addresses finds that after fifty failures within a day, from wherever, each unknown place of
that account gets one attempt without a wait, and waits up to a quarter of an hour for each further one. A first
attempt is looked at even then. Who guesses at many accounts from one address waits up to a minute there after thirty
failures; known browsers do not. What does not exist counts as what does, so that waiting tells nobody which accounts
there are. An attempt that is told to wait is not looked at, and does not count.
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
from app.services.throttling.addresses import host_of

_FORGOTTEN_AFTER = timedelta(days=1)
_KNOWN_FOR = timedelta(days=90)
_FREE = 5
_LONGEST_S = 60
_UNDER_ATTACK = 50
_FREE_UNDER_ATTACK = 1
_LONGEST_UNDER_ATTACK_S = 900
_FREE_OF_AN_ADDRESS = 30


@dataclass(frozen=True)
class Attempt:
    """An attempt that was let through, and where it counts.

    Attributes:
        place: the known browser, or the address with the account.
        all_over: the account and the address, each by itself.
    """

    place: str
    all_over: tuple[str, ...]


def begin(session: Session, email: str, visitor: Visitor, now: datetime) -> Attempt:
    """Count an attempt to sign in as failed.

    Raises:
        TooManyAttempts: this place has to wait.
    """
    _sweep(session, now)
    attempt = place_of(session, email, visitor)
    account, address = attempt.all_over
    rows = _locked(session, (attempt.place, *attempt.all_over), now)
    if rows[attempt.place].known:
        _refuse_for(_wait(rows[attempt.place], _FREE, _LONGEST_S, now))
    else:
        attacked = rows[account].failures >= _UNDER_ATTACK
        free, longest = (_FREE_UNDER_ATTACK, _LONGEST_UNDER_ATTACK_S) if attacked else (_FREE, _LONGEST_S)
        _refuse_for(_wait(rows[attempt.place], free, longest, now))
        _refuse_for(_wait(rows[address], _FREE_OF_AN_ADDRESS, _LONGEST_S, now))
    for row in rows.values():
        _count(row, now)
    return attempt


def place_of(session: Session, email: str, visitor: Visitor) -> Attempt:
    """Where an attempt counts."""
    network = network_of(visitor.address)
    device = _device(email, visitor.device)
    known = session.get(AttemptRow, device) is not None
    place = device if known else _subject("place", email, network)
    return Attempt(place, (_subject("account", email), _subject("address", network)))


def take_back(session: Session, attempt: Attempt, now: datetime) -> None:
    """Count an attempt as good after all."""
    rows = _locked(session, (attempt.place, *attempt.all_over), now)
    for subject in attempt.all_over:
        rows[subject].failures = max(0, rows[subject].failures - 1)
    rows[attempt.place].failures = 0


def know(session: Session, email: str, device: str, now: datetime) -> None:
    """Know a browser by its token from now on."""
    session.merge(AttemptRow(subject=_device(email, device), failures=0, known=True, updated_at=now))


def slow_down(session: Session, what: str, visitor: Visitor, now: datetime) -> None:
    """Count something that an address may do a few times a day at will, and then once a minute.

    Raises:
        TooManyAttempts: it has to wait.
    """
    _sweep(session, now)
    subject = _subject(what, network_of(visitor.address))
    row = _locked(session, (subject,), now)[subject]
    _refuse_for(_wait(row, _FREE, _LONGEST_S, now))
    _count(row, now)


def network_of(address: str) -> str:
    """What of an address stands for one place: of IPv6 the network, of which a host has all addresses."""
    host = host_of(address)
    return address if host is None else str(host)


def _subject(*parts: str) -> str:
    return hashed("\0".join(parts))


def _device(email: str, token: str) -> str:
    return _subject("device", email, token if is_token(token) else "")


def _locked(session: Session, subjects: tuple[str, ...], now: datetime) -> dict[str, AttemptRow]:
    """The rows of subjects, made where they are missing, and locked in one order for all against deadlocks."""
    # Neither database has it in words that both understand.
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    blank = [{"subject": subject, "failures": 0, "known": False, "updated_at": now} for subject in sorted(subjects)]
    session.execute(insert(AttemptRow).on_conflict_do_nothing(), blank)
    query = select(AttemptRow).where(AttemptRow.subject.in_(subjects)).order_by(AttemptRow.subject).with_for_update()
    return {row.subject: row for row in session.scalars(query)}


def _wait(row: AttemptRow, free: int, longest: int, now: datetime) -> float:
    if row.failures < free:
        return 0
    seconds = min(2 ** min(row.failures - free, 20), longest)
    return (row.updated_at + timedelta(seconds=seconds) - now).total_seconds()


def _count(row: AttemptRow, now: datetime) -> None:
    row.failures += 1
    row.updated_at = now


def _refuse_for(seconds: float) -> None:
    if seconds > 0:
        raise TooManyAttempts(
            f"Too many attempts have failed. Try again in {ceil(seconds)} s.", retry_after=ceil(seconds)
        )


def _sweep(session: Session, now: datetime) -> None:
    session.execute(
        delete(AttemptRow).where(
            ((AttemptRow.updated_at < now - _FORGOTTEN_AFTER) & ~AttemptRow.known)
            | (AttemptRow.updated_at < now - _KNOWN_FOR)
        )
    )
