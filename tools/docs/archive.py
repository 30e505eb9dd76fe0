"""The generated parts of the page about archives: the columns, and the costs of a million scans."""

import re
from math import ceil

from app.services.archive.plan import SCANS_PER_PART
from app.services.archive.table import COLUMNS
from benchmarks.support.plot import read_results
from benchmarks.support.results import Results

_SCANS = 1_000_000
# Assumed, in dollars: what clouds ask for a core of a general-purpose machine and an hour, in 2026.
_CORE_HOUR = 0.05
# Assumed: machines that may be taken away live so long, in seconds.
_LIFE_S = 3600


def columns() -> str:
    """The columns of the rows, as a table."""
    rows = [f"| `{name}` | {kind} | {meaning} |" for name, (kind, meaning) in COLUMNS.items()]
    return "\n".join(["| column | type | meaning |", "| --- | --- | --- |", *rows])


def million() -> str:
    """What a million scans take, computed from the measurements on each kind of processor."""
    found: dict[str, list[str]] = {}
    kinds = []
    for kind, results in read_results().items():
        if "archive" in results:
            kinds.append(kind)
            cores = re.search(r"(\d+) cores", results["archive"].machine)
            assert cores
            for name, value in _computed(results, int(cores[1])).items():
                found.setdefault(name, []).append(value)
    rows = [f"| {name} | {' | '.join(values)} |" for name, values in found.items()]
    return "\n".join([f"| | {' | '.join(kinds)} |", f"| --- |{' --- |' * len(kinds)}", *rows])


def _computed(results: dict[str, Results], cores: int) -> dict[str, str]:
    measured = {figure.name: figure.value for name in ("archive", "start") for figure in results[name].figures}
    rate = measured["archive"]
    hours = _SCANS / rate / 3600
    lost = SCANS_PER_PART / 2 / rate + measured["cold start to ready"]
    return {
        f"rate of a machine of {cores} cores, measured": f"{rate:.1f} scans a second",
        "time of one such machine": f"{hours:.1f} hours",
        f"cost at an assumed ${_CORE_HOUR} for a core and an hour": f"${hours * cores * _CORE_HOUR:.2f}",
        "such machines to finish within an hour": f"{ceil(hours)}",
        "Parquet files": f"{measured['Parquet, for each scan'] * _SCANS / 1e6:.0f} MB",
        "most that a killed run repeats": f"{SCANS_PER_PART} scans, {SCANS_PER_PART / rate:.0f} s",
        f"lost if every machine is taken away once in {_LIFE_S:,} s": f"{100 * lost / _LIFE_S:.2f} % of the time",
    }
