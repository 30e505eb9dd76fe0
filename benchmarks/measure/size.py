"""Size of the container without its base image: the files that the Dockerfile adds, installed in a folder."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

from app.config.settings import PROJECT_DIR
from benchmarks.support.results import Figure, publish


def run() -> None:
    """Measure and publish; needs a package index and the exported graphs."""
    with TemporaryDirectory() as folder:
        environment = Path(folder, "venv")
        venv.create(environment, with_pip=False)
        python, lock = environment / "bin" / "python", PROJECT_DIR / "requirements.lock"
        install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        subprocess.run([*install, "--no-cache-dir", "--require-hashes", "--no-deps", "-r", str(lock)], check=True)
        service = Path(folder, "service")
        for part in ("app", "models", "sample_images"):
            shutil.copytree(PROJECT_DIR / part, service / part, ignore=shutil.ignore_patterns("__pycache__"))
        parts = {
            "Python packages": environment,
            "models": service / "models",
            "code and sample images": service,
        }
        sizes = {name: _size(part) for name, part in parts.items()}
    sizes["code and sample images"] -= sizes["models"]
    figures = [Figure(name=name, value=size, unit="MB") for name, size in sizes.items()]
    publish(
        "size", figures=[*figures, Figure(name="total without the base image", value=sum(sizes.values()), unit="MB")]
    )


def _size(folder: Path) -> float:
    """Size of all files in a folder, in megabytes."""
    return sum(os.lstat(Path(place, name)).st_size for place, _, names in os.walk(folder) for name in names) / 1e6
