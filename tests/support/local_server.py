"""A local HTTP server that stands in for an external one; subclasses implement its protocol."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Reply:
    """A response."""

    status: int = 200
    content_type: str = "application/json"
    body: bytes = b""


class LocalServer:
    """Context manager that answers GET, POST and PUT requests; while `gate` is cleared, clients wait."""

    def __init__(self) -> None:
        self.gate = gate = threading.Event()
        self.gate.set()
        reply_to = self.reply_to

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                reply = reply_to(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                gate.wait(120)
                # A client that has waited may be gone.
                with suppress(OSError):
                    self.send_response(reply.status)
                    self.send_header("Content-Type", reply.content_type)
                    self.send_header("Content-Length", str(len(reply.body)))
                    self.end_headers()
                    self.wfile.write(reply.body)

            def do_GET(self) -> None:
                self.do_POST()

            def do_PUT(self) -> None:
                self.do_POST()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def reply_to(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Answer a request; header names are in lower case."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
