"""Clients of a real server process, over real sockets."""

import http.client
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from threading import Lock
from time import perf_counter
from urllib.parse import urlsplit

import httpx

from app.config.settings import PROJECT_DIR

TIMEOUT_S = 120
IMAGE = PROJECT_DIR / "sample_images" / "Te-me_0016.jpg"
SAMPLES = [path.read_bytes() for path in sorted(IMAGE.parent.glob("*.jpg"))]
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


def connect(url: str) -> http.client.HTTPConnection:
    """A client of a server; what connects is the first request."""
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S)


def ask(client: http.client.HTTPConnection, path: str, request: httpx.Request) -> None:
    """Send an image and read the answer.

    Raises:
        RuntimeError: it is another one than 200.
    """
    status = status_of(client, "POST", path, request)
    if status != HTTPStatus.OK:
        raise RuntimeError(f"the service answered {status}")


def closed_loop(
    url: str, clients: int, jobs: Iterator[httpx.Request], done: Callable[[float], object], path: str = PREDICTIONS
) -> None:
    """Have so many clients send images one after the other, each its next when it has the answer.

    They are plain and their requests made beforehand, since a server on the same machine has to do without what time
    of a core they take.

    Args:
        url: of the server.
        clients: how many send at a time.
        jobs: the images; they end when it ends.
        done: is told the seconds of each answer, one at a time.
        path: where images are sent.

    Raises:
        RuntimeError: an image was not answered.
    """
    alone = Lock()

    def work() -> None:
        with closing(connect(url)) as client:
            while request := take():
                started = perf_counter()
                ask(client, path, request)
                seconds = perf_counter() - started
                with alone:
                    done(seconds)

    def take() -> httpx.Request | None:
        with alone:
            return next(jobs, None)

    with ThreadPoolExecutor(clients) as threads:
        for task in [threads.submit(work) for _ in range(clients)]:
            task.result()


def for_seconds(seconds: float, requests: Sequence[httpx.Request]) -> Iterator[httpx.Request]:
    """One of the requests after the other, drawn evenly, until the time is up."""
    started = perf_counter()
    while perf_counter() - started < seconds:
        yield random.choice(requests)
