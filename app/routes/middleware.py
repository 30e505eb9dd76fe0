"""ASGI middleware around every request: its id, log line and security headers, unexpected errors, and watchers."""

import re
from collections.abc import Callable, Sequence
from http import HTTPMethod
from time import perf_counter
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import structlog
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.config.addresses import host_names
from app.config.settings import Settings
from app.config.values import wildcard_pattern
from app.models.problems import InternalError, OutOfMemory
from app.routes.early_answers import EarlyAnswers
from app.routes.errors import note_problem, problem_response
from app.routes.hosts import OwnHosts
from app.routes.pinning import VERSION_HEADER
from app.routes.requests import UsualForms
from app.services.monitoring.watchers import Handled, RequestWatcher

_REQUEST_ID = re.compile(r"[\w.-]{8,128}", re.ASCII)
# Headers of every response.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    # Responses contain results about a patient. Routes whose response may be cached (samples, assets) override this.
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Front ends that `CORS_ORIGINS` lists may read responses nevertheless. The public samples override this.
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ONE_YEAR = {"Strict-Transport-Security": "max-age=31536000"}

# A response that holds a secret (the token of a session, key or link) must not be compressed together with text that
# another site chose: its length would reveal the secret (BREACH). So only addresses without secrets are listed.
_COMPRESSED = (
    "/static/",
    "/guide/",
    "/openapi.json",
    "/docs",
    "/redoc",
    "/api/v1/capabilities",
    "/api/v1/classes",
    "/api/v1/evaluations",
    "/api/v1/history",
    "/api/v1/models",
    "/api/v1/monitoring",
    "/api/v1/predictions",
    "/api/v1/samples",
    "/api/v1/studies",
)
# Level 9 makes a prediction 16 bytes smaller, and text a few percent, for more time.
_GZIP_LEVEL = 4

T = TypeVar("T")
R = TypeVar("R")

log = structlog.get_logger()


def install_middleware(app: FastAPI, settings: Settings, watchers: Sequence[RequestWatcher]) -> None:
    """Add every middleware, the innermost first.

    Args:
        app: the application.
        settings: the settings with the service's names, its proxies and the origins of other front ends.
        watchers: the observers of every request.
    """
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_origin_regex=wildcard_pattern(settings.cors_origins),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=["X-Request-ID", "Retry-After", "ETag", "RateLimit", "RateLimit-Policy", VERSION_HEADER],
    )
    if settings.trusted_proxies:
        # Takes the client's address and scheme from the headers of a trusted proxy; ignores those of other senders.
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(map(str, settings.trusted_proxies)))
    app.add_middleware(Compression)
    app.add_middleware(UsualForms)
    app.add_middleware(OwnHosts, names=host_names(settings))
    app.add_middleware(RequestContext, tls=settings.public_url is not None and settings.public_url.scheme == "https")
    app.add_middleware(EarlyAnswers)
    if watchers:
        app.add_middleware(RequestWatch, watchers=watchers)


class Compression:
    """ASGI middleware that compresses responses without secrets, unless they are compressed already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, compresslevel=_GZIP_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        compressed = scope["type"] == "http" and scope["path"].startswith(_COMPRESSED)
        await (self._compressing if compressed else self._app)(scope, receive, send)


class RequestContext:
    """ASGI middleware. Plain ASGI, because Starlette's base class loses context variables."""

    def __init__(self, app: ASGIApp, *, tls: bool) -> None:
        """Wrap an application; `tls` is whether people open the service over HTTPS only."""
        self._app = app
        self._headers = HEADERS | (_ONE_YEAR if tls else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status: int | None = None

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if "location" in headers:
                    headers["Location"] = _without_host(headers["location"])
            await send(message)

        started = perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception as error:
                method, route = _described(scope)
                log.exception("request_failed", method=method, route=route)
                problem = OutOfMemory.now() if isinstance(error, MemoryError) else InternalError(InternalError.example)
                note_problem(scope, problem)
                if status is not None:
                    raise
                await problem_response(problem, scope["path"], request_id)(scope, receive, send_with_headers)
            finally:
                ms = round((perf_counter() - started) * 1e3, 1)
                method, route = _described(scope)
                log.info("request", method=method, route=route, status=status, ms=ms)


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
            method, route = _described(scope)
            handled = Handled(
                method=method if method in HTTPMethod.__members__ else "other",
                route=route,
                status=status,
                problems=tuple(state.get("problems", ())),
                seconds=perf_counter() - started,
            )
            for end in reversed(ends):
                _guarded(end, handled)


def _without_host(location: str) -> str:
    """The path and query of a redirect, which always leads to this service. Starlette adds the name in `Host`."""
    url = urlsplit(location)
    return urlunsplit(("", "", "/" + url.path.lstrip("/"), url.query, url.fragment))


def _described(scope: Scope) -> tuple[str, str]:
    """A request's method and its route's template; not the path, which may contain a patient's name."""
    return scope["method"], getattr(scope.get("route"), "path", "unmatched")


def _guarded(report: Callable[[T], R], value: T) -> R | None:
    try:
        return report(value)
    except Exception as error:
        # Only the type: a message may repeat parts of the request.
        log.error("request_watcher_failed", error=type(error).__name__)
        return None
