"""Who is told of every answer, and of every request: what watches the service over time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from app.services.explanations.answer import Answer
from app.services.history.schemas import PredictionSource

log = structlog.get_logger()


class Watcher(Protocol):
    """Someone who is told of every answer once it is certain that it will be sent."""

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Take note of an answer.

        It is called on the event loop, within the request: it has to return at once, and to do what takes longer
        elsewhere. It may keep numbers of the answer, and nothing that names or shows the image.
        """


class Watchers:
    """All of them. None can fail a request, or keep the others from being told."""

    def __init__(self, watchers: Sequence[Watcher] = ()) -> None:
        self._watchers = tuple(watchers)

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Tell everyone of an answer."""
        for watcher in self._watchers:
            try:
                watcher.observe(answer, source)
            except Exception as error:
                # The kind alone: a message may repeat what was given.
                log.error("watcher_failed", watcher=type(watcher).__name__, error=type(error).__name__)


@dataclass(frozen=True)
class Handled:
    """What is known of a request that was answered; nothing in it is the sender's own words.

    Attributes:
        method: the HTTP method, "other" for one that HTTP does not define.
        route: the route's template, "unmatched" where there is none.
        status: of the answer, None where there was none.
        problems: kinds of the problems that it met; a batch can meet several.
        seconds: from the request's head to the end of the answer.
    """

    method: str
    route: str
    status: int | None
    problems: tuple[str, ...]
    seconds: float


class RequestWatcher(Protocol):
    """Someone who is told when a request comes, and what became of it."""

    def begin(self, traceparent: str | None) -> Callable[[Handled], None]:
        """Take note that a request comes; gives what is to be called, in the same context, once it was answered.

        Args:
            traceparent: of the trace that the request belongs to, as W3C's Trace Context writes it.
        """
