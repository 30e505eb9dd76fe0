import json
from pathlib import Path

import pytest

from app.config.settings import ConfigurationError
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata, read_metadata
from app.services.network.architectures.catalogue import ARCHITECTURES
from app.services.network.weights import file_sha256
from research.pipeline.__main__ import main
from research.pipeline.publish.model import publish_model
from research.pipeline.training.weights_file import write_stored_form


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder in the form that training leaves, with the weights of an untrained network."""
    folder, architecture = tmp_path / "run", ARCHITECTURES["cnn"]
    folder.mkdir()
    weights = folder / "tiny_model.weights.h5"
    architecture.build(architecture.input.width).save_weights(weights)
    write_stored_form(weights, weights)
    metadata = ModelMetadata(
        name="tiny",
        version="0.0.1",
        architecture="cnn",
        description="Untrained.",
        default=False,
        weights=weights.name,
        sha256=file_sha256(weights),
        classes=CLASSES,
        input=architecture.input,
        feature_map=architecture.feature_map,
        temperature=1.5,
    )
    (folder / "tiny_model.json").write_text(metadata.model_dump_json())
    (folder / "tiny_training.csv").write_text("epoch,loss\n0,1.5\n")
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def change(run: Path, **fields: object) -> None:
    """Change fields of the run's metadata; None removes a field."""
    path = run / "tiny_model.json"
    values = json.loads(path.read_text()) | fields
    path.write_text(json.dumps({name: value for name, value in values.items() if value is not None}))


def test_weights_metadata_and_log_are_copied(run, models, capsys):
    assert main(["publish", "tiny", "--run", str(run), "--models", str(models)]) == 0
    assert {path.name for path in models.iterdir()} == {"tiny_model.weights.h5", "tiny_model.json", "tiny_training.csv"}
    published = read_metadata(models / "tiny_model.json")
    assert published.phantom is not None
    assert published.model_copy(update={"phantom": None}) == read_metadata(run / "tiny_model.json")
    assert published.sha256 == file_sha256(models / "tiny_model.weights.h5")
    assert published.sha256 in capsys.readouterr().out


def test_weights_in_another_form_are_stored_rounded_and_compressed(run, models):
    architecture, weights = ARCHITECTURES["cnn"], run / "tiny_model.weights.h5"
    architecture.build(architecture.input.width).save_weights(weights)
    change(run, sha256=file_sha256(weights))
    published = publish_model("tiny", run, models)
    assert published.sha256 == file_sha256(models / weights.name) != file_sha256(weights)
    assert (models / weights.name).stat().st_size < 0.6 * weights.stat().st_size


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"temperature": None}, "temperature: Field required"),
        ({"classes": ["notumor", "glioma", "meningioma", "pituitary"]}, "classes are"),
        ({"name": "other"}, "describes the model 'other', not 'tiny'"),
        ({"architecture": "vgg"}, "unknown architecture 'vgg'"),
        ({"input": {"height": 64, "width": 64, "channels": 1}}, "input is not that of the architecture"),
        ({"sha256": "0" * 64}, "the SHA-256 differs"),
    ],
)
def test_an_invalid_model_is_rejected_and_nothing_is_written(run, models, fields, message):
    change(run, **fields)
    with pytest.raises(ValueError, match=message):
        publish_model("tiny", run, models)
    assert not list(models.iterdir())


def test_weights_of_another_architecture_are_rejected(run, models):
    architecture, weights = ARCHITECTURES["xception"], run / "tiny_model.weights.h5"
    architecture.build(architecture.input.width).save_weights(weights)
    change(run, sha256=file_sha256(weights))
    with pytest.raises(ConfigurationError):
        publish_model("tiny", run, models)
    assert not list(models.iterdir())


def test_a_missing_training_log_is_named(run, models, capsys):
    (run / "tiny_training.csv").unlink()
    assert main(["publish", "tiny", "--run", str(run), "--models", str(models)]) == 1
    assert "tiny_training.csv does not exist" in capsys.readouterr().err


def test_a_published_version_keeps_its_weights(run, models):
    publish_model("tiny", run, models)
    publish_model("tiny", run, models)
    architecture, weights = ARCHITECTURES["cnn"], run / "tiny_model.weights.h5"
    architecture.build(architecture.input.width).save_weights(weights)
    change(run, sha256=file_sha256(weights))
    with pytest.raises(ValueError, match=r"already has version 0\.0\.1 with other weights"):
        publish_model("tiny", run, models)
    change(run, version="0.0.2")
    assert publish_model("tiny", run, models).version == "0.0.2"
