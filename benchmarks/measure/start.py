"""Time from the start command of the service until its readiness check succeeds."""

from statistics import median
from time import perf_counter

from benchmarks.support.results import Figure, publish
from tests.support.server import RunningServer


def run(rounds: int) -> None:
    """Measure and publish."""
    seconds = []
    for _ in range(rounds):
        started = perf_counter()
        with RunningServer(LOG_LEVEL="error"):
            seconds.append(perf_counter() - started)
    publish("start", figures=[Figure(name="cold start to ready", value=median(seconds), unit="s", target="<= 3")])
