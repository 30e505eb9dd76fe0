"""A real Prometheus server for tests, and a parser for a page of metrics."""

import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.server import free_port

START_S = 60


def need(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: make servers")


class PrometheusServer:
    """Context manager that runs `prometheus` with a configuration file and a folder for its data."""

    def __init__(self, configuration: Path, data: Path) -> None:
        need("prometheus")
        self.url = f"http://127.0.0.1:{free_port()}"
        self._command: list[str | Path] = [
            "prometheus",
            f"--config.file={configuration}",
            f"--storage.tsdb.path={data}",
            f"--web.listen-address={self.url.removeprefix('http://')}",
        ]
        self._log = data.with_suffix(".log")

    def __enter__(self) -> Self:
        with self._log.open("w") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()

    def ask(self, path: str, **parameters: str) -> Any:
        """Query its HTTP API."""
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=30).json()
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, expression: str) -> list[Any]:
        """Evaluate an expression; returns its series."""
        series: list[Any] = self.ask("query", query=expression)["result"]
        return series

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/-/ready").status_code == 200
        except httpx.TransportError:
            return False


Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read_page(text: str) -> Series:
    """Parse a page of metrics: the value of each sample by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def total(page: Series, name: str, **labels: str) -> float:
    """Sum the samples with this name and these labels."""
    return sum(value for (found, given), value in page.items() if found == name and labels.items() <= given)
