"""Ratios that hardly depend on the machine, in a minute and a half: a guard against a slower service.

They are measured in float32, where a pass took 56 ms or more on two cores of every processor so far; only the choice
of the precision is measured as served. The bounds leave room for a busy machine. With `--record`, a passing run is
added to `benchmarks/results/history.csv`.
"""

from app.config.choices import Precision
from app.config.settings import Settings
from app.services.inference.registry import ModelRegistry
from app.services.network.precision import choose_precision, passes_in, supported_precisions
from benchmarks.measure import load, service
from benchmarks.support.history import record
from benchmarks.support.results import Figure, publish
from benchmarks.support.rounds import take_turns


def run(rounds: int, recorded: bool) -> int:
    """Measure, publish, and return the exit status: 1 if a ratio is outside its bound."""
    _, whole, _, heatmap = service.measure(Precision.F32, rounds)
    with load.running(Precision.F32) as server:
        clients = load.closed_loops(server, Precision.F32, 3)
    figures = [
        Figure(name="prediction over HTTP, to the pass", value=whole.ratio, unit="1", target="<= 1.35"),
        Figure(name="heat-map, to the pass", value=heatmap.ratio, unit="1", target="<= 0.1"),
        Figure(name=f"{load.CLIENTS} clients, to passes", value=clients.ratio, unit="1", target=">= 0.8"),
        Figure(name="chosen precision, to the quickest", value=_chosen(rounds), unit="1", target="<= 1.05"),
    ]
    publish("quick", figures=figures)
    missed = any(figure.missed for figure in figures)
    if recorded and not missed:
        record(figures)
    return int(missed)


def _chosen(rounds: int) -> float:
    """Median time of a pass in the precision that the service chooses, divided by that of the quickest one."""
    settings = Settings.from_environment()
    metadata = ModelRegistry(settings).describe(None)
    weights = settings.models_dir / metadata.weights
    chosen = choose_precision(metadata, weights)
    others = [precision for precision in supported_precisions() if precision is not chosen]
    passes = passes_in([chosen, *others], metadata, weights)
    times = take_turns({precision.value: run for precision, run in passes.items()}, rounds)
    return 1 / min(timed.ratio for timed in times)
