"""A decoder whose process is watched: what a file costs it."""

import resource
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Self

from app.services.imaging.decoder import Decoder
from app.services.imaging.reading import Limits, Scan

LIMITS = Limits(max_bytes=10_000_000, max_pixels=25_000_000)


def children() -> set[int]:
    """The processes that the tests' thread has started."""
    return set(map(int, Path("/proc/thread-self/children").read_text().split()))


@dataclass
class Watched:
    """A decoder, and the process that it has started."""

    decoder: Decoder
    before: set[int]

    @property
    def process(self) -> int:
        [pid] = children() - self.before
        return pid

    def read(self, data: bytes) -> Scan:
        return self.decoder.read_scan(BytesIO(data), LIMITS)


@dataclass
class Cost:
    """What a process does for one file.

    Attributes:
        seconds: processor time.
        peak: memory in bytes; 0 for a process that has ended.
    """

    process: int
    seconds: float = 0
    peak: int = 0

    def __enter__(self) -> Self:
        self._ended = self._of_ended()
        self.seconds = -self._so_far()
        Path(f"/proc/{self.process}/clear_refs").write_text("5")
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.peak = 1024 * int(Path(f"/proc/{self.process}/status").read_text().partition("VmHWM:")[2].split()[0])
            self.seconds += self._so_far()
        except (OSError, IndexError):
            self.seconds += self._of_ended() - self._ended

    def _so_far(self) -> float:
        # The number that `clock_getcpuclockid` gives.
        return time.clock_gettime(~self.process << 3 | 2)

    @staticmethod
    def _of_ended() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
