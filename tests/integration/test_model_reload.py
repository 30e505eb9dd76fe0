"""Models that change while the service answers: no request fails, and a model that cannot be used changes nothing."""

import base64
import hashlib
import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import grpc
import httpx
import pytest
from sqlalchemy import select
from tritonclient.grpc import service_pb2 as messages

from app.services.database.audit import Event as AuditEvent
from app.services.database.tables import AuditRow
from tests.conftest import MODELS, SAMPLES_DIR
from tests.support.dicom import sample_slice
from tests.support.images import copies
from tests.support.models import models_of_cnn, version_of_cnn
from tests.support.people import People
from tests.support.prometheus_server import read_page, total
from tests.support.server import RunningServer, free_port

SCAN = (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()
COPIES = copies(SCAN)
OLD, NEW = MODELS["cnn"].version, "9.0.0"
PATIENCE_S = 60
CLIENTS = 3


def predict(client: httpx.Client, scan: bytes = SCAN, **query: str) -> httpx.Response:
    return client.post("/api/v1/predictions", params={"heatmap": "none", **query}, files={"file": scan})


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
    port = str(free_port())
    with RunningServer(MODELS_DIR=str(models), LOG_FORMAT="json", METRICS="on", GRPC_PORT=port) as running:
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
            scans = client.post(
                "/api/v1/evaluations/scans", params={"version": version}, files=[("files", SCAN)]
            ).json()
            assert scans["version"] == version
            row = {"scan": "Scan 1", "class": "meningioma", "probabilities": scans["results"][0]["probabilities"]}
            rows = [row, {**row, "class": "notumor"}]
            report = client.post("/api/v1/evaluations", json={"version": version, "scans": rows}).raise_for_status()
            assert report.json()["model"]["version"] == version
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


def test_a_canary_answers_its_share_and_each_scan_has_one_version(changing: RunningServer, models: Path):
    choice = models / "default_versions.json"
    scans = [next(COPIES) for _ in range(12)]
    with changing.client() as client:

        def answered_by(share: float | None) -> list[str]:
            choice.write_text(json.dumps({"cnn": {"default": OLD, "canary": NEW, "share": share} if share else OLD}))
            canaries = reloaded(changing, "models_changed")["canaries"]
            assert canaries == ([f"cnn {NEW} {share:g}"] if share else [])
            seen = [predict(client, scan).raise_for_status().json()["model"]["version"] for scan in scans]
            listed = client.get("/api/v1/models/cnn/versions").raise_for_status().json()["versions"]
            assert [each["share"] for each in listed] == [1 - (share or 0), share or 0]
            return seen

        few, many = answered_by(0.3), answered_by(0.7)
        # As a client can compute it: the first eight bytes of the SHA-256 of the file, as a share of the largest.
        drawn = [int.from_bytes(hashlib.sha256(scan).digest()[:8]) / 2**64 for scan in scans]
        assert few == [NEW if number < 0.3 else OLD for number in drawn]
        assert many == [NEW if number < 0.7 else OLD for number in drawn]
        assert set(few) == set(many) == {OLD, NEW}
        assert predict(client, scans[0], version=OLD).json()["model"]["version"] == OLD

        # Every way of sending a scan has its version.
        batch = client.post("/api/v1/predictions/batch", files=[("files", scan) for scan in scans])
        assert [each["prediction"]["model"]["version"] for each in batch.json()["results"]] == many
        assert "x-model-version" not in batch.headers, "several versions answered"
        bare = client.post("/api/v1/predictions", content=scans[0], headers={"Content-Type": "image/jpeg"}).json()
        inputs = [{"name": "image", "shape": [1], "datatype": "BYTES", "data": [base64.b64encode(scans[0]).decode()]}]
        inferred = client.post("/v2/models/cnn/infer", json={"inputs": inputs}).raise_for_status().json()
        assert bare["model"]["version"] == inferred["model_version"] == many[0]

        # A study has one version, whatever the order of its files.
        slices = [sample_slice(height, StudyInstanceUID="1.2.7") for height in (0, 5, 10)]
        studies = [
            client.post("/api/v1/studies", files=[("files", part) for part in parts]).raise_for_status().json()
            for parts in (slices, slices[::-1], slices[1:])
        ]
        number = int.from_bytes(hashlib.sha256(b"1.2.7").digest()[:8]) / 2**64
        assert {study["model"]["version"] for study in studies} == {NEW if number < 0.7 else OLD}

        assert set(answered_by(1.0)) == {NEW}
        assert predict(client, b"no scan").status_code == 400
        assert set(answered_by(None)) == {OLD}
        page = read_page(client.get("/metrics").text)
        assert total(page, "btc_prediction_failures_total", version=NEW, reason="unreadable-image") == 1
        assert total(page, "btc_predictions_total", version=NEW, source="batch") == many.count(NEW)


@pytest.mark.parametrize("version", [OLD, NEW])
def test_a_version_is_pinned_by_header_on_every_route_that_answers(changing: RunningServer, version: str):
    with changing.client() as client:
        client.headers["X-Model-Version"] = version
        image = [{"name": "image", "shape": [1], "datatype": "BYTES", "data": [base64.b64encode(SCAN).decode()]}]
        answers = [
            predict(client),
            predict(client, version=version),
            client.post("/api/v1/samples/Te-me_0016.jpg/predictions"),
            client.post("/api/v1/predictions/batch", files=[("files", SCAN), ("files", SCAN)]),
            client.post("/api/v1/reports", files={"file": SCAN}),
            client.post("/api/v1/studies", files=[("files", sample_slice(0))]),
            client.post("/api/v1/evaluations/scans", files=[("files", SCAN)]),
            client.post("/v2/models/cnn/infer", json={"inputs": image}),
        ]
    assert [(answer.status_code, answer.headers["x-model-version"]) for answer in answers] == [(200, version)] * 8
    message = messages.ModelInferRequest(model_name="cnn")
    message.inputs.add(name="image", datatype="BYTES", shape=[1]).contents.bytes_contents.append(SCAN)
    with grpc.insecure_channel(f"127.0.0.1:{changing.grpc_port}") as channel:
        infer = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
        sent, call = infer.with_call(message.SerializeToString(), metadata=[("x-model-version", version)])
    assert messages.ModelInferResponse.FromString(sent).model_version == version
    assert dict(call.trailing_metadata())["x-model-version"] == version


def test_a_header_that_names_another_version_is_refused(changing: RunningServer):
    with changing.client() as client:
        client.headers["X-Model-Version"] = OLD
        refused = predict(client, version=NEW)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:problem:invalid-parameters")
        assert f"several versions of the model: {NEW}, {OLD}" in refused.json()["detail"]
        assert client.post(f"/v2/models/cnn/versions/{NEW}/infer", json={}).status_code == 422
        client.headers["X-Model-Version"] = "7"
        unknown = predict(client)
        assert (unknown.status_code, {*unknown.json()["accepted"]}) == (404, {NEW, OLD})
        assert "x-model-version" not in unknown.headers


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"share": 1.5}, "cnn: share: Input should be less than or equal to 1."),
        ({"share": "0.5"}, "cnn: share: Input should be a valid number."),
        ({}, "`canary` and `share` belong together"),
        ({"share": 0.1, "canary": OLD}, "it must be another one"),
        ({"share": 0.1, "canary": "7"}, f"names the version 7 of cnn; there are: {OLD}, {NEW}."),
        ({"share": 0.1, "shares": 1}, "cnn: shares: Extra inputs are not permitted."),
    ],
)
def test_a_wrong_canary_changes_nothing(changing: RunningServer, models: Path, stated: dict[str, Any], words: str):
    (models / "default_versions.json").write_text(json.dumps({"cnn": {"default": OLD, "canary": NEW, **stated}}))
    assert words in reloaded(changing, "models_not_changed")["reason"]


def test_a_canary_that_lacks_a_part_of_the_default_version_changes_nothing(changing: RunningServer, models: Path):
    (models / "default_versions.json").write_text(json.dumps({"cnn": {"default": OLD, "canary": "9.2.0", "share": 1}}))
    metadata = version_of_cnn(models / "bare", "9.2.0") / "cnn_model.json"
    metadata.write_text(json.dumps(json.loads(metadata.read_text()) | {"trust": None}))
    assert "lacks what the default version has: a gate" in reloaded(changing, "models_not_changed")["reason"]


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
