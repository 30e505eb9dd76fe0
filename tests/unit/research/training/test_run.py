"""Training as a command, each run in its own process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.config.choices import EngineChoice
from app.config.settings import PROJECT_DIR
from app.models.model_file import read_metadata
from app.services.imaging.preprocessing import to_input
from app.services.network.classifier import Classifier
from tests.conftest import SAMPLES_DIR
from tests.unit.research.training.tiny import LAST_STAGE

# TensorFlow takes minutes to trace a step on a slow processor.
START_S = 600


def command(data: Path, out: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "research.pipeline", "train", str(data / "recipe.toml")),
        *("--data", str(data / "dataset"), "--unknown-tumors", str(data / "unknown")),
        *("--manifest", str(data / "manifest.csv"), "--out", str(out)),
    ]


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an uninterrupted run."""
    out = tmp_path_factory.mktemp("whole")
    subprocess.run(command(data, out), cwd=PROJECT_DIR, check=True, capture_output=True)
    return out


class TestCommand:
    def test_it_writes_a_model_that_the_service_can_load(self, trained):
        metadata = read_metadata(trained / "cnn_model.json")
        classifier = Classifier(metadata, trained / metadata.weights, EngineChoice.TENSORFLOW)
        with Image.open(SAMPLES_DIR / "Te-me_0016.jpg") as scan:
            forward = classifier.classify(to_input(scan, metadata.input))
        assert np.isfinite(forward.logits).all()
        assert forward.feature_map.shape[:2] == (14, 14)

    def test_it_writes_logs(self, trained):
        lines = (trained / "cnn_training.csv").read_text().splitlines()
        assert lines[0].split(",") == ["epoch", "allowed_accuracy", "loss", "side", "val_allowed_accuracy", "val_loss"]
        assert [line.split(",")[0] for line in lines[1:]] == ["0", "1"]
        assert [line.split(",")[3] for line in lines[1:]] == ["64", "80"]
        assert list((trained / "tensorboard").rglob("events.*"))

    def test_a_run_killed_in_mid_epoch_ends_with_the_same_weights(self, data, trained, tmp_path):
        whole = read_metadata(trained / "cnn_model.json")
        process = subprocess.Popen(
            command(data, tmp_path), cwd=PROJECT_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_S
        while not (tmp_path / "checkpoint.npz").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not (tmp_path / "cnn_model.json").exists()
        again = subprocess.run(command(data, tmp_path), cwd=PROJECT_DIR, check=True, capture_output=True, text=True)
        assert "Resuming from" in again.stdout
        resumed = read_metadata(tmp_path / "cnn_model.json")
        assert resumed.sha256 == whole.sha256
        assert resumed.temperature == whole.temperature

    def test_a_finished_run_continues_with_an_added_restart_stage(self, data, trained, tmp_path):
        shorter = tmp_path / "recipe.toml"
        earlier = (data / "recipe.toml").read_text().replace('version = "0.0.1"', 'version = "0.0.0"')
        shorter.write_text(earlier.replace(LAST_STAGE, ""))
        arguments = command(data, tmp_path)
        first = [str(shorter) if argument == str(data / "recipe.toml") else argument for argument in arguments]
        _, again = (
            subprocess.run(each, cwd=PROJECT_DIR, check=True, capture_output=True, text=True)
            for each in (first, arguments)
        )
        assert "Resuming from" in again.stdout
        lines = [line.split(",") for line in (tmp_path / "cnn_training.csv").read_text().splitlines()]
        assert [(line[0], line[3]) for line in lines[1:]] == [("0", "64"), ("1", "80")]
        resumed, whole = (read_metadata(folder / "cnn_model.json") for folder in (tmp_path, trained))
        assert resumed.version == "0.0.1"
        assert resumed.sha256 == whole.sha256

    def test_it_trains_on_pytorch_too(self, data, tmp_path):
        pytest.importorskip("torch", reason="`make torch` adds PyTorch")
        environment = {**os.environ, "KERAS_BACKEND": "torch"}
        subprocess.run(command(data, tmp_path), cwd=PROJECT_DIR, check=True, capture_output=True, env=environment)
        metadata = read_metadata(tmp_path / "cnn_model.json")
        Classifier(metadata, tmp_path / metadata.weights, EngineChoice.TENSORFLOW)

    def test_a_checkpoint_of_another_recipe_is_rejected(self, data, trained, tmp_path):
        (tmp_path / "recipe.toml").write_text((data / "recipe.toml").read_text().replace("seed = 3", "seed = 4"))
        arguments = command(data, trained)
        arguments[arguments.index(str(data / "recipe.toml"))] = str(tmp_path / "recipe.toml")
        done = subprocess.run(arguments, cwd=PROJECT_DIR, capture_output=True, text=True)
        assert done.returncode == 1
        assert "belongs to another recipe" in done.stderr
