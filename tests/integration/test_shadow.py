"""The shadow model on real servers: predictions are stored, no request waits, one setting switches models."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from app.config.settings import PROJECT_DIR
from app.services.shadow.runner import MOST_WAITING
from tests.conftest import MODELS, SAMPLES_DIR
from tests.support.images import copies, encode
from tests.support.models import models_of_cnn, version_of_cnn
from tests.support.people import People
from tests.support.server import RunningServer

SHADOW = "/api/v1/monitoring/shadow"
GLIOMA = (SAMPLES_DIR / "Te-gl_0014.jpg").read_bytes()
# A file that was sent before goes into its earlier record.
COPIES = copies(GLIOMA)
PATIENCE_S = 60
SLOW_SHADOW = {"DEFAULT_MODEL": "cnn", "SHADOW_MODEL": "xception"}


def shadowed(folder: Path, **environment: str) -> RunningServer:
    settings = {"HISTORY": "on", "SHADOW_MODEL": "cnn", "SHADOW_SHARE": "1", "METRICS": "on", "PRECISION": "f32"}
    return RunningServer(wait=True, **{**settings, "DATA_DIR": str(folder), **environment})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with shadowed(tmp_path_factory.mktemp("shadow")) as running:
        yield running


def predict(client: httpx.Client, scan: bytes, **query: str) -> dict[str, Any]:
    answer = client.post("/api/v1/predictions", params={"heatmap": "false", **query}, files={"file": ("x", scan)})
    return answer.raise_for_status().json()  # type: ignore[no-any-return]


def overview(client: httpx.Client, **query: int) -> dict[str, Any]:
    return client.get(SHADOW, params=query).raise_for_status().json()  # type: ignore[no-any-return]


def compared(found: dict[str, Any]) -> int:
    return sum(pair["disagreement"]["total"] for pair in found["pairs"])


def caught_up(client: httpx.Client, scans: int) -> dict[str, Any]:
    """Return the overview once that many scans were classified."""
    deadline = time.monotonic() + PATIENCE_S
    while compared(found := overview(client)) < scans:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def disputed(degrees: int) -> bytes:
    """Return a tumor-free scan that is meningioma to xception, turned by some degrees."""
    with Image.open(SAMPLES_DIR / "Te-no_0022.jpg") as scan:
        return encode(scan.convert("L").rotate(degrees, Image.Resampling.BICUBIC), "PNG")


def test_shadow_predictions_equal_the_models_own(server: RunningServer):
    with server.client() as client:
        apart = {}
        for done, scan in enumerate((disputed(-3), GLIOMA, disputed(2), disputed(4)), 1):
            served = predict(client, scan)
            found = caught_up(client, done)
            # An answer of the shadow model itself is not classified again.
            asked = predict(client, scan, model="cnn")
            if served["prediction"]["class"] != asked["prediction"]["class"]:
                apart[served["id"]] = (served, asked)
        assert len(apart) == 3
        assert found["model"] == "cnn"
        assert found["share"] == 1
        assert found["waiting"] == 0
        [pair] = found["pairs"]
        assert pair["served"] == {"name": "xception", "version": MODELS["xception"].version}
        assert pair["shadow"] == {"name": "cnn", "version": MODELS["cnn"].version}
        assert pair["disagreement"]["count"] == len(apart)
        assert sum(one["count"] for one in pair["classes"]) == pair["disagreement"]["total"] == done
        assert [one["id"] for one in found["disagreements"]] == list(apart)[::-1]
        for one in found["disagreements"]:
            served, asked = apart[one["id"]]
            assert one["served"]["class"] == served["prediction"]["class"]
            assert one["served"]["confidence"] == served["prediction"]["confidence"]
            assert one["shadow"]["class"] == asked["prediction"]["class"]
            assert one["shadow"]["confidence"] == pytest.approx(asked["prediction"]["confidence"], abs=1e-9)
        assert len(overview(client, limit=1)["disagreements"]) == 1
        counted = client.get("/metrics").text
        [line] = [line for line in counted.splitlines() if 'btc_shadow_total{outcome="different"' in line]
        assert line.endswith(f" {len(apart)}.0")
        # Its row is deleted with the record.
        client.delete(f"/api/v1/history/{next(iter(apart))}").raise_for_status()
        assert compared(overview(client)) == done - 1


def test_a_busy_service_drops_shadow_scans_and_rejects_no_request(tmp_path: Path):
    with (
        shadowed(tmp_path, QUEUE_SIZE="64", **SLOW_SHADOW) as server,
        server.client() as client,
        ThreadPoolExecutor(12) as pool,
    ):
        answers = list(pool.map(lambda _: predict(client, next(COPIES)), range(60)))
        assert len({answer["id"] for answer in answers}) == 60
        found = overview(client)
        assert found["waiting"] <= MOST_WAITING
        assert found["dropped"] > 0
        # Waiting scans are classified once the service is idle.
        found = caught_up(client, 60 - found["dropped"])
        assert found["waiting"] == 0


def test_shadow_does_not_delay_shutdown(tmp_path: Path):
    with shadowed(tmp_path, **SLOW_SHADOW) as server, server.client() as client:
        for _ in range(MOST_WAITING):
            predict(client, next(COPIES))
        assert server.stop() == 0
        assert "Traceback" not in server.log
    # Waiting scans are dropped; stored rows are intact.
    with shadowed(tmp_path, **SLOW_SHADOW) as server, server.client() as client:
        assert compared(overview(client)) <= MOST_WAITING
        assert len(client.get("/api/v1/history").json()["records"]) == MOST_WAITING


def test_a_share_of_0_classifies_nothing(tmp_path: Path):
    with shadowed(tmp_path, SHADOW_SHARE="0") as server, server.client() as client:
        predict(client, GLIOMA)
        time.sleep(1)
        found = overview(client)
        assert (found["waiting"], found["dropped"], found["pairs"]) == (0, 0, [])


def test_one_setting_switches_models_and_back(tmp_path: Path):
    for default, shadow in (("cnn", "xception"), ("xception", "cnn")):
        with (
            shadowed(tmp_path, DEFAULT_MODEL=default, SHADOW_MODEL=shadow) as server,
            server.client() as client,
        ):
            before = compared(overview(client))
            listed = client.get("/api/v1/models").json()
            assert listed["default"] == default
            assert [model["name"] for model in listed["models"] if model["default"]] == [default]
            assert predict(client, GLIOMA)["model"]["name"] == default
            found = caught_up(client, before + 1)
    assert {pair["served"]["name"] for pair in found["pairs"]} == {"cnn", "xception"}


def test_another_version_is_the_shadow_until_it_becomes_the_default(tmp_path: Path):
    models, version = models_of_cnn(tmp_path / "models"), MODELS["cnn"].version
    version_of_cnn(models / "next", "9.0.0")
    settings = {"MODELS_DIR": str(models), "SHADOW_MODEL": "cnn@9.0.0", "LOG_FORMAT": "json"}
    with shadowed(tmp_path / "data", **settings) as server, server.client() as client:
        predict(client, GLIOMA)
        found = caught_up(client, 1)
        assert (found["model"], found["version"]) == ("cnn", "9.0.0")
        [pair] = found["pairs"]
        assert (pair["served"]["version"], pair["shadow"]["version"]) == (version, "9.0.0")
        assert pair["disagreement"]["count"] == 0
        (models / "default_versions.json").write_text('{"cnn": "9.0.0"}')
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE_S
        while "shadow_compares_nothing" not in server.log:
            assert time.monotonic() < deadline, server.log
            time.sleep(0.05)
        assert predict(client, next(COPIES))["model"]["version"] == "9.0.0"
        assert overview(client)["waiting"] == 0


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SHADOW_MODEL": "nope", "HISTORY": "on"}, "SHADOW_MODEL: There is no model 'nope'. Known: cnn, xception."),
        ({"SHADOW_MODEL": "xception", "HISTORY": "on"}, "The shadow must be another model"),
        ({"SHADOW_MODEL": "xception@7", "HISTORY": "on"}, "There is no version '7' of the model 'xception'."),
        ({"SHADOW_MODEL": "cnn"}, "SHADOW_MODEL needs a history"),
        ({"DEFAULT_MODEL": "nope"}, "DEFAULT_MODEL=nope: there is no such model"),
        ({"SHADOW_SHARE": "2"}, "SHADOW_SHARE='2'"),
    ],
)
def test_wrong_settings_stop_the_start_with_one_line(tmp_path: Path, environment: dict[str, str], words: str):
    run = subprocess.run(
        [sys.executable, "-m", "app", "serve"],
        cwd=PROJECT_DIR,
        env={**os.environ, "PORT": "0", "DATA_DIR": str(tmp_path), "UPLOADS_DIR": str(tmp_path / "u"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1
    assert words in run.stderr.splitlines()[-1]


def test_only_administrators_see_the_overview(people: People):
    people.server.wait_for("/health/live")
    for admin, status in ((False, 403), (True, 200)):
        person = people.person(admin=admin)
        with people.signed_in(person) as browser:
            assert browser.get(SHADOW).status_code == status
        with people.browser(Authorization=f"Bearer {people.key(person, 'read')['key']}") as program:
            assert program.get(SHADOW).status_code == 403
