"""Names of cases that have changed since their reports were measured: `renamed.json`."""

import json
from pathlib import Path

_RENAMED: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text())


def renamed(name: str) -> str:
    """Replace old names by today's names."""
    for old, new in _RENAMED.items():
        name = name.replace(old, new)
    return name
