"""The service against Keras in a plain route, ONNX Runtime and two published packages, in one run.

Needs PyTorch (`make torch`), and a package index on the first call.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter, sleep
from types import TracebackType
from typing import Self

import httpx

from app.config.settings import PROJECT_DIR, Settings
from app.services.inference.registry import ModelRegistry
from benchmarks.support import peer_worker
from benchmarks.support.clients import IMAGE, PREDICTIONS, closed_loop, encoded, for_seconds
from benchmarks.support.packages import RUNS, install
from benchmarks.support.results import Figure, publish
from benchmarks.support.rounds import take_turns
from benchmarks.support.status import peak_memory
from research.pipeline.evaluation import peer_runner
from research.pipeline.evaluation.peers import PACKAGES, install_peers
from tests.support.server import START_S, RunningServer, free_port

CLIENTS = 16
SECONDS = 10.0
# Packages that PyTorch's exporter imports and the environment lacks.
_EXPORTER = ("onnx==1.23.2", "onnx-ir==1.1.0", "onnxscript==0.7.2")


class Worker:
    """A process that makes one prediction per call; it runs within a `with` block."""

    def __init__(self, *command: str | Path) -> None:
        self._command = command

    def __enter__(self) -> Self:
        environment = {**os.environ, "PYTHONPATH": str(Path(peer_runner.__file__).parent)}
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
    worker = Path(peer_worker.__file__)
    with ExitStack() as stack:
        ours = stack.enter_context(RunningServer(QUEUE_SIZE="1000", LOG_LEVEL="error"))
        plain_url, plain = stack.enter_context(_plain_service())
        workers = {
            f"{package.requirement}, a call": stack.enter_context(Worker(python, worker, package.name, IMAGE))
            for package in PACKAGES
        }
        workers["ONNX Runtime, forward pass only"] = stack.enter_context(Worker(python, worker, _exported()))
        client = stack.enter_context(httpx.Client(timeout=60))

        def post(url: str) -> None:
            client.post(url, files={"file": ("scan", data)}).raise_for_status()

        times = take_turns(
            {
                "this service, with heat-map": lambda: post(f"{ours.url}{PREDICTIONS}"),
                "this service, without heat-map": lambda: post(f"{ours.url}{PREDICTIONS}?heatmap=false"),
                "Keras model.predict in a route": lambda: post(f"{plain_url}/predict"),
                **workers,
            },
            rounds,
        )
        processes = {"this service": ours.process.pid, "Keras model.predict in a route": plain}
        processes |= {name: worker.process.pid for name, worker in workers.items()}
        figures = [
            *_throughput("this service", ours.url, PREDICTIONS, data),
            *_throughput("Keras model.predict in a route", plain_url, "/predict", data),
            *(
                Figure(name=f"{name}: peak memory", value=peak_memory(pid), unit="MB")
                for name, pid in processes.items()
            ),
        ]
    publish("peers", times, figures)


def _throughput(name: str, url: str, path: str, data: bytes) -> list[Figure]:
    seconds: list[float] = []
    closed_loop(url, CLIENTS, for_seconds(SECONDS, [encoded(data)]), seconds.append, path)
    return [Figure(name=f"{name}: {CLIENTS} clients", value=len(seconds) / SECONDS, unit="predictions/s")]


@contextmanager
def _plain_service() -> Iterator[tuple[str, int]]:
    """Run the plain service; yields its address and process id."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "benchmarks.support.plain_service:app", "--port", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = perf_counter() + START_S
        while not _answers(f"{url}/openapi.json"):
            if process.poll() is not None or perf_counter() > deadline:
                raise RuntimeError("the plain service did not start")
            sleep(0.1)
        yield url, process.pid
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def _exported() -> Path:
    """The default model's network as ONNX, exported on the first call for these weights."""
    metadata = ModelRegistry(Settings.from_environment()).describe(None)
    exporter = install("onnx", _EXPORTER)
    file = exporter / f"{metadata.sha256}.onnx"
    if not file.exists():
        environment = {**os.environ, "KERAS_BACKEND": "torch", "PYTHONPATH": str(exporter)}
        command = [sys.executable, "-m", "benchmarks.support.export_onnx", str(file)]
        subprocess.run(command, cwd=PROJECT_DIR, env=environment, check=True)
    return file
