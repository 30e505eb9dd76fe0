"""Export of confirmed cases as a labelled data set, and training on it."""

import base64
import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from app.config.settings import PROJECT_DIR
from app.models.classes import CLASSES
from research.pipeline.data.manifest import ImageSource, Split, read_manifest
from tests.conftest import SAMPLES_DIR
from tests.support.server import RunningServer
from tests.unit.research.data.test_audit import picture
from tests.unit.research.training.tiny import AUGMENTATION, LAST_STAGE, TINY

NOTE = "histology of 12 March"
SCANS = {"Te-gl_0014.jpg": "glioma", "Te-me_0016.jpg": "agree", "Te-no_0022.jpg": "pituitary"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("labelled")
    return {
        "HISTORY": "on",
        "KEEP_IMAGES": "on",
        "ENCRYPTION_KEYS": base64.b64encode(os.urandom(32)).decode(),
        "DATA_DIR": str(folder / "data"),
        "UPLOADS_DIR": str(folder / "uploads"),
    }


@pytest.fixture(scope="module")
def client(environment: dict[str, str]) -> Iterator[httpx.Client]:
    with RunningServer(wait=True, **environment) as server, server.client() as client:
        yield client


def give(client: httpx.Client, record: str, verdict: str) -> None:
    given = {"verdict": verdict, "note": NOTE}
    client.post(f"/api/v1/predictions/{record}/feedback", json=given).raise_for_status()


@pytest.fixture(scope="module")
def ids(client: httpx.Client) -> dict[str, str]:
    """Ids of predictions with feedback, and of one without, by file."""
    made = {}
    for name in [*SCANS, "Te-pi_0014.jpg"]:
        files = {"file": ("x.jpg", (SAMPLES_DIR / name).read_bytes())}
        made[name] = client.post("/api/v1/predictions", files=files).raise_for_status().json()["id"]
    for name, verdict in SCANS.items():
        give(client, made[name], verdict)
    return made


def run(module: str, *arguments: str | Path, **environment: str) -> str:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=PROJECT_DIR, env={**os.environ, **environment}, capture_output=True, text=True, timeout=600
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def export(folder: Path, environment: dict[str, str], *options: str) -> tuple[str, list[dict[str, Any]]]:
    told = run("app", "feedback", "export", folder, *options, **environment)
    with (folder / "confirmed.csv").open(newline="") as file:
        return told, list(csv.DictReader(file))


def test_confirmed_pictures_are_in_the_folder_of_their_class(
    client: httpx.Client, ids: dict[str, str], environment: dict[str, str], tmp_path: Path
):
    folder = tmp_path / "new" / "set"
    told, rows = export(folder, environment)
    assert "Wrote 3 images" in told
    classes = {"Te-gl_0014.jpg": "glioma", "Te-me_0016.jpg": "meningioma", "Te-no_0022.jpg": "pituitary"}
    assert {row["file"] for row in rows} == {f"Training/{tumor}/{ids[name]}.jpg" for name, tumor in classes.items()}
    for row in rows:
        kept = client.get(f"/api/v1/history/{Path(row['file']).stem}/picture").content
        assert (folder / row["file"]).read_bytes() == kept
    assert {path.parent.name for path in folder.glob("*/*/")} >= {"Training", "Testing"}
    assert not any(path.stat().st_mode & 0o077 for path in folder.rglob("*"))
    assert "note" not in rows[0]
    assert NOTE not in (folder / "confirmed.csv").read_text()
    assert {row["note"] for row in export(folder, environment, "--notes")[1]} == {NOTE}


def test_a_corrected_picture_moves_to_its_new_class(
    client: httpx.Client, ids: dict[str, str], environment: dict[str, str], tmp_path: Path
):
    export(tmp_path, environment)
    give(client, ids["Te-no_0022.jpg"], "notumor")
    export(tmp_path, environment)
    assert len(list(tmp_path.rglob("*.jpg"))) == 3
    assert (tmp_path / "Training" / "notumor" / f"{ids['Te-no_0022.jpg']}.jpg").exists()


def test_without_the_key_no_picture_is_written(ids: dict[str, str], environment: dict[str, str], tmp_path: Path):
    other = base64.b64encode(os.urandom(32)).decode()
    told, rows = export(tmp_path, {**environment, "ENCRYPTION_KEYS": other})
    assert "3 more have no readable picture" in told
    assert rows == []


def test_an_unwritable_folder_is_reported(environment: dict[str, str], tmp_path: Path):
    (tmp_path / "file").touch()
    ended = subprocess.run(
        [sys.executable, "-m", "app", "feedback", "export", tmp_path / "file" / "set"],
        cwd=PROJECT_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: ")


def test_data_audit_and_training_accept_the_export(
    ids: dict[str, str], environment: dict[str, str], tmp_path: Path, rng: np.random.Generator
):
    data = tmp_path / "dataset"
    for tumor in CLASSES:
        for part, count in (("Training", 13), ("Testing", 2)):
            (data / part / tumor).mkdir(parents=True)
            for number in range(count):
                picture(rng).save(data / part / tumor / f"{number}.png")
    # The test split already contains one of the confirmed scans.
    with Image.open(SAMPLES_DIR / "Te-gl_0014.jpg") as image:
        image.save(data / "Testing" / "glioma" / "known.png")
    export(data, environment)
    run("research.pipeline", "audit", "--data", data, "--out", tmp_path, "--report", tmp_path / "audit.json")
    rows = {row.file: row for row in read_manifest(tmp_path / "manifest.csv")}
    confirmed = [row for file, row in rows.items() if Path(file).stem in ids.values()]
    assert len(confirmed) == 3
    assert {row.source for row in confirmed} == {ImageSource.TRAINING}
    assert {row.split for row in confirmed} <= {Split.TRAIN, Split.VALIDATION}
    assert rows["Testing/glioma/known.png"].has_copy_in_training

    recipe = TINY.replace(LAST_STAGE, "").replace("unknown_tumors_per_batch = 2", "unknown_tumors_per_batch = 0")
    (tmp_path / "recipe.toml").write_text(f"{recipe}\n[augmentation]{AUGMENTATION}")
    out = tmp_path / "run"
    manifest = tmp_path / "manifest.csv"
    run("research.pipeline", "train", tmp_path / "recipe.toml", "--data", data, "--manifest", manifest, "--out", out)
    assert (out / "cnn_model.weights.h5").exists()
