"""The gRPC port: passes each call to an ASGI application, as a request for its path whose body is the message."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import grpc
import structlog
from starlette.types import ASGIApp, Message, Scope

from app.config.settings import ConfigurationError, Settings
from app.models.problems import UploadTimeout
from app.routes.bodies import CLIENT_CLOSED_REQUEST, CallRoute
from app.routes.errors import CALL_PREFIX
from app.services.inference.bodies import BodiesInFlight

_METHODS = frozenset(
    f"{CALL_PREFIX}/{name}"
    for name in ("ServerLive", "ServerReady", "ServerMetadata", "ModelReady", "ModelMetadata", "ModelInfer")
)
_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    408: grpc.StatusCode.DEADLINE_EXCEEDED,
    413: grpc.StatusCode.INVALID_ARGUMENT,
    415: grpc.StatusCode.INVALID_ARGUMENT,
    422: grpc.StatusCode.INVALID_ARGUMENT,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    CLIENT_CLOSED_REQUEST: grpc.StatusCode.CANCELLED,
    503: grpc.StatusCode.UNAVAILABLE,
}
# Headers of a response that clients of gRPC receive, as metadata. The others are for browsers.
_PASSED_ON = ("x-request-id", "retry-after", "ratelimit", "ratelimit-policy", "x-model-version")
# A client accepts 8 KB of metadata, in which a character takes up to 9 bytes.
_MAX_DETAILS = 800
_CALLS_PER_CONNECTION = 100
_GRACE_S = 10.0

log = structlog.get_logger()


@asynccontextmanager
async def grpc_port(app: ASGIApp, settings: Settings) -> AsyncIterator[None]:
    """Listen for calls. At the end, those in flight have 10 seconds.

    Args:
        app: answers the calls.
        settings: host, port and limits.

    Raises:
        ConfigurationError: the port cannot be used.
    """
    milliseconds = round(settings.header_timeout_s * 1e3)
    options = [
        ("grpc.max_receive_message_length", CallRoute.max_message_bytes(settings)),
        ("grpc.max_concurrent_streams", _CALLS_PER_CONNECTION),
        ("grpc.max_allowed_incoming_connections", settings.connections_per_address),
        ("grpc.max_connection_idle_ms", milliseconds),
        ("grpc.server_handshake_timeout_ms", milliseconds),
        # None: 10 MB could become 10 GB.
        ("grpc.compression_enabled_algorithms_bitset", 1),
        # Several processes share the port.
        ("grpc.so_reuseport", int(settings.workers > 1)),
    ]
    server = grpc.aio.server(handlers=[_Calls(app, settings)], options=options)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    try:
        server.add_insecure_port(f"{host}:{settings.grpc_port}")
    except RuntimeError as error:
        raise ConfigurationError(
            f"GRPC_PORT={settings.grpc_port}: the service cannot listen on this port of {settings.host}. Set GRPC_PORT "
            "to another port."
        ) from error
    await server.start()
    log.info("grpc_ready", host=settings.host, port=settings.grpc_port)
    try:
        yield
    finally:
        await server.stop(_GRACE_S)


class _Calls(grpc.GenericRpcHandler):  # type: ignore[misc]  # the library has no types
    """The methods of the service. gRPC answers calls of others with UNIMPLEMENTED."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        # Not those of HTTP: a call that stalls takes as much as the largest message, without sending a byte of it.
        self._arriving = BodiesInFlight(settings)

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        """The handler of a call, which reads the message itself, after the checks that need none."""
        path = handler_call_details.method
        if path not in _METHODS:
            return None

        async def handle(_: object, context: grpc.aio.ServicerContext) -> bytes:
            return await self._handle(path, context)

        # On the wire a call with one message is a stream of one; only the handler of a stream begins without it.
        return grpc.stream_unary_rpc_method_handler(handle)

    async def _handle(self, path: str, context: grpc.aio.ServicerContext) -> bytes:
        response = _Response()
        seconds = self._settings.upload_timeout_s
        deadline = asyncio.get_running_loop().time() + seconds
        ended = asyncio.Event()
        read = False

        async def receive() -> Message:
            nonlocal read
            if read:
                await ended.wait()
                return {"type": "http.disconnect"}
            read = True
            with self._arriving.body() as arriving:
                # The size of a message is known when it has arrived.
                arriving.add(CallRoute.max_message_bytes(self._settings))
                try:
                    async with asyncio.timeout_at(deadline):
                        message = await context.read()
                except TimeoutError:
                    raise UploadTimeout(
                        f"The message did not arrive within {seconds:g} seconds. Send it over a faster connection, or "
                        "send smaller messages.",
                        limit=seconds,
                    ) from None
            if message is grpc.aio.EOF:
                # The client has vanished, or gRPC has answered that the message is too large.
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": message}

        async def answer() -> None:
            await self._app(self._scope(path, context), receive, response.send)

        answering = asyncio.create_task(answer())
        try:
            await asyncio.shield(answering)
        except asyncio.CancelledError:
            # The client has cancelled the call or vanished, or its deadline has passed.
            ended.set()
            await answering
            raise
        metadata = tuple((name, value) for name, value in response.headers if name in _PASSED_ON)
        if response.status != HTTPStatus.OK:
            code = _CODES.get(response.status, grpc.StatusCode.INTERNAL)
            await context.abort(code, response.details, metadata)
        context.set_trailing_metadata(metadata)
        return response.body

    def _scope(self, path: str, context: grpc.aio.ServicerContext) -> Scope:
        # "ipv4:127.0.0.1:50000" or "ipv6:[::1]:50000"; empty if the call has ended already.
        host, _, port = unquote(context.peer()).partition(":")[2].rpartition(":")
        metadata = context.invocation_metadata() or ()
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "2",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [
                (name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in metadata
            ],
            "client": (host.strip("[]"), int(port)) if port else None,
            "server": (self._settings.host, self._settings.grpc_port),
        }


class _Response:
    """The response of the application."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        else:
            self.body += message.get("body", b"")

    @property
    def details(self) -> str:
        """The description of an error for the client; empty without one."""
        try:
            fault: dict[str, Any] = json.loads(self.body)
        except ValueError:
            return ""
        return str(fault["error"])[:_MAX_DETAILS]
