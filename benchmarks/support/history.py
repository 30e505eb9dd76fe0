"""The ratios of earlier commits: `benchmarks/results/history.csv`, and their picture."""

import csv
import subprocess
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path

from matplotlib import rc_context
from matplotlib.ticker import MaxNLocator
from pydantic import TypeAdapter

from app.config.settings import PROJECT_DIR
from app.models.strict import Strict
from benchmarks.support.machine import kind
from benchmarks.support.results import RESULTS, Figure
from research.pipeline.publish.style import ACCENT, GRAY, STYLE, figure, save

_HISTORY = RESULTS / "history.csv"
_MARKERS = "os^Dv"


class RecordedRatio(Strict):
    """One line of the file."""

    commit: str
    measured_on: date
    kind: str
    ratio: str
    value: float
    target: str


def record(figures: Sequence[Figure]) -> None:
    """Add the ratios of this machine and the current commit; they replace earlier ones of the same kind and commit."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=PROJECT_DIR, check=True, capture_output=True, text=True
    ).stdout.strip()
    today, here = datetime.now(UTC).date(), kind()
    added = [
        RecordedRatio(
            commit=commit,
            measured_on=today,
            kind=here,
            ratio=found.name,
            value=round(found.value, 3),
            target=found.target or "",
        )
        for found in figures
    ]
    kept = [line for line in read_history() if (line.commit, line.kind) != (commit, here)]
    with _HISTORY.open("w", newline="") as file:
        writer = csv.DictWriter(file, RecordedRatio.model_fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(line.model_dump() for line in [*kept, *added])


def read_history() -> list[RecordedRatio]:
    """The ratios in the order in which they were recorded."""
    if not _HISTORY.exists():
        return []
    with _HISTORY.open(newline="") as file:
        return TypeAdapter(list[RecordedRatio]).validate_python(list(csv.DictReader(file)), strict=False)


def draw_history(path: Path) -> Path:
    """Draw each ratio over the commits, with its bound, by kind of processor."""
    lines = read_history()
    commits = list(dict.fromkeys(line.commit for line in lines))
    ratios = list(dict.fromkeys(line.ratio for line in lines))
    kinds = list(dict.fromkeys(line.kind for line in lines))
    with rc_context(STYLE):
        drawn = figure(2.6)
        places = drawn.subplots(1, len(ratios), squeeze=False)[0]
        for place, ratio in zip(places, ratios, strict=True):
            own = [line for line in lines if line.ratio == ratio]
            for marker, each in zip(cycle(_MARKERS), kinds, strict=False):
                found = [line for line in own if line.kind == each]
                place.plot(
                    [commits.index(line.commit) for line in found],
                    [line.value for line in found],
                    marker=marker,
                    color=ACCENT,
                    label=each,
                )
            bound = own[-1].target
            what, _, against = ratio.partition(", ")
            place.axhline(float(bound.split()[-1]), color=GRAY, linestyle=":")
            place.set_title(f"{what},\n{against}\n{bound}", fontsize=8)
            place.set_xticks(range(len(commits)), commits, rotation=90, fontsize=7)
            place.yaxis.set_major_locator(MaxNLocator(4))
            place.set_ylim(bottom=0)
        places[0].legend(fontsize=7, loc="lower left")
        return save(drawn, path)
