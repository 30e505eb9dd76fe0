"""The connection of one client: bounds on headers and time, and on the connections from one address."""

from asyncio import AbstractEventLoop, TimerHandle, Transport
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address
from socket import SO_LINGER, SOL_SOCKET
from struct import pack
from typing import Any
from uuid import uuid4

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.config.settings import Settings
from app.models.connection_problems import HeadersTooLarge, HeaderTimeout, TooManyConnections
from app.models.problems import MalformedRequest, Problem
from app.routes.early_answers import UNREAD_BYTES
from app.routes.errors import problem_response
from app.routes.middleware import HEADERS
from app.routes.receiving import MIN_BYTES_PER_S
from app.services.throttling.addresses import network_of

COUNT_REFUSAL = "count_refusal"
"""Name of an optional function in the state of the lifespan; it counts the problems answered here."""

MAX_HEADERS = 100
MAX_HEADER_BYTES = 64 * 1024
# Around each header: a colon, a space and the end of the line.
_SEPARATOR_BYTES = 4
# Time for the client to read an answer: after a close, its system discards the answer if more of the request arrives.
_LINGER_S = 1.0
_DISCARD = pack("ii", 1, 0)

log = structlog.get_logger()


@dataclass(frozen=True)
class ConnectionLimits:
    """The operator's limits on connections.

    Attributes:
        header_s: seconds in which the headers of a request must arrive.
        transfer_s: seconds in which a client must read `MIN_BYTES_PER_S` times as many bytes of a response.
        per_address: number of connections from one address.
        exempt: networks of proxies, whose connections are not counted.
    """

    header_s: float
    transfer_s: float
    per_address: int
    exempt: tuple[IPv4Network | IPv6Network, ...]


def server_options(settings: Settings) -> dict[str, Any]:
    """The arguments of `uvicorn.Config` that apply the limits. They can be pickled, for other processes."""
    limits = ConnectionLimits(
        header_s=settings.header_timeout_s,
        transfer_s=settings.upload_timeout_s,
        per_address=settings.connections_per_address,
        exempt=settings.trusted_proxies,
    )
    return {
        "http": partial(BoundedConnection, limits=limits, opened=Counter()),
        # The service has no WebSockets, and the limits do not apply to them.
        "ws": "none",
        "timeout_keep_alive": settings.header_timeout_s,
    }


class BoundedConnection(HttpToolsProtocol):
    """A connection that is closed if its client sends too many or too large headers, or nothing for too long.

    Bodies have limits of their own, in `receiving.py`.
    """

    def __init__(self, *, limits: ConnectionLimits, opened: Counter[str], **server: Any) -> None:
        """Make the protocol of one connection.

        Args:
            limits: the operator's limits.
            opened: number of open connections by network, shared by all connections of the process.
            server: what uvicorn passes to a protocol.
        """
        super().__init__(**server)
        self._limits = limits
        self._opened = opened
        self._network: str | None = None
        self._deadline = _Timer(self.loop)
        self._reading = _Timer(self.loop)
        self._refused = False
        self._fault: Problem | None = None
        # The request that the application handles. `cycle` is the last request, which may have to wait for its turn.
        self._running: RequestResponseCycle | None = None
        # Whether the parser is within the headers of a request, and what it has found in them.
        self._in_headers = False
        self._header_bytes = 0
        self._header_count = 0
        # Bytes received since the parser last reported the beginning of a request, or a part of a body.
        self._unreported = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Start to wait for a request, unless the address has too many connections."""
        super().connection_made(transport)
        self._deadline.start(self._limits.header_s, self._too_late)
        self._network = self._counted_network()
        if self._network is None:
            return
        self._opened[self._network] += 1
        if self._opened[self._network] > self._limits.per_address:
            most, seconds = self._limits.per_address, round(self._limits.header_s) or 1
            self._answer(
                TooManyConnections(
                    f"Your address has {most} open connections already, which is the most that is accepted. Use "
                    f"connections again, or try again in {seconds} s.",
                    limit=most,
                    retry_after=seconds,
                )
            )
            self._close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting the connection, and tell the application."""
        if self._running and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()
        self._deadline.stop()
        self._reading.stop()
        if self._network is not None:
            self._opened[self._network] -= 1
            if not self._opened[self._network]:
                del self._opened[self._network]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what has arrived."""
        self._unreported += len(data)
        if self._refused:
            if self._unreported > UNREAD_BYTES:
                self.transport.abort()
            return
        super().data_received(data)
        if self._refused or self.transport.is_closing():
            return
        if self._unreported > MAX_HEADER_BYTES:
            self._refuse(_headers_too_large())
        elif (self.cycle is None or self.cycle.response_complete) and not self._deadline.runs:
            self._deadline.start(self._limits.header_s, self._too_late)

    def send_400_response(self, msg: str) -> None:
        """Answer a request that cannot be parsed."""
        self._refuse(
            self._fault
            or MalformedRequest(
                "This is not a correct request in HTTP/1.1. The service itself has no TLS: use http://, or the address "
                "of the proxy in front of it."
            )
        )

    def on_message_begin(self) -> None:
        """Note the beginning of a request."""
        super().on_message_begin()
        self._in_headers = True
        self._header_bytes = self._header_count = self._unreported = 0

    def on_url(self, url: bytes) -> None:
        """Note a part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header. One that follows a body in chunks is counted and ignored."""
        self._header_count += 1
        self._count(len(name) + len(value) + _SEPARATOR_BYTES)
        if self._in_headers:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the application."""
        self._in_headers = False
        self._unreported = 0
        self._deadline.stop()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on a part of a body."""
        self._unreported = 0
        super().on_body(body)

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the client to read the last response."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._await_reader()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection without a next request."""
        self._close()

    def pause_writing(self) -> None:
        """Note that the client does not read as fast as the application writes."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """Note that the client has read most of what the application has written."""
        super().resume_writing()
        self._reading.stop()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _unsupported_upgrade_warning(self) -> None:
        """No line in the log: such a request is answered like any other."""

    def _counted_network(self) -> str | None:
        """The network that this connection counts for; None for a proxy."""
        if self.client is None:
            return None
        address = ip_address(self.client[0].partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        return None if any(address in network for network in self._limits.exempt) else network_of(str(address))

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_count > MAX_HEADERS or self._header_bytes > MAX_HEADER_BYTES:
            self._fault = _headers_too_large()
            # Ends the parsing: uvicorn then calls `send_400_response`.
            raise self._fault

    def _too_late(self) -> None:
        if self._in_headers:
            seconds = self._limits.header_s
            self._refuse(
                HeaderTimeout(
                    f"The headers of the request did not arrive within {seconds:g} seconds. Send the request again.",
                    limit=seconds,
                )
            )
        else:
            self._close()

    def _refuse(self, problem: Problem) -> None:
        """Answer with a problem if that is possible, read no more, and close the connection."""
        self._refused = True
        cycle = self.cycle
        free = cycle is None or cycle.response_complete
        if self._in_headers and not free:
            # The answer to an earlier request comes first; then uvicorn closes the connection.
            cycle.keep_alive = False
        elif self._in_headers or cycle is None or not (cycle.response_started or self.pipeline):
            self._answer(problem)
            self.transport.write_eof()
            self._deadline.start(_LINGER_S, self.transport.abort)
            if not free:
                # The fault is in the body of a request that the application handles already.
                cycle.disconnected = True
                cycle.message_event.set()
        else:
            self.transport.abort()

    def _answer(self, problem: Problem) -> None:
        request_id = uuid4().hex
        log.warning("connection_refused", problem=problem.slug, request_id=request_id)
        if count := self.app_state.get(COUNT_REFUSAL):
            count(problem)
        response = problem_response(problem, "/", request_id)
        response.headers.update({**HEADERS, "X-Request-ID": request_id, "Connection": "close"})
        lines = [name + b": " + value + b"\r\n" for name, value in response.raw_headers]
        self.transport.write(b"".join([STATUS_LINE[problem.status], *lines, b"\r\n", bytes(response.body)]))

    def _close(self) -> None:
        self.transport.close()
        self._await_reader()

    def _await_reader(self) -> None:
        """Abort the connection unless its client goes on to read what was written."""
        if left := self.transport.get_write_buffer_size():
            self._reading.start(self._limits.transfer_s, partial(self._check_reader, left))

    def _check_reader(self, before: int) -> None:
        if before - self.transport.get_write_buffer_size() < self._limits.transfer_s * MIN_BYTES_PER_S:
            # Without this option the system would hold up to 4 MB for the client, for minutes.
            self.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, _DISCARD)
            self.transport.abort()
        else:
            self._await_reader()


class _Timer:
    """Calls a function once, some time after its start."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._handle: TimerHandle | None = None

    @property
    def runs(self) -> bool:
        return self._handle is not None

    def start(self, seconds: float, then: Callable[[], object]) -> None:
        self.stop()
        self._handle = self._loop.call_later(seconds, self._end, then)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _end(self, then: Callable[[], object]) -> None:
        self._handle = None
        then()


def _headers_too_large() -> HeadersTooLarge:
    return HeadersTooLarge(HeadersTooLarge.example, limit=MAX_HEADER_BYTES)
