"""Monitors streams with the detectors of `alibi-detect`, in its own environment and as its documentation shows.

`python peer_runner.py STREAMS DELAYS` reads float32 `[n, d]` arrays: `<trial>/` is the reference of a trial and
`<trial>/<name>` a stream. It writes the number of scans until the alarm, or null, by detector, stream and trial.
"""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

BATCH = 50
P_VALUE = 0.01
PERMUTATIONS = 200


def univariate(reference: Any) -> Any:
    """Kolmogorov-Smirnov test of every dimension, with Bonferroni's correction."""
    drift = importlib.import_module("alibi_detect.cd")
    return drift.KSDrift(reference, p_val=P_VALUE, correction="bonferroni")


def multivariate(reference: Any) -> Any:
    """Maximum mean discrepancy, with a permutation test."""
    drift = importlib.import_module("alibi_detect.cd")
    return drift.MMDDrift(reference, p_val=P_VALUE, backend="pytorch", n_permutations=PERMUTATIONS, device="cpu")


def first_alarm(detector: Any, stream: Any) -> int | None:
    """The number of scans until a batch raises an alarm; None without alarm."""
    for start in range(0, len(stream) - BATCH + 1, BATCH):
        if detector.predict(stream[start : start + BATCH])["data"]["is_drift"]:
            return start + BATCH
    return None


DETECTORS: dict[str, Callable[[Any], Any]] = {
    f"KSDrift, batches of {BATCH}, p {P_VALUE:g}": univariate,
    f"MMDDrift, batches of {BATCH}, p {P_VALUE:g}": multivariate,
}


def main(streams: Path, delays: Path) -> None:
    """Run every detector on every stream."""
    found: dict[str, dict[str, list[int | None]]] = {name: {} for name in DETECTORS}
    with np.load(streams) as file:
        for trial in (key for key in file.files if key.endswith("/")):
            # All dimensions have equal weight.
            scale = np.maximum(file[trial].std(axis=0), 1e-6)
            watching = {name: detector(file[trial] / scale) for name, detector in DETECTORS.items()}
            for key in file.files:
                stream = key.removeprefix(trial)
                if not key.startswith(trial) or not stream:
                    continue
                for name, detector in watching.items():
                    found[name].setdefault(stream, []).append(first_alarm(detector, file[key] / scale))
    delays.write_text(json.dumps(found))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
