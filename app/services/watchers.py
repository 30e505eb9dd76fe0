"""Who is told of every answer: what watches the service over time."""

from collections.abc import Sequence
from typing import Protocol

import structlog

from app.models.history import Source
from app.services.answer import Answer

log = structlog.get_logger()


class Watcher(Protocol):
    """Someone who is told of every answer once it is certain that it will be sent."""

    def observe(self, answer: Answer, source: Source) -> None:
        """Take note of an answer.

        It is called on the event loop, within the request: it has to return at once, and to do what takes longer
        elsewhere. It may keep numbers of the answer, and nothing that names or shows the image.
        """


class Watchers:
    """All of them. None can fail a request, or keep the others from being told."""

    def __init__(self, watchers: Sequence[Watcher] = ()) -> None:
        self._watchers = tuple(watchers)

    def observe(self, answer: Answer, source: Source) -> None:
        """Tell everyone of an answer."""
        for watcher in self._watchers:
            try:
                watcher.observe(answer, source)
            except Exception as error:
                # The kind alone: a message may repeat what was given.
                log.error("watcher_failed", watcher=type(watcher).__name__, error=type(error).__name__)
