"""Time from the start command of the service until its readiness check succeeds, and what the extra `dicom` adds."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.support.results import Figure, publish
from benchmarks.support.status import resident_memory
from tests.support.server import RunningServer

# Python runs it at its start; the packages of the extra are then as if they were not installed.
_WITHOUT_DICOM = """
from importlib.machinery import PathFinder

found = PathFinder.find_spec
hidden = ("highdicom", "httpx2", "imagecodecs", "nibabel", "pydicom", "pynetdicom")
PathFinder.find_spec = lambda name, *args: None if name in hidden else found(name, *args)
"""


def run(rounds: int) -> None:
    """Measure and publish."""
    seconds, times, memories = [], [], []
    with TemporaryDirectory() as folder:
        Path(folder, "sitecustomize.py").write_text(_WITHOUT_DICOM)
        for _ in range(rounds):
            started, at_rest = _start()
            started_without, at_rest_without = _start(PYTHONPATH=folder)
            seconds.append(started)
            times.append(started / started_without)
            memories.append(at_rest / at_rest_without)
    relative = "with the extra dicom, relative to without"
    publish(
        "start",
        figures=[
            Figure(name="cold start to ready", value=median(seconds), unit="s", target="<= 3"),
            Figure(name=f"cold start {relative}", value=median(times), unit="1", target="<= 1.05"),
            Figure(name=f"memory at rest {relative}", value=median(memories), unit="1", target="<= 1.05"),
        ],
    )


def _start(**environment: str) -> tuple[float, float]:
    """Seconds until the service is ready, and its resident memory in megabytes."""
    started = perf_counter()
    with RunningServer(wait=True, LOG_LEVEL="error", **environment) as server:
        return perf_counter() - started, resident_memory(server.process.pid)
