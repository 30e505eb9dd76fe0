"""The outermost ASGI middleware: reports every request to its watchers, which count it or trace it."""

from collections.abc import Callable, Sequence
from http import HTTPMethod
from time import perf_counter
from typing import TypeVar

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.services.monitoring.watchers import Handled, RequestWatcher

T = TypeVar("T")
R = TypeVar("R")

log = structlog.get_logger()


class RequestWatch:
    """Reports every request to the watchers. A watcher that fails does not fail the request."""

    def __init__(self, app: ASGIApp, watchers: Sequence[RequestWatcher]) -> None:
        self._app = app
        self._watchers = watchers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status: int | None = None

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = perf_counter()
        state = scope.setdefault("state", {})
        traceparent = Headers(scope=scope).get("traceparent")
        ends: list[Callable[[Handled], None]] = []
        for watcher in self._watchers:
            if end := _guarded(watcher.begin, traceparent):
                ends.append(end)
        try:
            await self._app(scope, receive, send_noted)
        finally:
            method, route = described(scope)
            handled = Handled(
                method if method in HTTPMethod.__members__ else "other",
                route,
                status,
                tuple(state.get("problems", ())),
                perf_counter() - started,
            )
            for end in reversed(ends):
                _guarded(end, handled)


def described(scope: Scope) -> tuple[str, str]:
    """A request's method and its route's template; not the path, in which a person may have typed a patient's name."""
    return scope["method"], getattr(scope.get("route"), "path", "unmatched")


def _guarded(report: Callable[[T], R], value: T) -> R | None:
    try:
        return report(value)
    except Exception as error:
        # Only the type: a message may repeat parts of the request.
        log.error("request_watcher_failed", error=type(error).__name__)
        return None
