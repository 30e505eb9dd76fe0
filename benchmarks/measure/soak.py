"""Memory and disk of a server with drift detection and metrics, over 100,000 requests.

Two of ten requests are new scans. The others are repeated scans, a file that is not an image, and requests for samples,
metrics, drift and readiness. The faster of the two models classifies, without heat-maps, so that the benchmark ends
within an hour; everything that could grow is the same.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.support.clients import PREDICTIONS, SAMPLES, connect, encoded, status_of
from benchmarks.support.results import Figure, publish
from benchmarks.support.status import peak_memory, resident_memory
from tests.support.server import RunningServer

CLIENTS = 16
A_ROUND = 1000
_CLASSIFY = f"{PREDICTIONS}?model=cnn&heatmap=false"
_SEEN = list(map(encoded, SAMPLES))
_NO_SCAN = encoded(b"a letter")
_READ = ("/metrics", "/api/v1/monitoring/drift", "/api/v1/samples", "/health/ready")


def run(rounds: int) -> None:
    """Measure and publish; a round is 1,000 requests."""
    memory, disk = [], []
    with TemporaryDirectory() as folder, ThreadPoolExecutor(CLIENTS) as clients:
        data = Path(folder)
        with RunningServer(LOG_LEVEL="error", DRIFT="on", METRICS="on", CACHE_MB="32", DATA_DIR=folder) as server:
            for number in track(range(rounds), description="Requests", console=Console(stderr=True)):
                shares = [range(number * A_ROUND + first, (number + 1) * A_ROUND, CLIENTS) for first in range(CLIENTS)]
                list(clients.map(lambda share: _ask(server.url, share), shares))
                memory.append(resident_memory(server.process.pid))
                disk.append(_megabytes(data))
            peak = peak_memory(server.process.pid)
            left = _megabytes(server.uploads)
    half = rounds // 2
    slope = np.polyfit(np.arange(half, rounds), memory[half:], 1)[0]
    answered = f"{rounds * A_ROUND:,} requests"
    publish(
        "soak",
        figures=[
            Figure(name=f"resident, peak of {answered}", value=peak, unit="MB", target="<= 480"),
            Figure(name="slope, second half", value=round(slope, 4), unit="MB per 1,000 requests", target="< 0.1"),
            Figure(name="database, after half of them", value=disk[half - 1], unit="MB"),
            Figure(name="database, after all of them", value=disk[-1], unit="MB", target="no more than after half"),
            Figure(name="remaining uploads", value=left, unit="MB", target="0"),
        ],
    )


def _ask(url: str, numbers: range) -> None:
    with closing(connect(url)) as client:
        for number in numbers:
            kind, which = number % 10, number // 10 % len(SAMPLES)
            expected = HTTPStatus.OK
            if kind < 2:
                # A few bytes after the end of the picture keep the response out of the cache.
                status = status_of(client, "POST", _CLASSIFY, encoded(SAMPLES[which] + number.to_bytes(4)))
            elif kind < 5:
                status = status_of(client, "POST", _CLASSIFY, _SEEN[which])
            elif kind < 6:
                status, expected = status_of(client, "POST", _CLASSIFY, _NO_SCAN), HTTPStatus.BAD_REQUEST
            else:
                status = status_of(client, "GET", _READ[kind - 6])
            if status != expected:
                raise RuntimeError(f"request {number} got the status {status}")


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
