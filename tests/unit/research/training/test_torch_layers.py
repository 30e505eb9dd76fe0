import os
import subprocess
import sys

import pytest

from app.config.settings import PROJECT_DIR

pytest.importorskip("torch", reason="`make torch` adds PyTorch, which makes training faster")


def test_fused_layers_compute_the_same_as_keras_layers():
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.research.training.torch_comparison"],
        cwd=PROJECT_DIR,
        env={**os.environ, "KERAS_BACKEND": "torch"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
