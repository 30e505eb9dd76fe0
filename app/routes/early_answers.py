"""Closes a connection after an answer that comes before the request's body."""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The server reads this much of a rejected request, so that an ordinary client can use its connection again.
UNREAD_BYTES = 1_000_000
# Closing a connection while its client still sends makes the client's system discard the answer, unless the client has
# read it; nginx then answers 502. This is enough for one over any distance.
_READING_S = 1.0


class EarlyAnswers:
    """ASGI middleware that closes the connection if much of the body has not arrived when the answer begins.

    Without it, the server reads the rest of the body, however long, and discards it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        # The length of a body in chunks is not known before its end.
        left: float = int(declared) if declared.isdecimal() else float("inf") if "transfer-encoding" in headers else 0

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            if message["type"] == "http.request":
                left = left - len(message.get("body", b"")) if message.get("more_body", False) else 0
            return message

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start" and left > UNREAD_BYTES:
                MutableHeaders(scope=message)["Connection"] = "close"
            if message["type"] == "http.response.body" and left > UNREAD_BYTES and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await asyncio.sleep(_READING_S)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self._app(scope, counted, send_and_close)
