"""Packages that only a benchmark needs, installed in separate folders outside the environment."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from app.config.settings import PROJECT_DIR

RUNS = PROJECT_DIR / "research" / "runs"


def install(name: str, requirements: Sequence[str]) -> Path:
    """Install exact versions without their dependencies on the first call; returns the folder to import from."""
    folder = RUNS / name
    installed = folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if not installed.exists() or installed.read_text() != wanted:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade", "--target", str(folder)]
        subprocess.run([*command, *requirements], check=True)
        installed.write_text(wanted)
    return folder
