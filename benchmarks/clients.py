"""Clients of a real server process, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from time import perf_counter

import httpx

TIMEOUT_S = 120
PREDICTIONS = "/api/v1/predictions"


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
