"""Many clients of one server process: throughput and latency, compared with forward passes only.

In a closed loop each client sends its next image when it has received a response. In an open loop images arrive at
random times, at a share of the closed loop's throughput, regardless of earlier responses. The closed loop is also
measured in float32, the precision of processors that are not faster in bfloat16.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter, sleep

import httpx

from app.config.choices import Precision
from app.config.settings import Settings
from benchmarks.support.clients import PREDICTIONS, SAMPLES, ask, closed_loop, connect, encoded, for_seconds
from benchmarks.support.passes import SECONDS, ForwardPasses
from benchmarks.support.results import Figure, publish
from tests.support.server import RunningServer

CLIENTS = 16
SHARES = (0.3, 0.6, 0.8)
# A request in the open loop does not wait for earlier requests: more threads than requests that ever wait at once.
_MOST_WAITING = 256
_REQUESTS = list(map(encoded, SAMPLES))


def run(rounds: int) -> None:
    """Measure and publish; a round takes half a minute."""
    with running(Precision.F32) as server:
        in_float32 = _figures(f"{CLIENTS} clients, float32", closed_loops(server, Precision.F32, rounds))
    precision = Settings.from_environment().precision
    with running(precision) as server:
        figures = _figures(f"{CLIENTS} clients", closed_loops(server, precision, rounds))
        throughput = figures[0].value
        for share in SHARES:
            late = _open_loop(server.url, share * throughput)
            figures += _latency(f"open loop at {share:.0%}", late)
    publish("load", figures=[*figures, *in_float32])


def running(precision: Precision) -> RunningServer:
    """A server that computes in a precision and turns no client away."""
    return RunningServer(QUEUE_SIZE="1000", CONNECTIONS_PER_ADDRESS="1000", LOG_LEVEL="error", PRECISION=precision)


@dataclass(frozen=True)
class Load:
    """The closed loops of one server.

    Attributes:
        throughput: median of the predictions per second.
        ratio: median over the rounds of the throughput divided by that of forward passes only.
        latencies: seconds of every prediction.
    """

    throughput: float
    ratio: float
    latencies: list[float]


def closed_loops(server: RunningServer, precision: Precision, rounds: int) -> Load:
    """Run forward passes only, and then all clients, in each round."""
    passes = ForwardPasses(precision)
    ratios, throughputs = [], []
    latencies: list[float] = []
    for _ in range(rounds):
        bare = passes.per_second()
        seconds: list[float] = []
        closed_loop(server.url, CLIENTS, for_seconds(SECONDS, _REQUESTS), seconds.append)
        throughputs.append(len(seconds) / SECONDS)
        latencies += seconds
        ratios.append(throughputs[-1] / bare)
    return Load(median(throughputs), median(ratios), latencies)


def _figures(name: str, load: Load) -> list[Figure]:
    return [
        Figure(name=f"{name}, closed loop", value=load.throughput, unit="predictions/s"),
        Figure(name=f"{name}, relative to forward passes only", value=load.ratio, unit="1", target=">= 0.9"),
        *_latency(name, load.latencies),
    ]


def _open_loop(url: str, per_second: float) -> list[float]:
    arrivals = random.Random(0)

    def answered(arrived: float, request: httpx.Request) -> float:
        with closing(connect(url)) as client:
            ask(client, PREDICTIONS, request)
        return perf_counter() - arrived

    with ThreadPoolExecutor(_MOST_WAITING) as threads:
        tasks = []
        started = perf_counter()
        while perf_counter() - started < SECONDS:
            sleep(arrivals.expovariate(per_second))
            tasks.append(threads.submit(answered, perf_counter(), arrivals.choice(_REQUESTS)))
        return [task.result() for task in tasks]


def _latency(name: str, seconds: list[float]) -> list[Figure]:
    return [
        Figure(name=f"{name}, p50", value=median(seconds) * 1e3, unit="ms"),
        Figure(name=f"{name}, p95", value=quantiles(seconds, n=20)[18] * 1e3, unit="ms"),
    ]
