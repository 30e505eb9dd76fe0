"""The results of the last run as a picture, and as tables."""

from pathlib import Path

from matplotlib import rc_context

from benchmarks.results import AS_SERVED, RESULTS, Figure, Results
from research.pipeline.style import ACCENT, GRAY, PALE, STYLE, figure, save

_IN_README = ("engine", "service", "accounts", "peers", "load", "memory", "start", "scale")


def read_results() -> dict[str, Results]:
    """The published results, by benchmark."""
    paths = sorted(RESULTS.glob("*.json"))
    return {path.stem: Results.model_validate_json(path.read_bytes()) for path in paths}


def draw(path: Path) -> Path:
    """Draw how long each engine's forward pass and a whole prediction take."""
    results = read_results()
    times = [*results["engine"].times, *results["service"].times[1:2]]
    with rc_context(STYLE):
        drawn = figure(0.42 * len(times) + 0.9)
        axes = drawn.subplots()
        served = {results["service"].times[1].name, AS_SERVED}
        bars = axes.barh(
            [timed.name for timed in times],
            [timed.p50_ms for timed in times],
            color=[ACCENT if timed.name in served else PALE for timed in times],
            height=0.62,
        )
        axes.bar_label(bars, [f"{timed.p50_ms:.0f} ms" for timed in times], padding=4, color=GRAY)
        axes.invert_yaxis()
        axes.tick_params(length=0)
        axes.set_xticks([])
        axes.spines[["bottom", "left"]].set_visible(False)
        axes.set_title("One scan of 299 x 299, median of the rounds")
        return save(drawn, path)


def summary() -> str:
    """What the README says: how contenders compare, and what has a target, as Markdown, with machine and day."""
    results = read_results()
    rows = ["| what | measured | target |", "| --- | --- | --- |"]
    for name in (name for name in _IN_README if name in results):
        for timed in results[name].times[1:]:
            first = results[name].times[0].name
            rows.append(f"| {timed.name}, against {first} | {timed.ratio:.2f} ({timed.p50_ms:.0f} ms) | |")
        rows += [_row(number) for number in results[name].figures if number.target]
    engine = results["engine"]
    return "\n".join([f"Measured on {engine.measured_on} on {engine.machine}.", "", *rows])


def tables() -> str:
    """Everything that was measured, as Markdown, a chapter for each benchmark."""
    parts = []
    for name, results in read_results().items():
        parts += [f"## {name}", "", f"{results.measured_on}, {results.machine}.", ""]
        if results.times:
            parts += [f"| | median | 95th percentile | to {results.times[0].name} |", "| --- | --- | --- | --- |"]
            parts += [
                f"| {timed.name} | {timed.p50_ms:.1f} ms | {timed.p95_ms:.1f} ms | {timed.ratio:.3f} |"
                for timed in results.times
            ]
            parts += [""]
        if results.figures:
            parts += ["| what | measured | target |", "| --- | --- | --- |", *map(_row, results.figures), ""]
    return "\n".join(parts).rstrip()


def _row(number: Figure) -> str:
    unit = "" if number.unit == "1" else f" {number.unit}"
    return f"| {number.name} | {number.value:,.4g}{unit} | {number.target or ''} |"
