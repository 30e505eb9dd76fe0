"""Memory of a process as reported by Linux, in megabytes (10^6 bytes)."""

from pathlib import Path


def resident_memory(pid: int) -> float:
    """Current resident memory, including pages shared with other processes."""
    return _line(Path(f"/proc/{pid}/status"), "VmRSS")


def peak_memory(pid: int) -> float:
    """Largest resident memory so far."""
    return _line(Path(f"/proc/{pid}/status"), "VmHWM")


def peak_memory_of_all(pid: int) -> float:
    """The sum of the largest resident memory of a process and of its children that run."""
    children = [child for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]
    return peak_memory(pid) + sum(peak_memory_of_all(int(child)) for child in children)


def private_memory(pid: int) -> float:
    """Private memory, which is released when the process ends."""
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    return _line(rollup, "Private_Clean") + _line(rollup, "Private_Dirty")


def _line(file: Path, name: str) -> float:
    [kilobytes] = [line.split()[1] for line in file.read_text().splitlines() if line.startswith(f"{name}:")]
    return int(kilobytes) * 1024 / 1e6
