"""What is told of requests to those who watch them: an ASGI middleware around all others, there where one watches."""

from collections.abc import Callable, Sequence
from http import HTTPMethod
from time import perf_counter
from typing import TypeVar

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.routes.middleware import described
from app.services.monitoring.watchers import Handled, RequestWatcher

T = TypeVar("T")
R = TypeVar("R")

log = structlog.get_logger()


class RequestWatch:
    """Tells watchers of every request. None of them can fail one."""

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


def _guarded(tell: Callable[[T], R], what: T) -> R | None:
    try:
        return tell(what)
    except Exception as error:
        # The kind alone: a message may repeat what was given.
        log.error("request_watcher_failed", error=type(error).__name__)
        return None
