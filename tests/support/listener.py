"""A real process of `btc listen`, which can be killed and started again."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.config.settings import PROJECT_DIR

START_S = 120


class RunningListener:
    """Runs `python -m app listen` with the given environment variables; its log has the lines of all its processes."""

    def __init__(self, port: int, **environment: str) -> None:
        self._environment = {
            **os.environ,
            "DIMSE_PORT": str(port),
            "DIMSE_CALLERS": "SCANNER",
            "DIMSE_PEER": "PACS@127.0.0.1:104",
            "DIMSE_STABLE_S": "1",
            "LOG_LEVEL": "debug",
            "PRECISION": "f32",
            **environment,
        }
        self._log = tempfile.NamedTemporaryFile(mode="a+", suffix=".log")  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **changes: str) -> None:
        """Start it, with other environment variables if some are given, and wait until it listens."""
        before = self.log.count(" listening ")
        self._process = self._started(**changes)
        deadline = time.monotonic() + START_S
        while self.log.count(" listening ") == before:
            assert self._process.poll() is None and time.monotonic() < deadline, self.log
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, with SIGKILL."""
        if self._process:
            self._process.kill()
            self._process.wait(30)

    def stop(self) -> int:
        """Stop it with SIGTERM; returns its exit code."""
        assert self._process
        self._process.terminate()
        return self._process.wait(60)

    @property
    def log(self) -> str:
        return Path(self._log.name).read_text()

    def _started(self, **changes: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "app", "listen"]
        return subprocess.Popen(
            command, env={**self._environment, **changes}, cwd=PROJECT_DIR, stdout=self._log, stderr=self._log
        )
