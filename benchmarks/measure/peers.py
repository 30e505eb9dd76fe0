"""The service against other engines, services and published packages, in one run.

Engines: ONNX Runtime, LiteRT with XNNPACK and compiled PyTorch, each with the same network. Services: Keras in a plain
route, and LitServe with ONNX Runtime.

Needs PyTorch (`make torch`), and a package index on the first call.
"""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from time import perf_counter, sleep
from types import TracebackType
from typing import Self

import httpx
import numpy as np

from app.config.settings import PROJECT_DIR, Settings
from app.services.inference.registry import ModelRegistry
from benchmarks.support import peer_worker
from benchmarks.support.clients import IMAGE, PREDICTIONS, closed_loop, encoded, for_seconds
from benchmarks.support.packages import RUNS, install
from benchmarks.support.results import Figure, publish
from benchmarks.support.rounds import take_turns
from benchmarks.support.status import peak_memory_of_all
from research.pipeline.evaluation import peer_runner
from research.pipeline.evaluation.peers import PACKAGES, install_peers
from tests.support.server import RunningServer, free_port

CLIENTS = 16
SECONDS = 10.0
# Packages that PyTorch's exporter imports and the environment lacks.
_EXPORTER = ("onnx==1.23.2", "onnx-ir==1.1.0", "onnxscript==0.7.2")


OURS = "this service"
# Engines and servers with an environment of their own.
_SERVING = [
    "ai-edge-litert==2.3.0",
    "litserve==0.2.19",
    "onnxruntime==1.32.0",
    "pillow==12.1.0",
    "python-multipart==0.0.20",
]


class OtherService:
    """A service that answers `POST /predict`; it runs within a `with` block. Its command receives the port.

    Attributes:
        first_s: seconds from its start to its first answer.
    """

    def __init__(self, *command: str | Path, python: str | Path = sys.executable) -> None:
        self._port = free_port()
        self._command = [python, *command, str(self._port)]
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        started = perf_counter()
        self.process = subprocess.Popen(
            self._command, cwd=PROJECT_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while True:
            try:
                _post(self.url, "/predict", IMAGE.read_bytes())
                break
            except httpx.HTTPError as error:
                if self.process.poll() is not None or perf_counter() > started + RunningServer.start_s:
                    self._end()
                    raise RuntimeError(f"{self._command} did not start") from error
                sleep(0.1)
        self.first_s = perf_counter() - started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        # LitServe has processes of its own. A service that ended may have left none.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Worker:
    """A process that makes one prediction per call; it runs within a `with` block.

    Attributes:
        first_s: seconds from its start to its first prediction.
    """

    def __init__(self, *command: str | Path) -> None:
        self._command = command

    def __enter__(self) -> Self:
        environment = {**os.environ, "PYTHONPATH": str(Path(peer_runner.__file__).parent)}
        started = perf_counter()
        self.process = subprocess.Popen(
            self._command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )
        self._wait()
        self.first_s = perf_counter() - started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()

    def __call__(self) -> None:
        """Make one prediction."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self._wait()

    def _wait(self) -> None:
        assert self.process.stdout
        if not self.process.stdout.readline():
            raise RuntimeError(f"{self._command} ended with {self.process.wait()}")


def run(rounds: int) -> None:
    """Measure and publish."""
    data = IMAGE.read_bytes()
    python = install_peers(RUNS / "peers", [package.requirement for package in PACKAGES])
    serving = install_peers(RUNS / "serving", _SERVING)
    worker = Path(peer_worker.__file__)
    onnx = _exported(".onnx")
    with ExitStack() as stack:
        started = perf_counter()
        ours = stack.enter_context(RunningServer(QUEUE_SIZE="1000", LOG_LEVEL="error"))
        _post(ours.url, PREDICTIONS, data)
        first = {OURS: perf_counter() - started}
        others = {
            "Keras model.predict in a route": OtherService("-m", "benchmarks.support.plain_service"),
            "LitServe, ONNX Runtime": OtherService(worker.with_name("litserve_service.py"), onnx, python=serving),
        }
        workers = {
            "ONNX Runtime, forward pass only": Worker(serving, worker, onnx),
            "LiteRT with XNNPACK, forward pass only": Worker(serving, worker, _exported(".tflite")),
            "PyTorch, compiled, forward pass only": Worker(sys.executable, worker, _exported(".pt2")),
        } | {f"{package.requirement}, a call": Worker(python, worker, package.name, IMAGE) for package in PACKAGES}
        peers: dict[str, OtherService | Worker] = {**others, **workers}
        for name, peer in peers.items():
            stack.enter_context(peer)
            first[name] = peer.first_s
        client = stack.enter_context(httpx.Client(timeout=60))

        def post(url: str) -> None:
            client.post(url, files={"file": ("scan", data)}).raise_for_status()

        times = take_turns(
            {
                "this service, with heat-map": lambda: post(f"{ours.url}{PREDICTIONS}"),
                "this service, without heat-map": lambda: post(f"{ours.url}{PREDICTIONS}?heatmap=false"),
                **{name: partial(post, f"{other.url}/predict") for name, other in others.items()},
                **workers,
            },
            rounds,
        )
        processes = {OURS: ours.process.pid}
        processes |= {name: peer.process.pid for name, peer in peers.items()}
        figures = [
            *_throughput(OURS, ours.url, PREDICTIONS, data),
            *(figure for name, other in others.items() for figure in _throughput(name, other.url, "/predict", data)),
            *(Figure(name=f"{name}: first answer", value=seconds, unit="s") for name, seconds in first.items()),
            *(
                Figure(name=f"{name}: peak memory", value=peak_memory_of_all(pid), unit="MB")
                for name, pid in processes.items()
            ),
        ]
    publish("peers", times, figures)


def _post(url: str, path: str, data: bytes) -> None:
    httpx.post(f"{url}{path}", files={"file": ("scan", data)}, timeout=60).raise_for_status()


def _throughput(name: str, url: str, path: str, data: bytes) -> list[Figure]:
    seconds: list[float] = []
    closed_loop(url, CLIENTS, for_seconds(SECONDS, [encoded(data)]), seconds.append, path)
    return [
        Figure(name=f"{name}: {CLIENTS} clients", value=len(seconds) / SECONDS, unit="predictions/s"),
        Figure(name=f"{name}: {CLIENTS} clients, p99", value=1e3 * float(np.quantile(seconds, 0.99)), unit="ms"),
    ]


def _exported(suffix: str) -> Path:
    """The default model's network for another engine, exported on the first call for these weights."""
    metadata = ModelRegistry(Settings.from_environment()).describe(None)
    exporter = install("onnx", _EXPORTER)
    file = exporter / f"{metadata.sha256}{suffix}"
    if not file.exists():
        backend = "tensorflow" if suffix == ".tflite" else "torch"
        environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(exporter)}
        command = [sys.executable, "-m", "benchmarks.support.export_network", str(file)]
        subprocess.run(command, cwd=PROJECT_DIR, env=environment, check=True)
    return file
