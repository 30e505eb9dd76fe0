"""Clients that send requests to a real server process over real sockets."""

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
    """A request with an image that can be sent any number of times."""
    request = httpx.Request("POST", "http://localhost", files={"file": ("scan", data)})
    request.read()
    return request


def status_of(client: http.client.HTTPConnection, method: str, path: str, request: httpx.Request | None = None) -> int:
    """Send a request, read the whole response and return its status."""
    body, headers = (request.content, dict(request.headers)) if request else (None, {})
    client.request(method, path, body, headers)
    with client.getresponse() as response:
        response.read()
        return response.status


def connect(url: str) -> http.client.HTTPConnection:
    """A client of a server; the first request opens the connection."""
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S)


def ask(client: http.client.HTTPConnection, path: str, request: httpx.Request) -> None:
    """Send an image and read the response.

    Raises:
        RuntimeError: the response has a status other than 200.
    """
    status = status_of(client, "POST", path, request)
    if status != HTTPStatus.OK:
        raise RuntimeError(f"the service answered {status}")


def closed_loop(
    url: str, clients: int, jobs: Iterator[httpx.Request], done: Callable[[float], object], path: str = PREDICTIONS
) -> None:
    """Run clients that send one image after the other, each as soon as the previous response has arrived.

    The clients are simple and their requests are prepared in advance, because they take processor time from the server
    on the same machine.

    Args:
        url: address of the server.
        clients: number of concurrent clients.
        jobs: the requests; the clients stop when there are no more.
        done: receives the seconds of each response, one at a time.
        path: path of the requests.

    Raises:
        RuntimeError: a response has a status other than 200.
    """
    lock = Lock()

    def work() -> None:
        with closing(connect(url)) as client:
            while request := take():
                started = perf_counter()
                ask(client, path, request)
                seconds = perf_counter() - started
                with lock:
                    done(seconds)

    def take() -> httpx.Request | None:
        with lock:
            return next(jobs, None)

    with ThreadPoolExecutor(clients) as threads:
        for task in [threads.submit(work) for _ in range(clients)]:
            task.result()


def for_seconds(seconds: float, requests: Sequence[httpx.Request]) -> Iterator[httpx.Request]:
    """Yield uniformly drawn requests until the time is over."""
    started = perf_counter()
    while perf_counter() - started < seconds:
        yield random.choice(requests)
