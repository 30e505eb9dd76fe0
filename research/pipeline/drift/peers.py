"""Run the detectors of a published package on the same streams, in a separate environment."""

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
    """A reference, and the streams that are compared with it.

    Attributes:
        number: number of the trial.
        reference: float32 `[n, DESCRIPTOR_LENGTH]`.
        streams: float32 `[m, DESCRIPTOR_LENGTH]` by name.
    """

    number: int
    reference: NDArray[np.float32]
    streams: Mapping[str, NDArray[np.float32]]


def peer_delays(folder: Path, trials: Sequence[Trial]) -> dict[str, dict[str, list[int | None]]]:
    """The number of scans until each detector's alarm: by detector and stream, one number per trial.

    Args:
        folder: the folder for the environment, the exchanged files and the log.
        trials: trials with the same kinds of streams.

    Raises:
        PeerError: the package could not be installed or failed.
    """
    python = install_peers(folder, _REQUIREMENTS)
    streams, found = folder / "streams.npz", folder / "delays.json"
    # The last value is a class index, which has no meaning as a number.
    arrays = {
        f"{index}/{name}": values[:, :-1]
        for index, trial in enumerate(trials)
        for name, values in [("", trial.reference), *trial.streams.items()]
    }
    np.savez(streams, allow_pickle=False, **arrays)
    run_logged(f"{PACKAGE}: {len(trials)} trials", [python, peer_runner.__file__, streams, found], folder)
    delays: dict[str, dict[str, list[int | None]]] = json.loads(found.read_text())
    return delays
