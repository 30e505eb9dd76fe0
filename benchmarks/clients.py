"""Clients of a real server process, over real sockets."""

import asyncio
import http.client
from collections.abc import AsyncIterator, Callable
from time import perf_counter

import httpx

from app.config.settings import PROJECT_DIR

TIMEOUT_S = 120
IMAGE = PROJECT_DIR / "sample_images" / "Te-me_0016.jpg"
PREDICTIONS = "/api/v1/predictions"


def encoded(data: bytes) -> httpx.Request:
    """A request with an image, ready to be sent any number of times."""
    request = httpx.Request("POST", "http://localhost", files={"file": ("scan", data)})
    request.read()
    return request


def status_of(client: http.client.HTTPConnection, method: str, path: str, request: httpx.Request | None = None) -> int:
    """The status of an answer, which is read to its end."""
    body, headers = (request.content, dict(request.headers)) if request else (None, {})
    client.request(method, path, body, headers)
    with client.getresponse() as response:
        response.read()
        return response.status


async def closed_loop(
    url: str, clients: int, jobs: AsyncIterator[bytes], done: Callable[[float], None], path: str = PREDICTIONS
) -> None:
    """Have so many clients send images one after the other, each its next when it has the answer.

    Args:
        url: of the server.
        clients: how many send at a time.
        jobs: the images; they end when it ends.
        done: is told the seconds of each answer.
        path: where images are sent.
    """

    async def client() -> None:
        async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S) as session:
            async for data in jobs:
                done(await ask(session, data, path))

    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(client())


async def ask(session: httpx.AsyncClient, data: bytes, path: str = PREDICTIONS) -> float:
    """Send an image and read the answer; gives the seconds it took."""
    started = perf_counter()
    (await session.post(path, files={"file": ("scan", data)})).raise_for_status()
    return perf_counter() - started
