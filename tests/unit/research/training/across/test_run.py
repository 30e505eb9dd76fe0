import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.config.settings import PROJECT_DIR

pytest.importorskip("torch", reason="training across sources needs PyTorch: `make torch`")


def test_an_interrupted_training_continues_and_teaches_every_head(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.research.training.across.torch_run", str(tmp_path)],
        cwd=PROJECT_DIR,
        env={**os.environ, "KERAS_BACKEND": "torch"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
