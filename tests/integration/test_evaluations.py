"""Evaluations over HTTP, as the page requests them."""

import json
from typing import Any

import httpx
import pytest

from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.services.evaluation.schemas import EvaluationReport
from tests.conftest import SAMPLES_DIR
from tests.support.server import RunningServer

SCANS, EVALUATIONS = "/api/v1/evaluations/scans", "/api/v1/evaluations"
COPY, FRESH = (SAMPLES_DIR / name for name in ("Te-me_0016.jpg", "Te-gl_0014.jpg"))


def evaluation(metadata: ModelMetadata, **changes: Any) -> dict[str, Any]:
    row = {"scan": "Scan 1", "class": "glioma", "patient": "Patient 1", "probabilities": [0.7, 0.1, 0.1, 0.1]}
    return {"version": metadata.version, "scans": [row, {**row, "class": "notumor"}], **changes}


class TestScans:
    def test_every_scan_has_its_result_or_its_problem(self, client: httpx.Client, metadata: ModelMetadata):
        files = [("files", ("scan", path.read_bytes())) for path in (COPY, FRESH)]
        answer = client.post(SCANS, files=[*files, ("files", ("scan", b"x"))])
        assert answer.status_code == 200
        found = answer.json()
        assert (found["model"], found["version"]) == (metadata.name, metadata.version)
        copy, fresh, broken = found["results"]
        assert [copy["copy_of_training_scan"], fresh["copy_of_training_scan"]] == [True, False]
        predicted = client.post("/api/v1/predictions", files={"file": FRESH.read_bytes()}).json()
        assert fresh["probabilities"] == [share["probability"] for share in predicted["probabilities"]]
        assert broken["probabilities"] is None
        assert broken["problem"]["type"] == "urn:problem:unreadable-image"

    def test_an_unknown_model(self, client: httpx.Client):
        answer = client.post(SCANS, files={"files": b"x"}, params={"model": "vgg"})
        assert answer.json()["type"] == "urn:problem:not-found"


class TestReport:
    def test_the_report_is_json(self, client: httpx.Client, metadata: ModelMetadata):
        answer = client.post(EVALUATIONS, json=evaluation(metadata, left_out=[{"scan": "Scan 3", "reason": "x"}]))
        assert answer.status_code == 200
        report = EvaluationReport.model_validate_json(answer.content)
        assert (report.measured.accuracy.count, report.measured.images) == (1, 2)
        assert report.measured.confusion[CLASSES.index(CLASSES[2])] == (1, 0, 0, 0)
        assert report.by_patient is not None and report.by_patient.patients == 1
        assert report.left_out[0].scan == "Scan 3"
        assert report.fit is None and "Meningioma has 0" in (report.no_fit or "")

    def test_the_report_is_html_on_request(self, client: httpx.Client, metadata: ModelMetadata):
        answer = client.post(EVALUATIONS, json=evaluation(metadata), headers={"Accept": "text/html"})
        assert answer.headers["content-type"].startswith("text/html")
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "50.0 %" in answer.text

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"scans": []}, "at least 1 item"),
            ({"probabilities": [0.5, 0.5]}, "at least 4 items"),
            ({"probabilities": [0.5, 0.5, 0.5, 0.5]}, "sum to 1"),
            ({"class": "sarcoma"}, "'glioma', 'meningioma'"),
            ({"scan": "x" * 301}, "at most 300"),
            ({"gate_score": "x"}, "valid number"),
            ({"secret": 1}, "Extra inputs"),
            (
                {"scans": [{"scan": "1", "class": "other", "probabilities": [1, 0, 0, 0]}]},
                "at least one scan must be of",
            ),
        ],
    )
    def test_invalid_input_is_rejected(self, client: httpx.Client, metadata: ModelMetadata, change, words):
        body = evaluation(metadata)
        if "scans" in change:
            body |= change
        else:
            body["scans"][0] |= change
        answer = client.post(EVALUATIONS, json=body)
        assert answer.status_code == 422
        assert words in answer.text

    def test_results_of_another_version_are_a_conflict(self, client: httpx.Client, metadata: ModelMetadata):
        answer = client.post(EVALUATIONS, json=evaluation(metadata, version="0.0.1"))
        assert answer.json()["type"] == "urn:problem:conflict"
        assert metadata.version in answer.json()["detail"]

    def test_numbers_that_json_does_not_have_are_rejected(self, client: httpx.Client, metadata: ModelMetadata):
        text = json.dumps(evaluation(metadata)).replace("0.7", "NaN")
        assert client.post(EVALUATIONS, content=text, headers={"Content-Type": "application/json"}).status_code == 422

    def test_a_body_that_is_too_large_is_rejected(self, client: httpx.Client):
        answer = client.post(EVALUATIONS, content=b" " * 5_000_000, headers={"Content-Type": "application/json"})
        assert answer.json()["type"] == "urn:problem:too-large"

    def test_an_unacceptable_media_type_is_rejected(self, client: httpx.Client, metadata: ModelMetadata):
        answer = client.post(EVALUATIONS, json=evaluation(metadata), headers={"Accept": "application/pdf"})
        assert answer.status_code == 406


def test_the_log_contains_no_names_and_no_classes(server: RunningServer, client: httpx.Client, metadata: ModelMetadata):
    body = evaluation(metadata)
    body["scans"][0] |= {"scan": "Erika Mustermann", "patient": "Mustermann"}
    assert client.post(EVALUATIONS, json=body).status_code == 200
    body["scans"][0]["class"] = "Mustermann"
    assert client.post(EVALUATIONS, json=body).status_code == 422
    client.post(SCANS, files={"files": ("Mustermann.png", b"x")})
    assert "Mustermann" not in server.log
