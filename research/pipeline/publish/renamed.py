"""Names of cases in documents and pictures, where they differ from those in the reports: `renamed.json`."""

import json
from pathlib import Path

_RENAMED: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text())


def renamed(name: str) -> str:
    """Replace the names in reports by those that readers see."""
    for old, new in _RENAMED.items():
        name = name.replace(old, new)
    return name
