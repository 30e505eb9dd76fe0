"""What the machine, or the limits of the container, let the process use."""

import os
from contextlib import suppress
from pathlib import Path

_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
# More streams gain little, and each holds the values between its layers: 15 MB in float32.
_MOST_PASSES = 4
# A second compiled network takes 100 MB in bfloat16 and 200 MB in float32.
_MEMORY_FOR_PASSES = 2_000_000_000


def cores() -> int:
    """Number of cores that the process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> int:
    """Bytes of memory that the process may use."""
    limits = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    with suppress(OSError, ValueError):  # "max" without a limit, or no such file
        limits.append(int(_CGROUP_LIMIT.read_text()))
    return min(limits)


def parallel_passes() -> int:
    """Forward passes at the same time, at least 1."""
    return 1 if memory() < _MEMORY_FOR_PASSES else min(cores(), _MOST_PASSES)
