"""What metrics and traces cost: a prediction that is counted, and one that is traced, against one that nobody watches.

Three server processes, each asked over a real socket in turn, and beside them a collector that takes the traces. They
keep no answers in memory, so that each is computed.
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
                "prediction, no monitoring": asking(without.url),
                "the same, counted": asking(counted.url),
                "the same, counted and traced": asking(traced.url),
            },
            rounds,
        )
    figures = [
        Figure(name=f"{timed.name}, ratio", value=timed.ratio, unit="1", target="<= 1.01") for timed in times[1:]
    ]
    publish("monitoring", times, figures)
