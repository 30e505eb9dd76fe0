"""The engine of another process over its socket; here the other side is a thread."""

import gc
import socket
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from app.config.choices import EngineChoice, Precision
from app.config.settings import ConfigurationError, Settings
from app.models.problems import ModelNotReady
from app.services.remote_engines import process, socket_engine
from app.services.remote_engines.frames import receive_message, send_message
from app.services.remote_engines.host import EngineHost
from app.services.remote_engines.schemas import EngineOpened
from app.services.remote_engines.socket_engine import SocketEngine
from tests.conftest import MODELS

CNN = MODELS["cnn"]


@pytest.fixture
def host() -> EngineHost:
    return EngineHost(Settings(engine=EngineChoice.OPENVINO, precision=Precision.F32))


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Callable[[Callable[[socket.socket], object]], str]]:
    """Accept connections at an address, each in a thread of its own that calls a function."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        listener.listen()

        def start(answer: Callable[[socket.socket], object]) -> str:
            def accept() -> None:
                with suppress(OSError):
                    while True:
                        Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

            Thread(target=accept, daemon=True).start()
            return str(tmp_path / "socket")

        yield start
        listener.shutdown(socket.SHUT_RDWR)


def test_outputs_are_those_of_the_host_and_the_last_caller_releases_the_engine(host: EngineHost, listen):
    address = listen(lambda connection: process._serve(host, connection))
    engine = SocketEngine(address, CNN)
    hosted = host.open(CNN.sha256)
    scan = np.random.default_rng(1).random(CNN.input.shape, np.float32)
    for output, expected in zip(engine(scan), hosted.engine(scan), strict=True):
        np.testing.assert_array_equal(output, expected)
    assert (engine.features, engine.precision) == (hosted.engine.features, Precision.F32)

    held = weakref.ref(hosted)
    del engine, hosted
    deadline = time.monotonic() + 30
    while held():
        gc.collect()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_weights_that_the_host_does_not_have_are_refused(host: EngineHost, listen):
    address = listen(lambda connection: process._serve(host, connection))
    unknown = CNN.model_copy(update={"sha256": "0" * 64})
    with pytest.raises(ConfigurationError, match=r"no model in .* has weights with the SHA-256 000000000000…"):
        SocketEngine(address, unknown)


def test_a_process_that_does_not_answer_is_given_up(listen, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket_engine, "_PASS_S", 0.1)
    hangs = EngineOpened(features=1, precision=Precision.F32, parallel=1, output_shapes=((1, 4), (1, 1, 1, 1), (1, 1)))
    kept: list[socket.socket] = []

    def answer(connection: socket.socket) -> None:
        kept.append(connection)
        receive_message(connection)
        send_message(connection, hangs)

    engine = SocketEngine(listen(answer), CNN)
    with pytest.raises(ModelNotReady):
        engine(np.zeros(CNN.input.shape, np.float32))


def test_a_process_that_ends_while_it_loads_stops_the_start(listen):
    with pytest.raises(ConfigurationError, match="failed to load the model 3 times"):
        SocketEngine(listen(lambda connection: connection.close()), CNN)
