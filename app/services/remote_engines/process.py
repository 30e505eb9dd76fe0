"""The engine process: computes forward passes for all processes of a service that runs in several."""

import multiprocessing
import os
import shutil
import signal
import socket
import tempfile
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

import structlog

from app.config.logging import configure_logging
from app.config.settings import ConfigurationError, Settings
from app.services.remote_engines.frames import receive_array, receive_message, send_array, send_message
from app.services.remote_engines.host import EngineHost
from app.services.remote_engines.schemas import EngineRefused, EngineWanted

# It has nothing to finish, since the processes that call it have ended before.
_END_S = 10
_BACKLOG = 1024

log = structlog.get_logger()


class EngineProcess:
    """The engine process as its parent sees it.

    The parent holds the socket on which the process listens, so that those who connect while it starts again wait.

    Attributes:
        address: of the socket, in a folder that only this user may read.
    """

    def __init__(self) -> None:
        """Start it, without waiting until it answers.

        Raises:
            ConfigurationError: the system has no sockets in the file system, or there is no place for one.
        """
        if not hasattr(socket, "AF_UNIX"):
            raise ConfigurationError(
                "WORKERS: Python has no Unix sockets on this system, so only one process can serve: set WORKERS=1."
            )
        self._listener = socket.socket(socket.AF_UNIX)
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="engine-"))
            self.address = str(self._folder / "socket")
            self._listener.bind(self.address)
        except OSError as error:
            raise ConfigurationError(
                f"WORKERS: no socket can be made in the folder for temporary files ({error}). Set TMPDIR to another."
            ) from error
        self._listener.listen(_BACKLOG)
        self._start()

    def __enter__(self) -> Self:
        """Use the process until the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._alive.close()
        self._process.join(_END_S)
        self._process.kill()
        self._process.join()
        self._listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def ensure(self) -> None:
        """Start the process again if it has ended."""
        if self._process.is_alive():
            return
        log.error("engine_process_ended", code=self._process.exitcode)
        self._alive.close()
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        # The process notices the end of its parent by the end of this pipe, even after SIGKILL.
        theirs, self._alive = context.Pipe(duplex=False)
        self._process = context.Process(target=_run, args=(self._listener, theirs, self._folder), name="engine")
        self._process.start()
        theirs.close()


def _run(listener: socket.socket, parent: "Connection[None, None]", folder: Path) -> None:
    """Serve until the parent ends."""
    # A terminal and systemd send signals to all processes. This one ends after those that call it.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    os.umask(0o077)
    settings = Settings.from_environment()
    configure_logging(settings)
    host = EngineHost(settings)
    while parent not in (ready := wait([listener, parent])):
        if listener in ready:
            connection, _ = listener.accept()
            Thread(target=_serve, args=(host, connection), daemon=True).start()
    shutil.rmtree(folder, ignore_errors=True)


def _serve(host: EngineHost, connection: socket.socket) -> None:
    """Compute for one thread of a calling process, until it closes the connection."""
    try:
        with connection:
            _answer(host, connection)
    except (OSError, EOFError):
        return
    except Exception:
        # The caller sees that the connection is closed.
        log.exception("engine_failed")


def _answer(host: EngineHost, connection: socket.socket) -> None:
    wanted = EngineWanted.model_validate_json(receive_message(connection))
    try:
        hosted = host.open(wanted.sha256)
    except ConfigurationError as error:
        send_message(connection, EngineRefused(reason=str(error)))
        return
    send_message(connection, hosted.opened)
    shape = hosted.version.metadata.input.shape
    while True:
        for output in hosted.engine(receive_array(connection, shape)):
            send_array(connection, output)
