"""Results: a table on standard output, and JSON in `benchmarks/results/` by kind of processor."""

import operator
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import Field
from rich import box
from rich.console import Console
from rich.table import Column, Table

from app.models.strict import Strict
from benchmarks.support.machine import describe, kind
from benchmarks.support.rounds import Timed

RESULTS = Path(__file__).parents[1] / "results"
IN_FLOAT32 = "OpenVINO, float32"
AS_SERVED = "OpenVINO, as served"
_COMPARED = {"<=": operator.le, "<": operator.lt, ">=": operator.ge}


class Figure(Strict):
    """A single measured number."""

    name: str
    value: float
    unit: str
    target: str | None = Field(None, description="The target: a bound such as `<= 1.2`, or words.")

    @property
    def missed(self) -> bool:
        """Whether the value violates its bound; a target in words has none."""
        bound = re.fullmatch(r"(<=|<|>=) ([\d.]+)", self.target or "")
        return bound is not None and not _COMPARED[bound[1]](self.value, float(bound[2]))


class Results(Strict):
    """The results of one run of a benchmark on one machine."""

    benchmark: str
    measured_on: date
    machine: str
    times: tuple[Timed, ...] = ()
    figures: tuple[Figure, ...] = ()


def publish(benchmark: str, times: Sequence[Timed] = (), figures: Sequence[Figure] = ()) -> None:
    """Print the results and write them to their file."""
    results = Results(
        benchmark=benchmark,
        measured_on=datetime.now(UTC).date(),
        machine=describe(),
        times=tuple(times),
        figures=tuple(figures),
    )
    folder = RESULTS / kind()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{benchmark}.json").write_text(results.model_dump_json(indent=2) + "\n")
    console = Console(width=120)
    console.print(f"{benchmark}: {results.machine}\n", highlight=False)
    if times:
        rows = Table(*_columns("what", "p50 ms", "p95 ms", f"ratio to {times[0].name}"), box=box.MARKDOWN)
        for timed in times:
            rows.add_row(timed.name, f"{timed.p50_ms:.1f}", f"{timed.p95_ms:.1f}", f"{timed.ratio:.3f}")
        console.print(rows)
    if figures:
        rows = Table(*_columns("what", "value", "unit", "target"), box=box.MARKDOWN)
        for figure in figures:
            rows.add_row(figure.name, f"{figure.value:.4g}", figure.unit, figure.target or "")
        console.print(rows)


def _columns(first: str, *others: str) -> list[Column]:
    return [Column(first), *(Column(name, justify="right") for name in others)]
