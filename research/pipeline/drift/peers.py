"""Have the detectors of a published package watch the same streams as ours, in an environment of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from research.pipeline.drift import peer_runner
from research.pipeline.evaluation.peers import install_peers, run_logged

PACKAGE = "alibi-detect 0.12.0"
_REQUIREMENTS = ["alibi-detect[torch]==0.12.0"]


@dataclass(frozen=True)
class Trial:
    """A reference, and streams that are held against it.

    Attributes:
        number: of the trial, among all.
        reference: float32 `[n, DESCRIPTOR_LENGTH]`.
        streams: float32 `[m, DESCRIPTOR_LENGTH]` by name.
    """

    number: int
    reference: NDArray[np.float32]
    streams: Mapping[str, NDArray[np.float32]]


def peer_delays(folder: Path, trials: Sequence[Trial]) -> dict[str, dict[str, list[int | None]]]:
    """After how many scans each detector raises its alarm: by detector and stream, one number a trial.

    Args:
        folder: for the environment, what is handed over, and the log.
        trials: with the same streams each.

    Raises:
        PeerError: the package could not be installed or did not run.
    """
    python = install_peers(folder, _REQUIREMENTS)
    streams, found = folder / "streams.npz", folder / "delays.json"
    # The number of the class is left out: as a number it means nothing.
    arrays = {
        f"{index}/{name}": values[:, :-1]
        for index, trial in enumerate(trials)
        for name, values in [("", trial.reference), *trial.streams.items()]
    }
    np.savez(streams, allow_pickle=False, **arrays)
    run_logged(f"{PACKAGE}: {len(trials)} trials", [python, peer_runner.__file__, streams, found], folder)
    delays: dict[str, dict[str, list[int | None]]] = json.loads(found.read_text())
    return delays
