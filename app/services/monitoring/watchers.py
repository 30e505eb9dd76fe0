"""The interfaces of watchers: parts that observe every answer or every request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from app.services.explanations.answer import Answer
from app.services.history.schemas import PredictionSource

log = structlog.get_logger()


class Watcher(Protocol):
    """Observes every answer that is about to be sent."""

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Observe an answer.

        Called on the event loop within the request: it must return at once and defer longer work. It may store numbers
        of the answer, but nothing that names or shows the image.
        """


class Watchers:
    """Several watchers as one. A watcher that fails affects neither the request nor the other watchers."""

    def __init__(self, watchers: Sequence[Watcher] = ()) -> None:
        self._watchers = tuple(watchers)

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Pass an answer to every watcher."""
        for watcher in self._watchers:
            try:
                watcher.observe(answer, source)
            except Exception as error:
                # Only the type: the message could quote content of a request.
                log.error("watcher_failed", watcher=type(watcher).__name__, error=type(error).__name__)


@dataclass(frozen=True)
class Handled:
    """An answered request. No value is text that the client chose.

    Attributes:
        method: the HTTP method, "other" for one that HTTP does not define.
        route: the route's template, "unmatched" if no route matched.
        status: status of the response, None if none was sent.
        problems: types of the problems returned; a batch can have several.
        seconds: from the request's headers to the end of the response.
    """

    method: str
    route: str
    status: int | None
    problems: tuple[str, ...]
    seconds: float


class RequestWatcher(Protocol):
    """Observes every request."""

    def begin(self, traceparent: str | None) -> Callable[[Handled], None]:
        """Observe a new request; return the function to call in the same context after the response.

        Args:
            traceparent: the client's trace in W3C Trace Context format, if any.
        """
