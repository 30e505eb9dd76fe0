"""The published results as a picture and as tables."""

from pathlib import Path

from matplotlib import rc_context

from benchmarks.support.results import AS_SERVED, RESULTS, Figure, Results
from research.pipeline.publish.style import ACCENT, GRAY, PALE, STYLE, figure, save

_SUMMARISED = ("engine", "service", "accounts", "peers", "load", "memory", "start", "scale", "studies", "archive")


def read_results() -> dict[str, dict[str, Results]]:
    """The published results, by kind of processor and benchmark."""
    return {
        folder.name: {
            path.stem: Results.model_validate_json(path.read_bytes()) for path in sorted(folder.glob("*.json"))
        }
        for folder in sorted(RESULTS.glob("*/"))
    }


def _compared() -> dict[str, dict[str, Results]]:
    """The results of the kinds of processor with measured forward passes."""
    return {kind: results for kind, results in read_results().items() if "engine" in results}


def draw(path: Path) -> Path:
    """Draw the time of each engine's forward pass and of a whole prediction, by kind of processor."""
    everywhere = _compared()
    with rc_context(STYLE):
        drawn = figure(0.42 * 5 + 1.1)
        drawn.suptitle("One scan of 299 x 299, median of the rounds")
        [places] = drawn.subplots(1, len(everywhere), sharey=True, squeeze=False)
        for place, (kind, results) in zip(places, everywhere.items(), strict=True):
            whole = results["service"].times[1]
            times = [*results["engine"].times, whole]
            bars = place.barh(
                [timed.name for timed in times],
                [timed.p50_ms for timed in times],
                color=[ACCENT if timed.name in (whole.name, AS_SERVED) else PALE for timed in times],
                height=0.62,
            )
            place.bar_label(bars, [f"{timed.p50_ms:.0f} ms" for timed in times], padding=4, color=GRAY)
            place.tick_params(length=0)
            place.set_xticks([])
            place.spines[["bottom", "left"]].set_visible(False)
            place.set_title(kind)
            place.margins(x=0.25)
        places[0].invert_yaxis()
        return save(drawn, path)


def summary() -> str:
    """The comparison of contenders and the results with a target, as Markdown, with machines and dates."""
    everywhere = _compared()
    found: dict[str, dict[str, str]] = {}
    targets: dict[str, str] = {}
    for name in _SUMMARISED:
        for kind, results in everywhere.items():
            if name not in results:
                continue
            times = results[name].times
            for timed in times[1:]:
                row = f"{timed.name}, against {times[0].name}"
                found.setdefault(row, {})[kind] = f"{timed.ratio:.2f} ({timed.p50_ms:.0f} ms)"
            for number in results[name].figures:
                if number.target:
                    found.setdefault(number.name, {})[kind] = f"{_value(number)}{_missed(number)}"
                    targets[number.name] = number.target
    machines = [
        f"{kind}: {results['engine'].machine}, {results['engine'].measured_on}" for kind, results in everywhere.items()
    ]
    rows = [
        f"| {what} | {' | '.join(values.get(kind, '') for kind in everywhere)} | {targets.get(what, '')} |"
        for what, values in found.items()
    ]
    return "\n".join(
        [
            f"Measured on {len(machines)} machines ({'; '.join(machines)}).",
            "",
            f"| what | {' | '.join(everywhere)} | target |",
            f"| --- | {'--- | ' * len(everywhere)}--- |",
            *rows,
        ]
    )


def tables() -> str:
    """All results as Markdown, one chapter per kind of processor and benchmark."""
    parts = []
    for kind, everything in read_results().items():
        for name, results in everything.items():
            parts += [f"## {name}, {kind}", "", f"{results.measured_on}, {results.machine}.", ""]
            if results.times:
                parts += [f"| | median | 95th percentile | to {results.times[0].name} |", "| --- | --- | --- | --- |"]
                parts += [
                    f"| {timed.name} | {timed.p50_ms:.1f} ms | {timed.p95_ms:.1f} ms | {timed.ratio:.3f} |"
                    for timed in results.times
                ]
                parts += [""]
            if results.figures:
                parts += ["| what | measured | target |", "| --- | --- | --- |"]
                parts += [
                    f"| {number.name} | {_value(number)}{_missed(number)} | {number.target or ''} |"
                    for number in results.figures
                ]
                parts += [""]
    return "\n".join(parts).rstrip()


def _value(number: Figure) -> str:
    unit = "" if number.unit == "1" else f" {number.unit}"
    return f"{number.value:,.4g}{unit}"


def _missed(number: Figure) -> str:
    return " **missed**" if number.missed else ""
