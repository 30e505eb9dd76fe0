"""The Open Inference Protocol, with Triton's client and with bytes as other clients send them."""

import base64
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import tritonclient.http as triton
from numpy.typing import NDArray
from PIL import Image

from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.services.imaging.preprocessing import to_input
from tests.conftest import SAMPLES_DIR
from tests.support.people import People
from tests.support.server import RunningServer

MODEL = "/v2/models/xception"
INFER = f"{MODEL}/infer"
GLIOMA, MENINGIOMA = ((SAMPLES_DIR / name).read_bytes() for name in ("Te-gl_0014.jpg", "Te-me_0016.jpg"))
LENGTH = "Inference-Header-Content-Length"


@pytest.fixture(scope="module")
def client_of_triton(server: RunningServer) -> Iterator[triton.InferenceServerClient]:
    with triton.InferenceServerClient(server.url.partition("://")[2]) as client:
        yield client


def image_tensor(*files: bytes, binary: bool = True) -> triton.InferInput:
    tensor = triton.InferInput("image", [len(files)], "BYTES")
    tensor.set_data_from_numpy(np.array(files, np.object_), binary_data=binary)
    return tensor


def input_tensor(values: NDArray[np.float32], *, binary: bool = True) -> triton.InferInput:
    tensor = triton.InferInput("input", list(values.shape), "FP32")
    tensor.set_data_from_numpy(values, binary_data=binary)
    return tensor


def images_in_json(*texts: str, **more: Any) -> dict[str, Any]:
    return {"inputs": [{"name": "image", "shape": [len(texts)], "datatype": "BYTES", "data": texts}], **more}


def refused(response: httpx.Response, status: int) -> str:
    """The message of an error in the protocol's format."""
    assert (response.status_code, response.headers["content-type"]) == (status, "application/json")
    [(name, message)] = response.json().items()
    assert name == "error"
    return str(message)


def test_health_and_metadata_are_as_the_client_expects_them(client_of_triton, metadata: ModelMetadata):
    client, version = client_of_triton, metadata.version
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("xception")
    assert client.is_model_ready("xception", version)
    assert not client.is_model_ready("xception", "0.0.1")
    assert client.get_server_metadata()["extensions"] == ["binary_tensor_data"]
    described = client.get_model_metadata("xception", version)
    assert described["versions"] == [version]
    assert {each["name"]: each["shape"] for each in described["inputs"]} == {
        "image": [-1],
        "input": [-1, 299, 299, 3],
    }


def test_images_are_answered_as_by_the_api(client_of_triton, client: httpx.Client):
    result = client_of_triton.infer("xception", [image_tensor(GLIOMA, MENINGIOMA)], request_id="7")
    assert result.get_response()["id"] == "7"
    assert result.as_numpy("heatmap") is None
    for index, file in enumerate((GLIOMA, MENINGIOMA)):
        answer = client.post("/api/v1/predictions", files={"file": file}).raise_for_status().json()
        expected = {each["class"]: each["probability"] for each in answer["probabilities"]}
        found = dict(zip(CLASSES, result.as_numpy("probabilities")[index].tolist(), strict=True))
        assert found == pytest.approx(expected, abs=1e-6)
        assert result.as_numpy("gate_score")[index] == pytest.approx(answer["gate"]["score"], abs=1e-5)
        assert result.as_numpy("decision")[index] == answer["decision"].encode()
        assert result.as_numpy("class")[index] == answer["prediction"]["class"].encode()


@pytest.mark.parametrize("binary", [True, False], ids=["binary", "json"])
def test_an_input_of_the_network_is_answered_as_its_image(client_of_triton, metadata: ModelMetadata, binary: bool):
    with Image.open(SAMPLES_DIR / "Te-me_0016.jpg") as image:
        values = to_input(image.convert("L"), metadata.input)
    found = client_of_triton.infer("xception", [input_tensor(values, binary=binary)])
    expected = client_of_triton.infer("xception", [image_tensor(MENINGIOMA)])
    assert found.as_numpy("probabilities") == pytest.approx(expected.as_numpy("probabilities"), abs=1e-5)
    assert found.as_numpy("class").tolist() == [b"meningioma"]


def test_outputs_are_returned_in_the_requested_form(client_of_triton, client: httpx.Client):
    outputs = [triton.InferRequestedOutput("heatmap"), triton.InferRequestedOutput("class", binary_data=False)]
    found = client_of_triton.infer("xception", [image_tensor(MENINGIOMA)], outputs=outputs)
    answer = client.post("/api/v1/predictions?heatmap=grid", files={"file": MENINGIOMA}).json()
    assert found.as_numpy("heatmap")[0] == pytest.approx(np.array(answer["heatmap"]["grid"]), abs=1e-6)
    assert [each.get("data") for each in found.get_response()["outputs"]] == [None, ["meningioma"]]


def test_an_image_outside_names_no_class(client: httpx.Client):
    page = base64.b64encode((Path(__file__).parents[2] / "docs" / "page.png").read_bytes()).decode()
    outputs = [{"name": name} for name in ("class", "decision", "heatmap")]
    body = client.post(INFER, json=images_in_json(page, outputs=outputs)).raise_for_status().json()
    found = {each["name"]: each["data"] for each in body["outputs"]}
    assert (found["class"], found["decision"], set(found["heatmap"])) == ([""], ["outside"], {0})


def tensors(datatype: str = "FP32", shape: tuple[int, ...] = (1, 299, 299, 3), **more: Any) -> bytes:
    return json.dumps({"inputs": [{"name": "input", "shape": shape, "datatype": datatype, **more}]}).encode()


REFUSED = {
    "no JSON": (b"\xff\xd8", 400, "is not JSON"),
    "no input": (b'{"inputs": []}', 422, "body.inputs: List should have at least 1 item"),
    "other datatype": (tensors("FP64", data=[0.5]), 422, "it must be FP32"),
    "other shape": (tensors(shape=(299, 299, 3), data=[0.5]), 422, "it must be [n, 299, 299, 3]"),
    "too many images": (tensors(shape=(17, 299, 299, 3), data=[0.5]), 413, "at most 16"),
    "too few numbers": (tensors(data=[0.5, 0.5]), 422, "268,203 belong to the shape"),
    "texts for numbers": (tensors(data=["0.5"]), 422, "only numbers"),
    "uneven lists": (tensors(data=[[1], [1, 2]]), 422, "different lengths"),
    "an integer beyond every float": (tensors(data=[10**400] + [0] * 268_202), 422, "too large"),
    "not a number": (tensors(data=[float("nan")] * 268_203), 422, "the network needs 0 to 1"),
    "very many lists": (b'{"inputs": ' + b"[" * 300_000, 413, "more than 200,000 lists"),
    "no base64": (json.dumps(images_in_json("https://example.org/scan.jpg")).encode(), 422, "not base64"),
    "unknown output": (json.dumps(images_in_json("", outputs=[{"name": "x"}])).encode(), 422, "no output 'x'"),
    "neither JSON nor binary": (tensors(), 422, "either in `data` or in binary form"),
}


@pytest.mark.parametrize(("body", "status", "message"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_request_is_refused_in_the_format_of_the_protocol(client, body: bytes, status: int, message: str):
    assert message in refused(client.post(INFER, content=body), status)


BINARY = {
    "length beyond the body": (b"", "9999999", "must be the number of bytes"),
    "no length": (b"", "x", "must be the number of bytes"),
    "shorter than stated": (b"abc", None, "3 bytes follow the JSON document"),
    "element beyond the tensor": (struct.pack("<I", 2**32 - 1) + b"abc", None, "ends within element 0"),
    "rest after the elements": (struct.pack("<I", 1) + b"abc", None, "has 2 bytes after its 1 elements"),
}


@pytest.mark.parametrize(("tail", "length", "message"), BINARY.values(), ids=BINARY)
def test_a_wrong_binary_tensor_is_refused(client: httpx.Client, tail: bytes, length: str | None, message: str):
    stated = 8 if message.startswith("3 bytes") else len(tail)
    parameters = {"binary_data_size": stated}
    tensor = {"name": "image", "shape": [1], "datatype": "BYTES", "parameters": parameters}
    document = json.dumps({"inputs": [tensor]}).encode()
    response = client.post(INFER, content=document + tail, headers={LENGTH: length or str(len(document))})
    assert message in refused(response, 400)


def test_an_unreadable_image_fails_the_request_by_its_index(client: httpx.Client):
    texts = [base64.b64encode(file).decode() for file in (MENINGIOMA, b"GIF89a")]
    assert "Image 1: " in refused(client.post(INFER, json=images_in_json(*texts)), 400)


def test_unknown_models_versions_paths_and_methods_are_refused(client: httpx.Client):
    assert "Accepted: cnn, xception" in refused(client.post("/v2/models/x/infer", json={}), 404)
    assert "no version '9'" in refused(client.post(f"{MODEL}/versions/9/infer", json={}), 404)
    assert "nothing at /v2/repository" in refused(client.get("/v2/repository"), 404)
    assert "Accepted: POST" in refused(client.get(INFER), 405)
    assert "without compression" in refused(client.post(INFER, headers={"Content-Encoding": "gzip"}), 415)


def test_with_accounts_a_key_is_needed_and_predictions_are_stored(tmp_path: Path):
    with People(tmp_path, None, DEFAULT_MODEL="cnn", RATE_PER_KEY="3/hour") as people:
        people.server.wait_for("/health/ready")
        key = {"Authorization": f"Bearer {people.key(people.person(), 'predict', 'read')['key']}"}
        with people.server.client() as client:
            assert "Sign in" in refused(client.get("/v2/models/cnn"), 401)
            with triton.InferenceServerClient(people.server.url.partition("://")[2]) as caller:
                # The client adds headers of its own to these.
                caller.infer("cnn", [image_tensor(GLIOMA, MENINGIOMA)], headers=dict(key))
                with pytest.raises(triton.InferenceServerException, match="429"):
                    caller.infer("cnn", [image_tensor(GLIOMA, MENINGIOMA)], headers=dict(key))
            stored = client.get("/api/v1/history", headers=key).raise_for_status().json()
            assert len(stored["records"]) == 2
