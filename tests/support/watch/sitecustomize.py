"""Python runs this file at the start of every process of a `Watch`: it records events as JSON lines."""

import json
import os
import sys
from pathlib import Path

# The events of https://docs.python.org/3/library/audit_events.html, and which argument is of interest.
_SUBJECTS = {
    "socket.getaddrinfo": ("lookup", 0),
    "socket.gethostbyaddr": ("lookup", 0),
    "socket.gethostbyname": ("lookup", 0),
    "socket.connect": ("connection", 1),
    "socket.sendmsg": ("connection", 1),
    "socket.sendto": ("connection", 1),
    "os.link": ("file", 1),
    "os.mkdir": ("file", 0),
    "os.rename": ("file", 1),
    "os.symlink": ("file", 1),
    "sqlite3.connect": ("file", 0),
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

_log = os.open(os.environ["PYTHON_WATCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def _record(kind: str, subject: object) -> None:
    if kind == "file":
        if not isinstance(subject, str | bytes | os.PathLike):
            return  # a file descriptor, whose opening was recorded before
        subject = Path(os.fsdecode(subject)).resolve()
    os.write(_log, (json.dumps([kind, subject], default=str) + "\n").encode())


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _SUBJECTS:
        kind, place = _SUBJECTS[event]
        _record(kind, arguments[place])
    elif event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & _WRITING:
            _record("file", path)
        elif f"{os.sep}openvino_telemetry{os.sep}" in str(path):
            _record("telemetry", path)


sys.addaudithook(_watch)
