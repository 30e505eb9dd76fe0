"""A TCP proxy that can stop forwarding while it keeps its connections, as a server that hangs does."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class StallingProxy:
    """Forwards connections to a local port within a `with` block."""

    def __init__(self, port: int) -> None:
        """Listen on a free port.

        Args:
            port: where to forward to.
        """
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._forwards = threading.Event()
        self._forwards.set()
        self._open: list[socket.socket] = []

    def stall(self) -> None:
        """Forward nothing more, and accept connections anyway."""
        self._forwards.clear()

    def resume(self) -> None:
        """Forward what has arrived, and go on."""
        self._forwards.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forwards.set()
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._forward, args=(source, target), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._forwards.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
