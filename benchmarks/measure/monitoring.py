"""The cost of metrics and traces: a prediction with metrics, and one with traces too, against one without both.

Three server processes receive requests over real sockets in alternating order; a collector receives the traces. The
caches are off, so that each prediction is computed.
"""

from benchmarks.measure.accounts import asking
from benchmarks.support.results import Figure, publish
from benchmarks.support.rounds import take_turns
from tests.support.otlp_server import OtlpServer
from tests.support.server import RunningServer


def run(rounds: int) -> None:
    """Measure and publish."""
    with (
        OtlpServer() as collector,
        RunningServer(LOG_LEVEL="error") as without,
        RunningServer(LOG_LEVEL="error", METRICS="on") as counted,
        RunningServer(LOG_LEVEL="error", METRICS="on", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as traced,
    ):
        times = take_turns(
            {
                "prediction, monitoring off": asking(without.url),
                "the same with metrics": asking(counted.url),
                "the same with metrics and traces": asking(traced.url),
            },
            rounds,
        )
    figures = [
        Figure(name=f"{timed.name}, ratio", value=timed.ratio, unit="1", target="<= 1.01") for timed in times[1:]
    ]
    publish("monitoring", times, figures)
