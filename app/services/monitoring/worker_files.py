"""The files in which the processes of one service count together: prometheus_client's multi-process mode.

Each process counts in files of its own, which bear its number, and whichever is asked adds them all up. Here is what
becomes of them when a process ends: its gauges go with it, and its counts are added to those of all that have ended, so
that no sum ever falls, and so that restarts do not fill the folder.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

# In the place of a process's number. prometheus_client reads none but that of gauges.
_ENDED = "ended"


class WorkerFiles:
    """The folder. Its processes have to see each other: those of one container, or of one machine."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is not there.

        Raises:
            OSError: it cannot be used.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock_file = folder / "lock"
        self._lock_file.touch()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep the other processes from tidying up and adding up for the time. Blocks."""
        with self._lock_file.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def begin(self) -> None:
        """Make room for this process, while `locked`, until it has made its files.

        Where no other process runs, this is a new start, and all is counted anew.
        """
        own = os.getpid()
        if not [process for process in self.running() if process != own]:
            for path in self.folder.glob("*.db"):
                path.unlink()
        self._tidy(own)

    def tidy(self) -> None:
        """Put what ended processes have counted together, while `locked`."""
        self._tidy(None)

    def running(self) -> list[int]:
        """Numbers of the processes that have files here and run."""
        processes = {_process(path) for path in self.folder.glob("*.db")}
        return sorted(process for process in processes if process is not None and _runs(process))

    def _tidy(self, besides: int | None) -> None:
        for path in self.folder.glob("*.db"):
            process = _process(path)
            if process is None or (_runs(process) and process != besides):
                continue
            kind = path.stem.rpartition("_")[0]
            if not kind.startswith("gauge"):
                _add(path, self.folder / f"{kind}_{_ENDED}.db")
            path.unlink()


def _process(path: Path) -> int | None:
    number = path.stem.rpartition("_")[2]
    return int(number) if number.isdigit() else None


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _add(source: Path, target: Path) -> None:
    counts = MmapedDict(str(target))
    for key, value, *_ in MmapedDict.read_all_values_from_file(str(source)):
        counts.write_value(key, counts.read_value(key)[0] + value, 0.0)
    counts.close()
