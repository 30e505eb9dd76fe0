"""A prediction by a service in one process, in several with one that computes, and on Ray Serve, in one run.

One client sends one scan after the other to each in turn. Float32 is measured too, as in `service`.
"""

from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from app.config.choices import Precision
from app.config.settings import Settings
from benchmarks.support.clients import IMAGE, PREDICTIONS, ask, connect, encoded
from benchmarks.support.results import Figure, publish
from benchmarks.support.rounds import Timed, take_turns
from benchmarks.support.status import private_memory
from tests.support.processes import descendants
from tests.support.ray_service import RayService
from tests.support.server import RunningServer, RunningWorkers

_ONE, _TWO, _RAY = "one process", "two processes and one that computes", "Ray Serve"


def run(rounds: int) -> None:
    """Measure and publish."""
    times, memory = _measure(Settings.from_environment().precision, rounds)
    in_float32, _ = _measure(Precision.F32, rounds)
    further = Figure(name="a further process, with its decoder", value=memory, unit="MB", target="<= 120")
    publish("processes", times, [*_ratios(times), *_ratios(in_float32, ", float32"), further])


def _ratios(times: list[Timed], how: str = "") -> list[Figure]:
    bounds = {_TWO: None, _RAY: "<= 1.15"}
    return [
        Figure(name=f"{timed.name}, to one process{how}", value=timed.ratio, unit="1", target=bounds[timed.name])
        for timed in times[1:]
    ]


def _measure(precision: Precision, rounds: int) -> tuple[list[Timed], float]:
    """Times of a prediction, and private memory of a process that serves."""
    with TemporaryDirectory() as folder, ExitStack() as running:
        one = running.enter_context(RunningServer(PRECISION=precision.value, LOG_LEVEL="error"))
        two = running.enter_context(RunningWorkers(PRECISION=precision.value))
        ray = running.enter_context(RayService(Path(folder), engines=1, PRECISION=precision.value, LOG_LEVEL="error"))
        request = encoded(IMAGE.read_bytes())
        contenders: dict[str, Callable[[], object]] = {}
        for name, service in ((_ONE, one), (_TWO, two), (_RAY, ray)):
            client = running.enter_context(closing(connect(service.url)))
            contenders[name] = partial(ask, client, PREDICTIONS, request)
        times = take_turns(contenders, rounds)
        return times, _memory_of_a_worker(two.process.pid)


def _memory_of_a_worker(service: int) -> float:
    """Private memory of a process that serves, and of its decoder."""
    workers = [process for process in descendants(service) if descendants(process)]
    return min(private_memory(worker) + sum(map(private_memory, descendants(worker))) for worker in workers)
