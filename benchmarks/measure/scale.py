"""Time and memory of 1, 10, 100 and 1,000 images, through the batch endpoint and the command line."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from app.config.settings import PROJECT_DIR, Settings
from benchmarks.support.clients import SAMPLES
from benchmarks.support.results import Figure, publish
from benchmarks.support.status import peak_memory
from tests.support.server import RunningServer

COUNTS = (1, 10, 100, 1000)
# On Linux a process inherits the peak memory of its parent, so a small process must start it.
_WITH_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run(rounds: int) -> None:
    """Measure and publish; a round takes a few minutes."""
    with TemporaryDirectory() as folder, RunningServer(LOG_LEVEL="error") as server:
        files = [Path(folder, f"{number:04d}.jpg") for number in range(max(COUNTS))]
        for number, file in enumerate(files):
            # A few bytes after the end of the picture keep the response out of the cache.
            file.write_bytes(SAMPLES[number % len(SAMPLES)] + number.to_bytes(4))
        figures = [
            *_figures("batches", lambda some: _batches(server, some), files, rounds),
            *_figures("command line", _command_line, files, rounds),
        ]
    publish("scale", figures=figures)


def _figures(
    name: str, classify: Callable[[Sequence[Path]], tuple[float, float]], files: Sequence[Path], rounds: int
) -> list[Figure]:
    """Time and memory of each count, and the ratios of the largest to smaller ones."""
    classify(files[:1])
    measured = {count: [classify(files[:count]) for _ in range(rounds)] for count in COUNTS}
    seconds = {count: median(each[0] for each in runs) for count, runs in measured.items()}
    megabytes = {count: median(each[1] for each in runs) for count, runs in measured.items()}
    figures = []
    for count in COUNTS:
        what = f"{name}, {count:,} {'image' if count == 1 else 'images'}"
        figures.append(Figure(name=what, value=seconds[count], unit="s"))
        figures.append(Figure(name=f"{what}, peak memory", value=megabytes[count], unit="MB"))
    figures.append(
        Figure(
            name=f"{name}, time per further image, 1,000 relative to 100",
            value=(seconds[1000] - seconds[100]) / 900 / ((seconds[100] - seconds[10]) / 90),
            unit="1",
            target="1 (linear)",
        )
    )
    figures.append(
        Figure(
            name=f"{name}, peak memory, 1,000 relative to 100",
            value=megabytes[1000] / megabytes[100],
            unit="1",
            target="1 (flat)",
        )
    )
    return figures


def _batches(server: RunningServer, files: Sequence[Path]) -> tuple[float, float]:
    """Seconds of requests with the largest allowed number of files, and the server's peak memory in megabytes."""
    most = Settings.from_environment().max_batch_files
    started = perf_counter()
    with server.client() as client:
        for first in range(0, len(files), most):
            parts = [("files", ("scan", file.read_bytes())) for file in files[first : first + most]]
            client.post("/api/v1/predictions/batch", files=parts).raise_for_status()
    return perf_counter() - started, peak_memory(server.process.pid)


def _command_line(files: Sequence[Path]) -> tuple[float, float]:
    """Seconds and peak memory in megabytes of one call."""
    started = perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", _WITH_PEAK, sys.executable, "-m", "app", "predict", "--json", *files],
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return perf_counter() - started, int(ended.stdout) * 1024 / 1e6
