"""Server-sent events: a response that reports progress while the work is done."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

EVENTS = "text/event-stream"
# Asks nginx not to collect events before it passes them on.
_UNBUFFERED = {"X-Accel-Buffering": "no"}


def event(name: str, body: BaseModel) -> bytes:
    """An event with a body in JSON, on one line."""
    return f"event: {name}\ndata: {body.model_dump_json(by_alias=True)}\n\n".encode()


class EventStream(StreamingResponse):
    """A stream of events. A client that closes the connection cancels the work between two of them."""

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        super().__init__(events, headers=_UNBUFFERED, media_type=EVENTS)
        self._held = AsyncExitStack()

    def hold(self, held: AsyncExitStack) -> None:
        """Hold what the work needs, such as the request's files, until the stream ends."""
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""
        async with self._held:
            await super().__call__(scope, receive, send)
