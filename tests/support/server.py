"""A real server process on a real socket."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from app.config.settings import PROJECT_DIR


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def setup_links(server: "RunningServer") -> list[str]:
    """The links to the first account in a log in JSON."""
    return [entry["link"] for entry in map(json.loads, server.log.splitlines()) if entry["event"] == "no_account_yet"]


class RunningServer:
    """Context manager that runs `python -m app serve` with the given environment variables.

    The cache of predictions is off unless `CACHE_MB` is given, so that each request is computed. Uploads have a
    temporary folder unless `UPLOADS_DIR` is given. `under` is a command that runs the server, such as a tracer.
    """

    command: Sequence[str] = (sys.executable, "-m", "app", "serve")
    start_s = 120

    def __init__(self, *, wait: bool = True, under: Sequence[str] = (), **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._wait = wait
        self._under = under
        self._folder = tempfile.TemporaryDirectory()
        self._environment = {
            **os.environ,
            "PORT": str(self.port),
            "CACHE_MB": "0",
            "UPLOADS_DIR": self._folder.name,
            **environment,
        }
        self.uploads = Path(self._environment["UPLOADS_DIR"])
        self._log = tempfile.NamedTemporaryFile(mode="w+", suffix=".log")  # noqa: SIM115

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [*self._under, *self.command],
            env=self._environment,
            cwd=PROJECT_DIR,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )
        if self._wait:
            try:
                self.wait_for("/health/ready")
            except BaseException as error:
                self.__exit__(type(error), error, error.__traceback__)
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(60)
        finally:
            self.process.kill()
            self._log.close()
            self._folder.cleanup()

    @property
    def grpc_port(self) -> int:
        """The port for gRPC of a server with `GRPC_PORT`."""
        return int(self._environment["GRPC_PORT"])

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60)

    def wait_for(self, path: str) -> None:
        """Wait until a path is answered with 200."""
        deadline = time.monotonic() + self.start_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.log}")
            try:
                if httpx.get(self.url + path, timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise TimeoutError(f"no 200 from {path}:\n{self.log}")

    def stop(self) -> int:
        """Stop the server with SIGTERM; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    @property
    def log(self) -> str:
        return Path(self._log.name).read_text()


class RunningWorkers(RunningServer):
    """The service in two processes; one that ends is started again."""

    def __init__(self, *, wait: bool = True, **environment: str) -> None:
        super().__init__(wait=wait, **environment, WORKERS="2")

    def wait_for(self, path: str) -> None:
        """Wait for both processes: the one that answers the path may not be the one that answers the next request."""
        super().wait_for(path)
        deadline = time.monotonic() + self.start_s
        while len(re.findall(r'\] ready |"event": "ready"', self.log)) < 2:
            if time.monotonic() > deadline:
                raise TimeoutError(f"only one process is ready:\n{self.log}")
            time.sleep(0.05)
