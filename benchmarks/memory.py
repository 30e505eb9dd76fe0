"""Resident memory of a server process that predicts large JPEGs for many clients, from its start to its end."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from app.config.settings import PROJECT_DIR, Settings
from benchmarks.clients import closed_loop
from benchmarks.results import Figure, publish
from tests.server import RunningServer

CLIENTS = 16
PREDICTIONS = 2000
_SIZE = (4000, 3000)
_EVERY = 50


def run(rounds: int) -> None:
    """Measure and publish; `rounds` times 2,000 predictions."""
    images = [_large(path) for path in sorted((PROJECT_DIR / "sample_images").glob("*.jpg"))]
    predictions = rounds * PREDICTIONS
    cache = str(Settings.from_environment().cache_mb)
    with RunningServer(CACHE_MB=cache, QUEUE_SIZE="1000", LOG_LEVEL="error") as server:
        status = Path(f"/proc/{server.process.pid}/status")
        at_rest = _resident(status, "VmRSS")
        samples: list[tuple[int, float]] = []
        count = 0

        def answered(seconds: float) -> None:
            nonlocal count
            count += 1
            if count % _EVERY == 0:
                samples.append((count, _resident(status, "VmRSS")))

        asyncio.run(closed_loop(server.url, CLIENTS, _each(images, predictions), answered))
        peak = _resident(status, "VmHWM")
    second_half = np.array(samples[len(samples) // 2 :])
    slope = np.polyfit(second_half[:, 0], second_half[:, 1], 1)[0] * 1000
    publish(
        "memory",
        figures=[
            Figure(name="resident, at rest", value=at_rest, unit="MB"),
            Figure(name=f"resident, peak of {predictions:,} predictions", value=peak, unit="MB", target="<= 480"),
            Figure(name="slope, second half", value=slope, unit="MB per 1,000 predictions", target="< 1"),
        ],
    )


async def _each(images: list[bytes], predictions: int) -> AsyncIterator[bytes]:
    for number in range(predictions):
        # A few bytes behind the picture's end, so that no answer is one that was kept.
        yield images[number % len(images)] + number.to_bytes(4)


def _large(path: Path) -> bytes:
    buffer = BytesIO()
    Image.open(path).convert("RGB").resize(_SIZE, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _resident(status: Path, name: str) -> float:
    """A line of a process's status, in megabytes."""
    [kilobytes] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith(f"{name}:")]
    return int(kilobytes) * 1024 / 1e6
