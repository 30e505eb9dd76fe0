"""Resident memory of a server process that classifies large JPEGs for many clients."""

from collections.abc import Iterator
from io import BytesIO

import httpx
import numpy as np
from PIL import Image

from app.config.settings import Settings
from benchmarks.support.clients import SAMPLES, closed_loop, encoded
from benchmarks.support.results import Figure, publish
from benchmarks.support.status import peak_memory, private_memory, resident_memory
from tests.support.server import RunningServer

CLIENTS = 16
PREDICTIONS = 2000
_FEW = 100
_SIZE = (4000, 3000)
_EVERY = 50


def run(rounds: int) -> None:
    """Measure and publish; a round is 2,000 predictions."""
    images = list(map(_large, SAMPLES))
    predictions = rounds * PREDICTIONS
    cache = str(Settings.from_environment().cache_mb)
    # As on a small instance; what more passes at a time need is measured apart.
    with RunningServer(CACHE_MB=cache, QUEUE_SIZE="1000", LOG_LEVEL="error", PARALLEL_PASSES="1") as server:
        pid = server.process.pid
        at_rest = resident_memory(pid)
        with RunningServer(LOG_LEVEL="error", PARALLEL_PASSES="2") as second:
            private = private_memory(second.process.pid)
            closed_loop(second.url, CLIENTS, _each(images, _FEW), lambda seconds: None)
            in_parallel = private_memory(second.process.pid)
        samples: list[tuple[int, float]] = []
        count = 0

        def answered(seconds: float) -> None:
            nonlocal count
            count += 1
            if count % _EVERY == 0:
                samples.append((count, resident_memory(pid)))

        closed_loop(server.url, CLIENTS, _each(images, predictions), answered)
        peak = peak_memory(pid)
    second_half = np.array(samples[len(samples) // 2 :])
    slope = np.polyfit(second_half[:, 0], second_half[:, 1], 1)[0] * 1000
    publish(
        "memory",
        figures=[
            Figure(name="resident, idle", value=at_rest, unit="MB"),
            Figure(name="private memory of a second process", value=private, unit="MB"),
            Figure(name=f"after {_FEW} predictions, two at a time", value=in_parallel - private, unit="MB"),
            Figure(name=f"resident, peak of {predictions:,} predictions", value=peak, unit="MB", target="<= 480"),
            Figure(name="slope, second half", value=round(slope, 3), unit="MB per 1,000 predictions", target="< 1"),
        ],
    )


def _each(images: list[bytes], predictions: int) -> Iterator[httpx.Request]:
    for number in range(predictions):
        # A few bytes after the end of the picture keep the response out of the cache.
        yield encoded(images[number % len(images)] + number.to_bytes(4))


def _large(sample: bytes) -> bytes:
    buffer = BytesIO()
    Image.open(BytesIO(sample)).convert("RGB").resize(_SIZE, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
