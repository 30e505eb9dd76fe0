"""Asks the database every few seconds whether it answers."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from app.services.database.database import Database

_EVERY_S = 5
_WITHIN_S = 5

log = structlog.get_logger()


class DatabaseWatch:
    """The state of the database for health checks, the log and metrics, without a query for each of them.

    Attributes:
        available: whether the database answered the last question within five seconds.
    """

    def __init__(self, database: Database, report: Callable[[bool], object] | None = None) -> None:
        """Watch a database that has just been opened.

        Args:
            database: the database.
            report: called with every change of `available`.
        """
        self.available = True
        self._database = database
        self._report = report or (lambda available: None)

    def start(self) -> None:
        """Start asking in the background."""
        self._working = asyncio.create_task(self._work())

    async def close(self) -> None:
        """Stop asking."""
        self._working.cancel()
        with suppress(asyncio.CancelledError):
            await self._working

    async def _work(self) -> None:
        while True:
            # A database that hangs gets no further question until it has answered this one. The thread is not one of
            # the database's own, which requests may keep busy.
            answer = asyncio.create_task(asyncio.to_thread(self._database.answers))
            done, _ = await asyncio.wait([answer], timeout=_WITHIN_S)
            self._note(bool(done) and answer.result())
            self._note(await answer)
            await asyncio.sleep(_EVERY_S)

    def _note(self, available: bool) -> None:
        if available == self.available:
            return
        self.available = available
        self._report(available)
        if available:
            log.info("database_available")
        else:
            log.error("database_unavailable", advice="Whatever needs the database gets 503 until it answers again.")
