import os
import subprocess
import sys

import pytest

from app.config.settings import PROJECT_DIR

pytest.importorskip("torch", reason="PyTorch, on which training is faster, is added by `make torch`")


def test_fused_layers_compute_what_keras_own_do():
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.research.training.torch_comparison"],
        cwd=PROJECT_DIR,
        env={**os.environ, "KERAS_BACKEND": "torch"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
