"""How a request with a scan comes in: a place in the line first, then its body, within limits, as it streams."""

import asyncio
import errno
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from app.config.settings import Settings
from app.models.problems import HOW_TO_SEND, MalformedRequest, StorageFull, TooLarge, UploadTimeout
from app.routes.dependencies import services
from app.services.line import Place

# Boundaries, part headers and text fields around the files themselves.
_FORM_OVERHEAD_BYTES = 64 * 1024
_MAX_TEXT_FIELDS = 16
CLIENT_CLOSED_REQUEST = 499


class ScanRoute(APIRoute):
    """A route that computes on one scan. FastAPI reads bodies before it calls anything of ours, hence the class."""

    @staticmethod
    def max_files(settings: Settings) -> int:
        """Most files in one request."""
        return 1

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()

        async def admitted(request: Request) -> Response:
            parts = services(request)
            parts.registry.require_ready()
            max_files = self.max_files(parts.settings)
            with parts.line.place() as place:
                receive = _limited(request, parts.settings, max_files)
                request = Request(request.scope, receive, request._send)
                request.state.place = place
                try:
                    await _read_form(request, parts.settings, max_files)
                    return await _unless_hung_up(request, handle(request))
                except ClientDisconnect:
                    # Nobody reads this answer; the status is for the log.
                    return Response(status_code=CLIENT_CLOSED_REQUEST)
                finally:
                    await request.close()

        return admitted


class BatchRoute(ScanRoute):
    """A route that computes on several scans."""

    @staticmethod
    def max_files(settings: Settings) -> int:
        """Most files in one request."""
        return settings.max_batch_files


def place_of(request: Request) -> Place:
    """The place in the line that the request holds."""
    place: Place = request.state.place
    return place


async def _unless_hung_up(request: Request, work: Coroutine[Any, Any, Response]) -> Response:
    """Wait for an answer, or for the client to hang up, in which case the work on it is cancelled.

    Raises:
        ClientDisconnect: the client hung up.
    """
    task = asyncio.create_task(work)
    hang_up = asyncio.create_task(_hang_up(request.receive))
    try:
        await asyncio.wait({task, hang_up}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        hang_up.result()  # raises where a body that nobody asked for passed a limit
        raise ClientDisconnect
    finally:
        task.cancel()
        hang_up.cancel()


async def _hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read_form(request: Request, settings: Settings, max_files: int) -> None:
    """Parse the form, if there is one; FastAPI then finds it parsed."""
    try:
        await request.form(max_files=max_files, max_fields=_MAX_TEXT_FIELDS)
    except HTTPException as error:
        if "Too many files" in error.detail:
            raise TooLarge(
                f"The request has too many files; at most {max_files} are accepted.", limit=max_files
            ) from error
        raise MalformedRequest(f"{error.detail} {HOW_TO_SEND}") from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise StorageFull(
            "The upload could not be stored: the disk is full. Try again later, or send a smaller file.",
            retry_after=int(settings.upload_timeout_s),
        ) from error


def _limited(request: Request, settings: Settings, max_files: int) -> Receive:
    """The request's `receive`, refusing a body that is too long, or too long in coming, while it streams."""
    limit = max_files * settings.max_upload_bytes + _FORM_OVERHEAD_BYTES
    too_large = TooLarge(
        f"The request has more bytes than are accepted: at most {max_files} "
        f"{'file' if max_files == 1 else 'files'} of {settings.max_upload_mb:g} MB.",
        limit=limit,
    )
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    deadline = asyncio.get_running_loop().time() + settings.upload_timeout_s
    received = 0
    complete = False

    async def receive() -> Message:
        nonlocal received, complete
        try:
            async with asyncio.timeout_at(None if complete else deadline):
                message = await request.receive()
        except TimeoutError:
            raise UploadTimeout(
                f"The request's body did not arrive within {settings.upload_timeout_s:g} seconds.",
                limit=settings.upload_timeout_s,
            ) from None
        received += len(message.get("body", b""))
        complete = not message.get("more_body", False)
        if received > limit:
            raise too_large
        return message

    return receive
