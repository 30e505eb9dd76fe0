"""Clients that send too much, too slowly or nothing, over real connections."""

import json
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.conftest import SAMPLES_DIR
from tests.support.server import RunningServer

URL = "/api/v1/predictions"
SCAN = (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()
PROXY = "127.0.0.2"
HEADER_S, UPLOAD_S, CONNECTIONS = 0.5, 1.0, 50
# For a machine that is busy with other things.
TOLERANCE_S = 3
GET = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def strict() -> Iterator[RunningServer]:
    """A server with two slots, short deadlines, and 4 MB for the bodies of all requests."""
    with RunningServer(
        HEADER_TIMEOUT_S=str(HEADER_S),
        UPLOAD_TIMEOUT_S=str(UPLOAD_S),
        CONNECTIONS_PER_ADDRESS=str(CONNECTIONS),
        TRUSTED_PROXIES=f"{PROXY}/32",
        QUEUE_SIZE="0",
        MAX_UPLOAD_MB="1",
        MAX_STUDY_MB="0.1",
        MAX_BATCH_FILES="2",
    ) as server:
        yield server


def connect(server: RunningServer, address: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=(address, 0))


def rest_of(connection: socket.socket) -> bytes:
    """Everything that arrives until the server closes the connection."""
    pieces = []
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def problem_in(answer: bytes) -> tuple[int, str]:
    """Status and type of the problem that an answer ends with."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"x-request-id: " in head.lower()
    document = json.loads(body)
    assert int(head.split()[1]) == document["status"]
    return document["status"], document["type"].removeprefix("urn:problem:")


def upload_head(size: int) -> bytes:
    return (
        f"POST {URL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: {size}\r\n\r\n"
    ).encode()


def memory_mb(server: RunningServer) -> float:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1e3


class TestHeaders:
    @pytest.mark.parametrize(
        "request_head",
        [
            GET + b"".join(b"a%d: b\r\n" % number for number in range(100)) + b"\r\n",
            GET + b"Cookie: " + b"c" * 65_536 + b"\r\n\r\n",
            GET + b"Cookie: " + b"c" * 400_000,
            GET + b"c" * 400_000,
            b"GET /" + b"u" * 65_536 + b" HTTP/1.1\r\n\r\n",
        ],
        ids=["number", "size", "unfinished", "name", "address"],
    )
    def test_too_many_or_too_large_ones_are_answered_with_431(self, strict: RunningServer, request_head: bytes):
        with connect(strict) as connection:
            connection.sendall(request_head)
            assert problem_in(rest_of(connection)) == (431, "headers-too-large")

    def test_as_many_and_as_large_ones_as_allowed_are_accepted(self, strict: RunningServer):
        with connect(strict) as connection:
            connection.sendall(GET + b"".join(b"a%02d: %s\r\n" % (n, b"b" * 640) for n in range(99)) + b"\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")

    def test_a_flood_takes_no_memory_and_is_cut_off(self, strict: RunningServer):
        before = memory_mb(strict)
        floods = [
            GET + b"Cookie: ",
            GET,
            b"\r\n",
            upload_head(0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"0\r\nTrailer: ",
        ]
        pieces = [b"c" * 100_000, b"a: b\r\n" * 20_000, b"\r\n" * 50_000, b"c" * 100_000]
        for head, piece in zip(floods, pieces, strict=True):
            with connect(strict) as connection:
                connection.sendall(head)
                with pytest.raises(OSError, match=r"reset|Broken pipe"):
                    for _ in range(5000):
                        connection.sendall(piece)
        assert memory_mb(strict) - before < 8

    def test_slow_ones_are_answered_with_408(self, strict: RunningServer):
        started = time.monotonic()
        with connect(strict) as connection:
            connection.settimeout(0.1)
            connection.sendall(GET)
            answer = b""
            while not answer and time.monotonic() < started + 10:
                with suppress(TimeoutError):
                    answer = connection.recv(65536)
                with suppress(OSError):
                    connection.sendall(b"a")
        assert problem_in(answer) == (408, "header-timeout")
        assert HEADER_S <= time.monotonic() - started < HEADER_S + TOLERANCE_S

    def test_the_answers_to_earlier_requests_come_first(self, strict: RunningServer):
        with connect(strict) as connection:
            sample = b"GET /api/v1/samples/Te-me_0016.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n"
            connection.sendall(sample + sample + GET + b"a: b\r\n" * 101 + b"\r\n")
            answer = rest_of(connection)
        assert answer.count(b"HTTP/1.1 200") == 2
        assert answer.endswith(SCAN)

    def test_what_is_not_http_is_a_problem_too(self, strict: RunningServer):
        with connect(strict) as connection:
            connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
            assert problem_in(rest_of(connection)) == (400, "malformed-request")


class TestIdle:
    @pytest.mark.parametrize(
        ("begin", "drops"),
        [
            (b"", b""),
            (b"", b"\r\n"),
            (GET + b"\r\n", b""),
            (GET + b"\r\n", b"\r\n"),
            (b"POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n", b"a"),
        ],
        ids=["silent", "empty lines", "after a request", "empty lines after a request", "body after its answer"],
    )
    def test_a_connection_without_a_request_is_closed(self, strict: RunningServer, begin: bytes, drops: bytes):
        started = time.monotonic()
        with connect(strict) as connection:
            connection.settimeout(0.1)
            connection.sendall(begin)
            piece = b"anything"
            while piece:
                assert time.monotonic() < started + HEADER_S + 1.5
                try:
                    piece = connection.recv(65536)
                    connection.sendall(drops)
                except TimeoutError:
                    connection.sendall(drops)
                except OSError:
                    break
        assert time.monotonic() - started >= HEADER_S * 0.9

    def test_a_client_that_does_not_read_is_cut_off(self, strict: RunningServer):
        with connect(strict) as connection:
            connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 60)
            poll = select.poll()
            poll.register(connection, 0)
            assert poll.poll(10_000) == [(connection.fileno(), select.POLLERR | select.POLLHUP)]
        assert "Traceback" not in strict.log


class TestUploads:
    @pytest.mark.parametrize("sent", [0, 900_000], ids=["at once", "near the end"])
    def test_one_that_stalls_is_answered_with_408(self, strict: RunningServer, sent: int):
        with connect(strict) as connection:
            connection.sendall(upload_head(950_000) + bytes(sent))
            started = time.monotonic()
            assert problem_in(rest_of(connection)) == (408, "upload-timeout")
            assert time.monotonic() - started < UPLOAD_S + TOLERANCE_S

    def test_a_slow_but_steady_one_is_answered(self, strict: RunningServer):
        with connect(strict) as connection:
            connection.sendall(upload_head(len(SCAN)))
            step = len(SCAN) // 15 + 1
            for start in range(0, len(SCAN), step):
                connection.sendall(SCAN[start : start + step])
                time.sleep(UPLOAD_S / 8)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")

    def test_forty_that_stall_delay_nobody(self, strict: RunningServer):
        with ExitStack() as opened:
            for _ in range(40):
                opened.enter_context(connect(strict)).sendall(upload_head(100_000) + SCAN[:1000])
            answer = httpx.post(strict.url + URL, files={"file": ("scan.jpg", SCAN)}, timeout=30)
            assert answer.status_code == 200

    def test_their_size_together_is_bounded(self, strict: RunningServer):
        with ExitStack() as opened:
            connections = [opened.enter_context(connect(strict)) for _ in range(5)]
            for connection in connections:
                connection.sendall(upload_head(950_000) + bytes(900_000))
            assert sorted(problem_in(rest_of(connection)) for connection in connections) == [
                *[(408, "upload-timeout")] * 4,
                (503, "queue-full"),
            ]
        assert httpx.post(strict.url + URL, files={"file": ("scan.jpg", SCAN)}, timeout=30).status_code == 200


class TestAddresses:
    def test_an_address_has_a_bounded_number_of_connections_but_a_proxy_has_not(self, strict: RunningServer):
        with ExitStack() as opened:
            half_open = [opened.enter_context(connect(strict)) for _ in range(CONNECTIONS)]
            with connect(strict) as refused:
                assert problem_in(rest_of(refused)) == (429, "too-many-connections")
            proxied = [opened.enter_context(connect(strict, PROXY)) for _ in range(CONNECTIONS + 1)]
            for connection in proxied[-1], half_open[-1]:
                connection.sendall(GET + b"\r\n")
                assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        assert httpx.get(strict.url + "/health/live").status_code == 200
