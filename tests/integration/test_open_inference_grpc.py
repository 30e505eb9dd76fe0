"""The Open Inference Protocol over gRPC, with Triton's client and with its messages."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import numpy as np
import pytest
import tritonclient.grpc as triton
import tritonclient.http as triton_http
from tritonclient.grpc import service_pb2 as messages

from app.config.settings import PROJECT_DIR, ConfigurationError, Settings
from app.container import build
from tests.conftest import SAMPLES_DIR
from tests.support.people import People
from tests.support.server import RunningServer, free_port

GLIOMA, MENINGIOMA = ((SAMPLES_DIR / name).read_bytes() for name in ("Te-gl_0014.jpg", "Te-me_0016.jpg"))
SERVICE = "/inference.GRPCInferenceService"
OUTPUTS = ("probabilities", "decision", "class", "gate_score", "heatmap")


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class Caller:
    """Calls with messages, on a connection of its own."""

    def __init__(self, port: int) -> None:
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)])

    def infer(self, message: Any, **how: Any) -> Any:
        return self.begin(message, **how).result()

    def begin(self, message: Any, **how: Any) -> Any:
        method = self.channel.unary_unary(
            f"{SERVICE}/ModelInfer", lambda sent: getattr(sent, "SerializeToString", lambda: sent)(), None
        )
        return method.future(message, **{"timeout": 60, **how})

    def refused(self, message: Any, code: grpc.StatusCode, **how: Any) -> grpc.RpcError:
        with pytest.raises(grpc.RpcError) as refused:
            self.infer(message, **how)
        assert refused.value.code() is code, refused.value
        return refused.value


@pytest.fixture(scope="module")
def client_of_triton(server: RunningServer) -> Iterator[triton.InferenceServerClient]:
    with triton.InferenceServerClient(f"127.0.0.1:{server.grpc_port}") as client:
        yield client


@pytest.fixture(scope="module")
def caller(server: RunningServer) -> Iterator[Caller]:
    caller = Caller(server.grpc_port)
    with caller.channel:
        yield caller


def images(*files: bytes, model: str = "xception", outputs: tuple[str, ...] = ()) -> messages.ModelInferRequest:
    """A request with typed elements."""
    message = messages.ModelInferRequest(model_name=model)
    message.inputs.add(name="image", datatype="BYTES", shape=[len(files)]).contents.bytes_contents.extend(files)
    for name in outputs:
        message.outputs.add(name=name)
    return message


def tensor(datatype: str = "FP32", shape: tuple[int, ...] = (1, 299, 299, 3), raw: bytes = b"", **more: Any) -> Any:
    message = messages.ModelInferRequest(**{"model_name": "xception", **more})
    message.inputs.add(name="input", datatype=datatype, shape=shape)
    if raw:
        message.raw_input_contents.append(raw)
    return message


def test_health_and_metadata_are_those_of_http(client_of_triton, client: httpx.Client, metadata):
    described = client_of_triton.get_model_metadata("xception", metadata.version, as_json=True)
    expected = client.get("/v2/models/xception").json()
    for each in (*described["inputs"], *described["outputs"]):
        each["shape"] = list(map(int, each["shape"]))
    assert described == expected
    assert client_of_triton.get_server_metadata(as_json=True).items() <= client.get("/v2").json().items()
    assert client_of_triton.is_server_live()
    assert client_of_triton.is_server_ready()
    assert client_of_triton.is_model_ready("xception")
    with pytest.raises(triton.InferenceServerException, match="no version '9'"):
        client_of_triton.is_model_ready("xception", "9")


def test_predictions_are_those_of_http_to_the_last_bit(client_of_triton, caller: Caller, client: httpx.Client):
    image = triton.InferInput("image", [2], "BYTES")
    image.set_data_from_numpy(np.array([GLIOMA, MENINGIOMA], np.object_))
    outputs = [triton.InferRequestedOutput(name) for name in OUTPUTS]
    raw = client_of_triton.infer("xception", [image], outputs=outputs, request_id="7")
    typed = messages.ModelInferResponse.FromString(caller.infer(images(GLIOMA, MENINGIOMA, outputs=OUTPUTS)))
    assert (raw.get_response().id, raw.get_response().model_version) == ("7", typed.model_version)
    assert not typed.raw_output_contents
    assert "not a medical device" in raw.get_response().parameters["disclaimer"].string_param
    image = triton_http.InferInput("image", [2], "BYTES")
    image.set_data_from_numpy(np.array([GLIOMA, MENINGIOMA], np.object_))
    with triton_http.InferenceServerClient(str(client.base_url.netloc, "ascii")) as http:
        expected = http.infer("xception", [image], outputs=[triton_http.InferRequestedOutput(name) for name in OUTPUTS])
    for output in typed.outputs:
        values = expected.as_numpy(output.name)
        assert raw.as_numpy(output.name).tolist() == values.tolist()
        assert [*output.contents.fp32_contents, *output.contents.bytes_contents] == values.ravel().tolist()
        assert list(output.shape) == list(values.shape)


REFUSED: dict[str, tuple[Any, str]] = {
    "no model": (images(GLIOMA, model="x"), "There is no model 'x'. Accepted: cnn, xception"),
    "no version": (tensor(model_version="9"), "There is no version '9'"),
    "no input": (messages.ModelInferRequest(model_name="xception"), "at least 1 item"),
    "other datatype": (tensor("FP64", raw=bytes(8)), "the datatype is 'FP64'; it must be FP32"),
    "other shape": (tensor(shape=(299, 299, 3), raw=bytes(12)), "it must be [n, 299, 299, 3]"),
    "negative shape": (tensor(shape=(-1, 299, 299, 3), raw=bytes(12)), "greater than or equal to 0"),
    "too few numbers": (tensor(raw=bytes(8)), "has 8 bytes; 1,072,812 belong to its shape"),
    "too many images": (tensor(shape=(17, 299, 299, 3), raw=bytes(8)), "at most 16"),
    "no elements": (tensor(), "has 0 bytes"),
    "not a number": (tensor(raw=np.full(268_203, np.nan, "<f4").tobytes()), "the network needs 0 to 1"),
    "unknown output": (images(GLIOMA, outputs=("x",)), "no output 'x'"),
    "an unreadable image": (images(MENINGIOMA, b"GIF89a"), "Image 1: "),
    "elements twice": (tensor(raw=b"x", inputs=images(GLIOMA).inputs), "raw_input_contents"),
    "no message": (b"\xff\xd8\xff", "The message is none of the service"),
}


@pytest.mark.parametrize(("message", "words"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_message_is_refused_with_the_text_of_http(caller: Caller, message: Any, words: str):
    code = grpc.StatusCode.NOT_FOUND if words.startswith("There is no") else grpc.StatusCode.INVALID_ARGUMENT
    refused = caller.refused(message, code)
    assert words in refused.details()
    assert "x-request-id" in dict(refused.trailing_metadata())


def test_too_large_and_compressed_messages_are_refused(caller: Caller, server: RunningServer):
    refused = caller.refused(bytes(11_000_000), grpc.StatusCode.RESOURCE_EXHAUSTED)
    assert "larger than max" in refused.details()
    caller.refused(images(GLIOMA), grpc.StatusCode.UNIMPLEMENTED, compression=grpc.Compression.Gzip)
    # Both in the log, and nothing but the log.
    assert all(map(json.loads, server.log.splitlines()))


def cancel(port: int, seconds: float) -> None:
    with Caller(port).channel as channel:
        call = channel.unary_unary(f"{SERVICE}/ModelInfer").future(images(*[MENINGIOMA] * 16).SerializeToString())
        time.sleep(seconds)
        call.cancel()


def run_out_of_time(port: int, seconds: float) -> None:
    Caller(port).refused(images(*[MENINGIOMA] * 16), grpc.StatusCode.DEADLINE_EXCEEDED, timeout=seconds)


def disconnect(port: int, seconds: float) -> None:
    caller = Caller(port)
    call = caller.begin(images(*[MENINGIOMA] * 16))
    time.sleep(seconds)
    caller.channel.close()
    assert call.code() is grpc.StatusCode.CANCELLED


@pytest.mark.parametrize("vanish", [cancel, run_out_of_time, disconnect])
def test_a_client_that_vanishes_ends_its_call(server: RunningServer, vanish: Callable[[int, float], None]):
    def ended() -> int:
        return server.log.count('ModelInfer", "status": 499')

    before = ended()
    # On a busy machine a call takes a while to reach the service.
    for seconds in (0.2, 0.5, 1):
        vanish(server.grpc_port, seconds)
        time.sleep(0.5)
        if ended() > before:
            break
    assert ended() > before
    assert Caller(server.grpc_port).infer(images(MENINGIOMA))


def test_keys_limits_and_the_queue_are_those_of_http(tmp_path: Path):
    port = free_port()
    with People(
        tmp_path,
        None,
        GRPC_PORT=str(port),
        DEFAULT_MODEL="cnn",
        RATE_PER_KEY="3/hour",
        QUEUE_SIZE="0",
        PARALLEL_PASSES="1",
        UPLOAD_TIMEOUT_S="1",
    ) as people:
        people.server.wait_for("/health/ready")
        person = people.person()
        caller = Caller(port)
        refused = caller.refused(images(GLIOMA, model="cnn"), grpc.StatusCode.UNAUTHENTICATED)
        assert "Sign in" in refused.details()
        reader = [("authorization", f"Bearer {people.key(person, 'read')['key']}")]
        caller.refused(images(GLIOMA, model="cnn"), grpc.StatusCode.PERMISSION_DENIED, metadata=reader)

        key = people.key(person, "predict", "read")["key"]
        sent = [("authorization", f"Bearer {key}")]
        caller.infer(images(GLIOMA, MENINGIOMA, model="cnn"), metadata=sent)
        refused = caller.refused(
            images(GLIOMA, MENINGIOMA, model="cnn"), grpc.StatusCode.RESOURCE_EXHAUSTED, metadata=sent
        )
        assert "retry-after" in dict(refused.trailing_metadata())
        with people.server.client() as client:
            stored = client.get("/api/v1/history", headers={"Authorization": f"Bearer {key}"}).json()
        assert len(stored["records"]) == 2

        other = [("authorization", f"Bearer {people.key(person, 'predict')['key']}")]
        answered = threading.Event()
        nothing = filter(None, iter(lambda: answered.wait(20), True))
        stalled = caller.channel.stream_unary(f"{SERVICE}/ModelInfer").future(nothing, metadata=other)
        assert stalled.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert "did not arrive within 1 seconds" in stalled.details()
        answered.set()
        caller.channel.close()


def test_a_full_queue_refuses_and_a_stop_waits_for_calls_in_flight():
    port = free_port()
    with RunningServer(
        GRPC_PORT=str(port), QUEUE_SIZE="0", PARALLEL_PASSES="1", DEFAULT_MODEL="cnn", LOG_FORMAT="json"
    ) as server:
        caller = Caller(port)
        begun = [caller.begin(images(*[MENINGIOMA] * 8, model="cnn")) for _ in range(6)]
        codes = [call.code() for call in begun]
        assert set(codes) == {grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE}
        full = next(call for call in begun if call.code() is grpc.StatusCode.UNAVAILABLE)
        assert "requests are in flight already" in full.details()
        assert "retry-after" in dict(full.trailing_metadata())
        last = caller.begin(images(*[MENINGIOMA] * 16))
        time.sleep(0.3)
        assert server.stop() == 0
        assert last.code() is grpc.StatusCode.OK
        caller.channel.close()


def test_the_start_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.container.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"GRPC_PORT needs .*\[grpc\]"):
        build(Settings(grpc_port=9000))


def test_the_library_is_not_imported_without_the_port():
    program = "import sys, app.main as main; main.app.middleware_stack; sys.exit('grpc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=PROJECT_DIR).returncode == 0
