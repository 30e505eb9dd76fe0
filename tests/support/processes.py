"""The processes that a process has started."""

from contextlib import suppress
from pathlib import Path


def descendants(of: int) -> list[int]:
    """Processes started by one, directly or by others."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    found = list(children.get(of, []))
    for process in found:
        found += children.get(process, [])
    return found


def command_of(process: int) -> str:
    """The command line of a process; empty if it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""


def computes(process: int) -> bool:
    """Whether a process has loaded OpenVINO."""
    with suppress(OSError):
        return "libopenvino" in Path(f"/proc/{process}/maps").read_text()
    return False
