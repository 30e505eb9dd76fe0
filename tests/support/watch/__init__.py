"""Processes whose network use and written files are recorded."""

import ipaddress
import json
import os
from pathlib import Path
from typing import Any

from app.config.settings import PROJECT_DIR


class Watch:
    """Environment variables under which Python processes record what they do, with an empty home directory.

    Python's audit events show what Python code does; compiled code that opened a socket would not be seen.
    """

    def __init__(self, folder: Path) -> None:
        self._log, self._folder = folder / "watch.log", folder
        self.home, temporary = folder / "home", folder / "temporary"
        self.home.mkdir()
        temporary.mkdir()
        self.environment = {
            "HOME": str(self.home),
            "TMPDIR": str(temporary),
            "PYTHONPATH": str(Path(__file__).parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            # The processes that decode get only variables with this prefix.
            "PYTHON_WATCH_LOG": str(self._log),
            "DATA_DIR": str(folder / "data"),
            "UPLOADS_DIR": str(folder / "uploads"),
            # Only the development environment has Matplotlib, which Keras then imports.
            "MPLCONFIGDIR": str(temporary),
        }

    def leaks(self) -> list[list[Any]]:
        """The events that reached beyond this machine, the project and the folder: `[kind, subject]` each.

        Raises:
            FileNotFoundError: no process was watched.
        """
        events = [json.loads(line) for line in self._log.read_text().splitlines()]
        written = [["file", str(path)] for path in self.home.rglob("*")]
        return [event for event in events if not self._is_allowed(*event)] + written

    def _is_allowed(self, kind: str, subject: Any) -> bool:
        match kind:
            case "lookup":
                return subject is None or _is_loopback(subject)
            case "connection":
                # A string is the path of a Unix socket.
                return isinstance(subject, str) or _is_loopback(subject[0])
            case "file":
                path = Path(subject)
                return path != self.home and any(
                    path.is_relative_to(root) for root in (self._folder, PROJECT_DIR, os.devnull, "/proc")
                )
            case _:
                return False


def _is_loopback(host: str) -> bool:
    """Whether a host is a loopback address, not a name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
