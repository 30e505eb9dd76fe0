"""Real responses of the operations that need no account, short enough to read."""

from base64 import b64encode
from typing import Any

import httpx
import numpy as np
from PIL import Image

from app.config.settings import PROJECT_DIR
from tests.support.dicom import data_set, written

EXAMPLE_SAMPLE = "Te-me_0016.jpg"


def real_answers(client: httpx.Client) -> dict[str, Any]:
    """A response of each operation that returns JSON, by operation id."""
    prediction = shortened(predict(client, EXAMPLE_SAMPLE))
    scan = (PROJECT_DIR / "sample_images" / EXAMPLE_SAMPLE).read_bytes()
    files = [("files", ("scan.jpg", scan)), ("files", ("empty.jpg", b""))]
    batch = client.post("/api/v1/predictions/batch", files=files).json()
    batch["results"][0]["prediction"] = shortened(batch["results"][0]["prediction"])
    samples = client.get("/api/v1/samples").json()
    measured = client.post("/api/v1/evaluations/scans", files=files).json()
    return {
        "measure_evaluation_scans": measured,
        "create_evaluation": _evaluation(client),
        "create_prediction": prediction,
        "create_sample_prediction": prediction,
        "create_prediction_batch": batch,
        "create_study": _study(client),
        "list_samples": {"samples": samples["samples"][:2]},
        "list_classes": client.get("/api/v1/classes").json(),
        "get_model_report": _short_report(client.get("/api/v1/models/xception/report").json()),
        "list_models": client.get("/api/v1/models").json(),
        "list_model_versions": client.get("/api/v1/models/xception/versions").json(),
        "get_capabilities": client.get("/api/v1/capabilities").json(),
        "get_liveness": client.get("/health/live").json(),
        "get_readiness": client.get("/health/ready").json(),
        **_inference_answers(client, scan),
    }


def _inference_answers(client: httpx.Client, scan: bytes) -> dict[str, Any]:
    """A response of each operation of the Open Inference Protocol."""
    model = "/v2/models/xception"
    described, ready = client.get(model).json(), client.get(f"{model}/ready").json()
    image = {"name": "image", "shape": [1], "datatype": "BYTES", "data": [b64encode(scan).decode()]}
    answered = client.post(f"{model}/infer", json={"id": "1", "inputs": [image]}).json()
    return {
        "get_server_liveness": client.get("/v2/health/live").json(),
        "get_server_readiness": client.get("/v2/health/ready").json(),
        "get_server_metadata": client.get("/v2").json(),
        "get_model_metadata": described,
        "get_model_version_metadata": described,
        "get_model_readiness": ready,
        "get_model_version_readiness": ready,
        "run_inference": answered,
        "run_inference_with_version": answered,
    }


def predict(client: httpx.Client, sample: str) -> dict[str, Any]:
    """The whole prediction of a sample."""
    answer: dict[str, Any] = client.post(f"/api/v1/samples/{sample}/predictions").raise_for_status().json()
    return answer


def shortened(answer: dict[str, Any]) -> dict[str, Any]:
    """A prediction with its picture truncated."""
    overlay = answer["heatmap"]["overlay"]
    return {**answer, "heatmap": {**answer["heatmap"], "overlay": overlay[:48] + "…"}}


def _study(client: httpx.Client) -> dict[str, Any]:
    """A study with one slice, the sample as an object that a scanner could have made."""
    with Image.open(PROJECT_DIR / "sample_images" / EXAMPLE_SAMPLE) as scan:
        values = np.asarray(scan.convert("L"))
    made = written(data_set(values, SeriesDescription="t1_tra_gd", PixelSpacing=[0.45, 0.45]))
    answer: dict[str, Any] = client.post("/api/v1/studies", files=[("files", ("IM0001", made))]).json()
    return answer


def _evaluation(client: httpx.Client) -> dict[str, Any]:
    """A report on the samples, including copies of training scans, with its long lists truncated."""
    scans, version = [], ""
    for number, sample in enumerate(client.get("/api/v1/samples").json()["samples"], start=1):
        files = {"files": client.get(sample["url"]).content}
        answer = client.post("/api/v1/evaluations/scans", files=files).json()
        [result], version = answer["results"], answer["version"]
        known = {name: result[name] for name in ("probabilities", "gate_score", "other_score", "sequence", "plane")}
        scans.append({"scan": f"Scan {number}", "class": sample["class"], **known})
    report = client.post("/api/v1/evaluations", json={"version": version, "scans": scans}).json()
    return {**report, "measured": _short_part(report["measured"])}


def _short_report(report: dict[str, Any]) -> dict[str, Any]:
    """A report with its long lists truncated."""
    parts = {name: _short_part(report[name]) for name in ("test", "without_copies")}
    return {**report, **parts, "corruptions": report["corruptions"][:1], "mistakes": report["mistakes"][:1]}


def _short_part(part: dict[str, Any]) -> dict[str, Any]:
    calibrations = {kind: {**part[kind], "bins": []} for kind in ("uncalibrated", "calibrated")}
    return {**part, **calibrations, "risk_coverage": part["risk_coverage"][:2]}
