"""The engine of the engine process, as the processes that answer requests see it."""

import socket
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

import numpy as np
import structlog
from numpy.typing import NDArray
from pydantic import TypeAdapter

from app.config.choices import EngineChoice, Precision
from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.models.problems import ModelNotReady
from app.services.network.engines import Outputs
from app.services.remote_engines.frames import receive_array, receive_message, send_array, send_message
from app.services.remote_engines.schemas import EngineOpened, EngineRefused, EngineWanted

# A pass takes 0.1 s; only a process that does not run reaches these times.
_PASS_S = 60
_LOAD_S = 120
_ATTEMPTS = 3
_AGAIN_S = 1
_RETRY_AFTER_S = 5

_ANSWER: TypeAdapter[EngineOpened | EngineRefused] = TypeAdapter(EngineOpened | EngineRefused)

log = structlog.get_logger()


class SocketEngines:
    """Opens engines of the engine process; see `EngineOpener`."""

    def __init__(self, address: str) -> None:
        """Remember the address of the process's socket."""
        self._address = address

    def __call__(
        self, choice: EngineChoice, precision: Precision, metadata: ModelMetadata, weights: Path, parallel: int
    ) -> "SocketEngine":
        """Open an engine; the process has the settings of its own that the other arguments state.

        Raises:
            ConfigurationError: the process cannot load these weights.
        """
        return SocketEngine(self._address, metadata)


class SocketEngine:
    """A network in the engine process. See `Engine`."""

    def __init__(self, address: str, metadata: ModelMetadata) -> None:
        """Have it loaded; raises `ConfigurationError` if that is not possible."""
        self._link = _Link(address, EngineWanted(sha256=metadata.sha256))
        opened = self._link.opened
        self.features = opened.features
        self.precision = opened.precision
        self.parallel = opened.parallel
        # The process releases the network when no process has a connection for it.
        weakref.finalize(self, self._link.close)

    @property
    def ready(self) -> bool:
        """Whether the process has the network in memory."""
        return self._link.ready

    def __call__(self, scan: NDArray[np.float32]) -> Outputs:
        """Run a forward pass; see `Engine`."""
        return self._link.run(scan)


class _Link:
    """Connections to the engine process for one engine: one that waits for its end, and one for each thread that calls.

    When the process ends, the link connects again, which has the next process load the network.
    """

    def __init__(self, address: str, wanted: EngineWanted) -> None:
        self._address = address
        self._wanted = wanted
        self._closed = Event()
        self._idle: SimpleQueue[socket.socket] = SimpleQueue()
        self._lease, self.opened = self._connected_first()
        self.ready = True
        Thread(target=self._watch, name="engine-link", daemon=True).start()

    def run(self, scan: NDArray[np.float32]) -> Outputs:
        try:
            with self._connection() as connection:
                send_array(connection, scan)
                logits, feature_map, features = (
                    receive_array(connection, shape) for shape in self.opened.output_shapes
                )
                return logits, feature_map, features
        except (OSError, EOFError, ConfigurationError) as error:
            raise ModelNotReady(
                "The process that computes has ended, and starts again. Try again in a few seconds.",
                retry_after=_RETRY_AFTER_S,
            ) from error

    def close(self) -> None:
        self._closed.set()
        with suppress(OSError):
            self._lease.shutdown(socket.SHUT_RDWR)
        _close_all(self._idle)

    @contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        """A connection that no other thread uses; one on which something failed is closed."""
        idle = self._idle
        try:
            connection = idle.get_nowait()
        except Empty:
            connection, _ = self._connect(_PASS_S)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        idle.put(connection)

    def _connect(self, timeout_s: float) -> tuple[socket.socket, EngineOpened]:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(timeout_s)
            connection.connect(self._address)
            send_message(connection, self._wanted)
            answer = _ANSWER.validate_json(receive_message(connection))
        except BaseException:
            connection.close()
            raise
        if isinstance(answer, EngineRefused):
            connection.close()
            raise ConfigurationError(answer.reason)
        return connection, answer

    def _connected_first(self) -> tuple[socket.socket, EngineOpened]:
        for _ in range(_ATTEMPTS):
            with suppress(OSError, EOFError):
                return self._connect(_LOAD_S)
        raise ConfigurationError(
            f"the process that computes failed to load the model {_ATTEMPTS} times. The log has the reasons; a process "
            "that ended with -9 usually had too little memory."
        )

    def _watch(self) -> None:
        """Wait until the process ends, and then for the next one."""
        while not self._closed.is_set():
            with suppress(OSError), self._lease:
                self._lease.settimeout(None)
                # It sends nothing on this connection: this returns when either side has ended.
                self._lease.recv(1)
            self.ready = False
            _close_all(self._idle)
            self._idle = SimpleQueue()
            while not self._closed.is_set():
                try:
                    self._lease, self.opened = self._connect(_LOAD_S)
                    self.ready = True
                    break
                except ConfigurationError as error:
                    log.error("engine_not_loaded", reason=str(error))
                except (OSError, EOFError):
                    pass
                self._closed.wait(_AGAIN_S)


def _close_all(connections: "SimpleQueue[socket.socket]") -> None:
    with suppress(Empty):
        while True:
            connections.get_nowait().close()
