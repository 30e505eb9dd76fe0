"""A study of 200 slices over HTTP, compared with forward passes only, and its memory compared with a study of 50."""

from statistics import median
from time import perf_counter

import httpx

from app.config.choices import Precision
from app.config.settings import Settings
from benchmarks.support.clients import TIMEOUT_S
from benchmarks.support.passes import ForwardPasses
from benchmarks.support.results import Figure, publish
from benchmarks.support.status import peak_memory
from tests.support.dicom import sample_slice
from tests.support.images import zipped
from tests.support.server import RunningServer

_SLICES, _FEW = 200, 50
_SLICE_MM = 0.8


def run(rounds: int) -> None:
    """Measure and publish; a round takes two minutes in float32 without matrix units."""
    served = Settings.from_environment().precision
    publish("studies", figures=[*_figures(served, "", rounds), *_figures(Precision.F32, ", float32", rounds)])


def _figures(precision: Precision, how: str, rounds: int) -> list[Figure]:
    passes = ForwardPasses(precision)
    study = _study(_SLICES)
    rates, ratios = [], []
    with (
        RunningServer(LOG_LEVEL="error", PRECISION=precision) as server,
        httpx.Client(base_url=server.url, timeout=TIMEOUT_S) as client,
    ):
        _slices_per_second(client, _study(_FEW))
        few = peak_memory(server.process.pid)
        for _ in range(rounds):
            bare = passes.per_second()
            rates.append(_slices_per_second(client, study))
            ratios.append(rates[-1] / bare)
        many = peak_memory(server.process.pid)
    return [
        Figure(name=f"study of {_SLICES}{how}", value=median(rates), unit="slices/s"),
        Figure(
            name=f"study of {_SLICES}{how}, relative to forward passes only",
            value=median(ratios),
            unit="1",
            target=">= 0.9",
        ),
        Figure(
            name=f"study of {_SLICES}{how}, peak memory relative to {_FEW}",
            value=many / few,
            unit="1",
            target="<= 1.1",
        ),
    ]


def _study(slices: int) -> bytes:
    return zipped({f"{number:04d}": sample_slice(_SLICE_MM * number) for number in range(slices)})


def _slices_per_second(client: httpx.Client, study: bytes) -> float:
    started = perf_counter()
    body = client.post("/api/v1/studies", files={"files": ("study.zip", study)}).raise_for_status().json()
    seconds = perf_counter() - started
    return sum(each["probabilities"] is not None for series in body["series"] for each in series["slices"]) / seconds
