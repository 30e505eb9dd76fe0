"""The metric files shared by the processes of one service: prometheus_client's multi-process mode.

Each process counts in its own files, named by its process id, and the scraped process adds them up. When a process
ends, its gauges are deleted and its counts are merged into those of all ended processes. So no sum ever decreases, and
restarts do not fill the folder.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

from app.config.folders import claim

# Replaces the process id in a file name. prometheus_client reads the process id of gauges only.
_ENDED = "ended"


class WorkerFiles:
    """The folder of metric files. Its processes must share a process namespace: one container or one machine."""

    def __init__(self, folder: Path) -> None:
        """Create the folder if it is missing.

        Raises:
            ConfigurationError: the folder is not the service's own; see `claim`.
            OSError: the folder cannot be used.
        """
        claim(folder, "PROMETHEUS_MULTIPROC_DIR")
        self.folder = folder
        self._lock_file = folder / "lock"
        self._lock_file.touch()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the folder against merging and scraping by other processes. Blocks."""
        with self._lock_file.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def begin(self) -> None:
        """Prepare the folder for this process; call it while `locked`, before creating metrics.

        If no other process runs, this is a new start, and all counts begin at 0.
        """
        own = os.getpid()
        if not [process for process in self.running() if process != own]:
            for path in self.folder.glob("*.db"):
                path.unlink()
        self._tidy(own)

    def tidy(self) -> None:
        """Merge the counts of ended processes; call it while `locked`."""
        self._tidy(None)

    def running(self) -> list[int]:
        """Return the ids of running processes that have files here."""
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
