"""Around every request: its id, its line in the log, its security headers, and a last resort for faults of ours."""

import re
from time import perf_counter
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.models.problems import InternalError
from app.routes.errors import note_problem, problem_response

_REQUEST_ID = re.compile(r"[\w.-]{8,128}", re.ASCII)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    # Answers speak of a patient's scan. What may be kept (samples, the pages' assets) says so itself.
    "Cache-Control": "no-store",
}

log = structlog.get_logger()


class RequestContext:
    """ASGI middleware, the outermost. Plain ASGI, since context variables get lost in Starlette's base class."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        started = perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception:
                method, route = described(scope)
                log.exception("request_failed", method=method, route=route)
                problem = InternalError(InternalError.example)
                note_problem(scope, problem)
                if status is not None:
                    raise
                await problem_response(problem, scope["path"], request_id)(scope, receive, send_with_headers)
            finally:
                ms = round((perf_counter() - started) * 1e3, 1)
                method, route = described(scope)
                log.info("request", method=method, route=route, status=status, ms=ms)


def described(scope: Scope) -> tuple[str, str]:
    """A request's method and its route's template, not its path: what a person types there may name a patient."""
    return scope["method"], getattr(scope.get("route"), "path", "unmatched")
