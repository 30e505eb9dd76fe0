"""A change and its audit entries, committed together in one transaction."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.services.database.audit import Detail, Entry, Event, append

if TYPE_CHECKING:
    from app.services.database.database import Database

P = ParamSpec("P")
T = TypeVar("T")


class UnitOfWork:
    """A write transaction that collects the audit entries for its changes.

    Attributes:
        session: the transaction.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._entries: list[Entry] = []

    def record(
        self,
        event: Event,
        *,
        actor: UUID | None = None,
        subject: UUID | None = None,
        address: str | None = None,
        **details: Detail,
    ) -> None:
        """Add an audit entry to the transaction.

        Args:
            event: the kind of action.
            actor: the account that acts.
            subject: the account or object that the action concerns.
            address: the network address of the request.
            details: more values, stored as JSON.
        """
        self._entries.append(Entry(event=event, actor=actor, subject=subject, address=address, details=details))

    def append_entries(self) -> None:
        """Write the entries, as the last step before the commit: from then on, other writers of the trail wait."""
        for entry in self._entries:
            append(self.session, entry)


class _UsesDatabase(Protocol):
    _database: "Database"


S = TypeVar("S", bound=_UsesDatabase)


def unit_of_work(
    method: Callable[Concatenate[S, UnitOfWork, P], T],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Run a method of a service as one unit of work, on a thread of the database.

    The method takes a `UnitOfWork` as its first argument. Callers leave that out and await the result.
    """

    @wraps(method)
    async def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._database.change(lambda work: method(self, work, *args, **kwargs))

    return run
