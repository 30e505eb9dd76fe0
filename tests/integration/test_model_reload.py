"""Models that change while the service answers: no request fails, and a model that cannot be used changes nothing."""

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.services.database.audit import Event as AuditEvent
from app.services.database.tables import AuditRow
from tests.conftest import MODELS, SAMPLES_DIR
from tests.support.models import models_of_cnn, version_of_cnn
from tests.support.people import People
from tests.support.server import RunningServer

SCAN = (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()
OLD, NEW = MODELS["cnn"].version, "9.0.0"
PATIENCE_S = 60
CLIENTS = 3


def predict(client: httpx.Client, **query: str) -> httpx.Response:
    return client.post("/api/v1/predictions", params={"heatmap": "none", **query}, files={"file": SCAN})


def events(server: RunningServer, name: str) -> list[dict[str, Any]]:
    entries = [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]
    return [entry for entry in entries if entry["event"] == name]


def reloaded(server: RunningServer, outcome: str) -> dict[str, Any]:
    """Have the server read the models folder again; returns the log entry of that outcome."""
    before = len(events(server, outcome))
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + PATIENCE_S
    while len(found := events(server, outcome)) == before:
        assert time.monotonic() < deadline, server.log
        time.sleep(0.05)
    return found[-1]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models_of_cnn(tmp_path_factory.mktemp("reload") / "models")


@pytest.fixture(scope="module")
def changing(models: Path) -> Iterator[RunningServer]:
    with RunningServer(MODELS_DIR=str(models), LOG_FORMAT="json", METRICS="on") as running:
        yield running


def test_no_request_fails_while_another_version_becomes_the_default(changing: RunningServer, models: Path):
    ended = Event()

    def versions_seen() -> list[str]:
        with changing.client() as client:
            seen = []
            while not ended.is_set():
                seen.append(predict(client).raise_for_status().json()["model"]["version"])
            return seen

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(versions_seen) for _ in range(CLIENTS)]
        try:
            version_of_cnn(models / "next", NEW)
            assert reloaded(changing, "models_changed")["models"] == [f"cnn {OLD}", f"cnn {NEW}"]
            (models / "default_versions.json").write_text(json.dumps({"cnn": NEW}))
            reloaded(changing, "models_changed")
            with changing.client() as client:
                assert predict(client).json()["model"]["version"] == NEW
        finally:
            ended.set()
    for client_seen in clients:
        seen = client_seen.result()
        assert set(seen) == {OLD, NEW}
        assert seen == sorted(seen), "no client goes back to the old version"


def test_a_version_is_pinned_by_parameter(changing: RunningServer):
    with changing.client() as client:
        listed = client.get("/api/v1/models/cnn/versions").raise_for_status().json()["versions"]
        assert [(each["version"], each["default"]) for each in listed] == [(NEW, True), (OLD, False)]
        for version in (OLD, NEW):
            assert predict(client, version=version).raise_for_status().json()["model"]["version"] == version
            assert client.get(f"/v2/models/cnn/versions/{version}/ready").status_code == 200
        unknown = predict(client, version="7")
        assert (unknown.status_code, unknown.json()["accepted"]) == (404, [NEW, OLD])


def test_models_that_cannot_be_used_change_nothing(changing: RunningServer, models: Path):
    bad = version_of_cnn(models / "bad", "9.1.0")
    weights, metadata = bad / "cnn_model.weights.h5", bad / "cnn_model.json"
    gate = bad / "cnn_gate.npz"
    files = {path: path.read_bytes() for path in (weights, metadata, gate)}
    described = metadata.read_text()
    wrong = json.loads(described)
    wrong["phantom"]["logits"][0] += 1
    faults = {
        "is incomplete or damaged": lambda: weights.write_bytes(files[weights][:-1000]),
        "the gate in": lambda: gate.write_bytes(b""),
        "is not valid": lambda: metadata.write_text("{"),
        "computes wrongly": lambda: metadata.write_text(json.dumps(wrong)),
        "is in": lambda: metadata.write_text(json.dumps(json.loads(described) | {"version": NEW})),
    }
    with changing.client() as client:
        for reason, damage in faults.items():
            damage()
            assert reason in reloaded(changing, "models_not_changed")["reason"]
            assert client.get("/health/ready").status_code == 200
            assert predict(client).json()["model"]["version"] == NEW
            for path, content in files.items():
                path.write_bytes(content)


def test_metrics_show_the_versions_that_are_served(changing: RunningServer, models: Path):
    (models / "bad").rename(models / ".bad")
    (models / "default_versions.json").unlink()
    reloaded(changing, "models_changed")
    served = [line for line in httpx.get(f"{changing.url}/metrics").text.splitlines() if "model_info{" in line]
    assert {line.partition('version="')[2].partition('"')[0]: line[-3:] for line in served} == {OLD: "1.0", NEW: "1.0"}


def test_an_administrator_reloads_and_the_audit_trail_has_it(tmp_path: Path):
    models = models_of_cnn(tmp_path / "models")
    with People(tmp_path, None, MODELS_DIR=str(models), DRIFT="on") as people:
        people.server.wait_for("/health/ready")
        with people.signed_in(people.person()) as member:
            assert member.post("/api/v1/models/reload").status_code == 403
        version_of_cnn(models / "next", NEW)
        choice = models / "default_versions.json"
        with people.signed_in(people.person(admin=True)) as admin:
            choice.write_text('{"cnn": "8.0.0"}')
            refused = admin.post("/api/v1/models/reload")
            assert refused.status_code == 409
            assert "names the version 8.0.0 of cnn" in refused.json()["detail"]
            choice.write_text(json.dumps({"cnn": NEW}))
            body = admin.post("/api/v1/models/reload").raise_for_status().json()
            assert [each["version"] for each in body["models"][0]["versions"]] == [NEW, OLD]
            assert predict(admin).raise_for_status().json()["model"]["version"] == NEW
            drift = admin.get("/api/v1/monitoring/drift").raise_for_status().json()
            assert (drift["reference"]["version"], drift["answers"]) == (NEW, 1)
        with people.database.reading() as session:
            rows = select(AuditRow.details).where(AuditRow.event == AuditEvent.MODELS_CHANGED.value)
            [details] = session.scalars(rows)
        assert json.loads(details)["models"] == [f"cnn {NEW}", f"cnn {OLD}"]
