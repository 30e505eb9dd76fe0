"""Receiving of request bodies: limits on size and time that apply while a body streams in."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from starlette.types import Message

from app.models.problems import TooLarge, UploadTimeout
from app.routes.dependencies import services

# GPRS, the slowest mobile network, has three times as much.
MIN_BYTES_PER_S = 1000


@contextmanager
def receiving(request: Request, limit: int, too_large: TooLarge) -> Iterator[Request]:
    """Replace a request by one whose body is rejected while it streams in, if it is too large or too slow.

    A body is too slow if it is not complete after `UPLOAD_TIMEOUT_S`, and less than `MIN_BYTES_PER_S` times as many
    bytes have arrived. With every portion of this size the time starts again: a body that stalls is rejected soon,
    however much of it has arrived, and a slow but steady one never.

    Args:
        request: the request.
        limit: the largest number of bytes.
        too_large: what to raise for more.

    Raises:
        TooLarge: the declared length exceeds the limit. The request's `receive` also raises it, `UploadTimeout`, and
            `QueueFull` if all bodies in flight together are too large.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    parts = services(request)
    seconds = parts.settings.upload_timeout_s
    portion = seconds * MIN_BYTES_PER_S
    now = asyncio.get_running_loop().time
    deadline = now() + seconds
    # Bytes of the present portion.
    arrived = 0
    complete = False
    with parts.bodies.body() as body:

        async def receive() -> Message:
            nonlocal deadline, arrived, complete
            try:
                async with asyncio.timeout_at(None if complete else deadline):
                    message = await request.receive()
            except TimeoutError:
                raise UploadTimeout(
                    f"Less than {portion / 1000:g} kB of the request body arrived within {seconds:g} seconds, and it "
                    "is not complete. Send it over a faster connection, or send a smaller file.",
                    limit=seconds,
                ) from None
            size = len(message.get("body", b""))
            complete = not message.get("more_body", False)
            body.add(size)
            if body.bytes > limit:
                raise too_large
            arrived += size
            if arrived >= portion:
                arrived, deadline = 0, now() + seconds
            return message

        yield Request(request.scope, receive, request._send)
