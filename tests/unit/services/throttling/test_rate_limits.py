"""Rate limits while Redis fails: each process counts separately, in time, and shares again afterwards."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from app.models.problems import TooManyRequests
from app.services.throttling.rate_limits import RateLimits
from tests.support.redis_server import RedisServer

CALLER = {"address": "192.0.2.1"}


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with RedisServer() as running:
        yield running


@contextmanager
def gone(server: RedisServer) -> Iterator[None]:
    server.stop()
    yield
    server.start()


@contextmanager
def silent(server: RedisServer) -> Iterator[None]:
    server.process.send_signal(signal.SIGSTOP)
    yield
    server.process.send_signal(signal.SIGCONT)


@contextmanager
def full(server: RedisServer) -> Iterator[None]:
    with redis.Redis.from_url(server.url) as client:
        client.config_set("maxmemory", 1)
        yield
        client.config_set("maxmemory", 0)


@contextmanager
def another_program(server: RedisServer) -> Iterator[None]:
    """A web server on its port."""
    server.stop()
    with socket.create_server(("127.0.0.1", server.port)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1000)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield
        listener.shutdown(socket.SHUT_RDWR)
    server.start()


def forget(server: RedisServer) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.flushall()


def left(headers: dict[str, str]) -> str:
    return headers["RateLimit"].split(";")[1]


@pytest.mark.parametrize("fault", [gone, silent, full, another_program])
def test_each_process_counts_separately_until_redis_is_back(server: RedisServer, fault):
    async def run() -> None:
        forget(server)
        one, other = (RateLimits({"address": "3/day"}, server.url) for _ in range(2))
        assert left(await one.count(CALLER)) == "r=2"
        with fault(server):
            for limits in (one, other):
                for remaining in (2, 1, 0):
                    started = time.monotonic()
                    assert left(await limits.count(CALLER)) == f"r={remaining}"
                    assert time.monotonic() - started < 2
                with pytest.raises(TooManyRequests):
                    await limits.count(CALLER)
        forget(server)
        assert [left(await limits.count(CALLER)) for limits in (one, other, one)] == ["r=2", "r=1", "r=0"]
        for limits in (one, other):
            with pytest.raises(TooManyRequests):
                await limits.count(CALLER)
            await limits.close()

    asyncio.run(run())
