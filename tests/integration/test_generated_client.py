"""A Python client that is generated from the API's description, as users generate one, against the service."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.config.settings import PROJECT_DIR
from tests.conftest import SAMPLES_DIR
from tests.support.server import RunningServer

NAME = "generated_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that contains the client's package."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "config.yml").write_text("post_hooks: []\n")
    command: list[str | Path] = [
        *(Path(sys.executable).with_name("openapi-python-client"), "generate", "--meta", "none"),
        *("--path", PROJECT_DIR / "docs" / "openapi.json", "--output-path", folder / NAME),
        *("--config", folder / "config.yml"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def test_a_file_is_classified_and_a_problem_is_an_object(generated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(generated))
    package: Any = importlib.import_module(NAME)
    models, types = (importlib.import_module(f"{NAME}.{each}") for each in ("models", "types"))
    create: Any = importlib.import_module(f"{NAME}.api.predictions.create_prediction")

    def classify(content: bytes) -> Any:
        form = models.BodyCreatePrediction(file=types.File(content, "scan.jpg", "image/jpeg"))
        return create.sync(client=package.Client(server.url), body=form, heatmap=models.HeatmapKind.NONE)

    with RunningServer(wait=True, DEFAULT_MODEL="cnn") as server:
        answer = classify((SAMPLES_DIR / "Te-pi_0014.jpg").read_bytes())
        problem = classify(b"no image")
    assert isinstance(answer, models.PredictionResponse)
    assert answer.prediction.class_ is models.TumorClass.PITUITARY
    assert answer.heatmap is None
    assert isinstance(problem, models.ProblemBody)
    assert (problem.status, problem.type_) == (400, "urn:problem:unreadable-image")
