"""What decoding in another process costs a scan, and what about 100 files cost that are crafted to take long."""

from contextlib import suppress
from io import BytesIO
from time import perf_counter

import numpy as np

from app.models.problems import Problem
from app.services.imaging.decoder import Decoder
from app.services.imaging.decoding import memory_for
from app.services.imaging.reading import Reader, read_scan
from benchmarks.support.clients import SAMPLES
from benchmarks.support.results import Figure, publish
from benchmarks.support.status import private_memory
from tests.support.bombs import ALL_BOMBS
from tests.support.decoding import LIMITS, Cost, Watched, children


def run(rounds: int) -> None:
    """Measure and publish; a round decodes every sample in both ways."""
    before = children()
    decoder = Decoder()
    decoder.start()
    watched = Watched(decoder, before)
    at_rest = private_memory(watched.process)
    # The shortest times: other programs only add to them.
    there, here = np.array([[_milliseconds(read) for read in (decoder.read_scan, read_scan)] for _ in range(rounds)]).T
    costs = []
    for name, make in ALL_BOMBS.items():
        seconds, peak = _cost(watched, make())
        costs.append((seconds, peak))
        print(f"{name:44} {seconds:5.2f} s a megabyte, {peak / 1e6:4.0f} MB", flush=True)
    decoder.close()
    times, peaks = np.array(costs).T
    publish(
        "decoding",
        figures=[
            Figure(name="a scan, more than in the service", value=there.min() - here.min(), unit="ms"),
            Figure(name="private memory of the process", value=at_rest, unit="MB", target="<= 40"),
            Figure(name="crafted files", value=len(costs), unit="files", target=">= 100"),
            Figure(name="crafted files, processor time, worst", value=times.max(), unit="s a megabyte", target="<= 1"),
            Figure(name="crafted files, processor time, median", value=float(np.median(times)), unit="s a megabyte"),
            Figure(
                name="crafted files, memory, worst",
                value=peaks.max() / 1e6,
                unit="MB",
                target=f"<= {memory_for(LIMITS) / 1e6:.0f}",
            ),
        ],
    )


def _milliseconds(read: Reader) -> float:
    """Mean time to read a sample."""
    started = perf_counter()
    for sample in SAMPLES:
        read(BytesIO(sample), LIMITS)
    return (perf_counter() - started) * 1e3 / len(SAMPLES)


def _cost(watched: Watched, data: bytes) -> tuple[float, int]:
    """Processor time in seconds a megabyte, smaller files counting as one, and memory in bytes."""
    watched.read(SAMPLES[0])  # a process that has ended is replaced
    with Cost(watched.process) as cost, suppress(Problem):
        watched.read(data)
    return cost.seconds / max(1, len(data) / 1e6), cost.peak
