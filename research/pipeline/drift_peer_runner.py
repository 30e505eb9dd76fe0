"""Runs in the environment of `alibi-detect`: its detectors watch streams, each as its documentation shows it.

`python drift_peer_runner.py STREAMS DELAYS` reads float32 `[n, d]`: `<trial>/` is a trial's reference, `<trial>/<name>`
a stream. It writes, by detector and stream, after how many scans the alarm came in each trial, or null.
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
# Scans between two false alarms, on the average.
RUN_TIME = 2_000
WINDOW = 50
BOOTSTRAPS = 2_500

Watch = Callable[[Any], "int | None"]


def in_batches(reference: Any) -> Watch:
    """Kolmogorov-Smirnov of every dimension with Bonferroni's correction, on one batch after the other."""
    detector = importlib.import_module("alibi_detect.cd").KSDrift(reference, p_val=P_VALUE, correction="bonferroni")

    def watch(stream: Any) -> int | None:
        for start in range(0, len(stream) - BATCH + 1, BATCH):
            if detector.predict(stream[start : start + BATCH])["data"]["is_drift"]:
                return start + BATCH
        return None

    return watch


def online(reference: Any) -> Watch:
    """Maximum mean discrepancy, scan by scan."""
    scale = reference.std(axis=0)
    scale = np.where(scale > 0, scale, 1)
    detector = importlib.import_module("alibi_detect.cd").MMDDriftOnline(
        reference / scale,
        ert=RUN_TIME,
        window_size=WINDOW,
        backend="pytorch",
        n_bootstraps=BOOTSTRAPS,
        device="cpu",
        verbose=False,
    )

    def watch(stream: Any) -> int | None:
        detector.reset_state()
        for number, scan in enumerate(stream / scale, 1):
            if detector.predict(scan)["data"]["is_drift"]:
                return number
        return None

    return watch


DETECTORS: dict[str, Callable[[Any], Watch]] = {
    f"KSDrift, batches of {BATCH}, p {P_VALUE:g}": in_batches,
    f"MMDDriftOnline, run time {RUN_TIME:,}": online,
}


def main(streams: Path, delays: Path) -> None:
    """Run every detector on every stream."""
    found: dict[str, dict[str, list[int | None]]] = {name: {} for name in DETECTORS}
    with np.load(streams) as file:
        for trial in (key for key in file.files if key.endswith("/")):
            watching = {name: detector(file[trial]) for name, detector in DETECTORS.items()}
            for key in file.files:
                stream = key.removeprefix(trial)
                if not key.startswith(trial) or not stream:
                    continue
                for name, watch in watching.items():
                    found[name].setdefault(stream, []).append(watch(file[key]))
    delays.write_text(json.dumps(found))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
