"""Messages of gRPC, against the library `protobuf` with the definitions of Triton's client."""

import time

import numpy as np
import pytest
from tritonclient.grpc import service_pb2

from app.models.problems import MalformedRequest, Problem, TooLarge
from app.services.open_inference.messages import read_infer_call, read_model_call, write_model, write_server
from app.services.open_inference.protobuf import MAX_FIELDS
from app.services.open_inference.schemas import ModelSpec, ServerMetadata, TensorSpec


def request(**more) -> service_pb2.ModelInferRequest:
    message = service_pb2.ModelInferRequest(model_name="xception", model_version="1.2.0", id="7", **more)
    message.inputs.add(name="image", datatype="BYTES", shape=[2])
    message.outputs.add(name="class")
    return message


def test_typed_texts_are_read_as_raw_ones():
    typed = request()
    typed.inputs[0].contents.bytes_contents.extend([b"one", b""])
    raw = request(raw_input_contents=[b"\x03\0\0\0one\0\0\0\0"])
    typed_call, raw_call = (read_infer_call(each.SerializeToString()) for each in (typed, raw))
    assert (typed_call.raw, raw_call.raw) == (False, True)
    assert typed_call.tensor.read() == raw_call.tensor.read()
    assert typed_call.request == raw_call.request
    assert (raw_call.model.name, raw_call.model.version, raw_call.request.id) == ("xception", "1.2.0", "7")
    assert [each.name for each in raw_call.request.outputs or []] == ["class"]


def test_typed_numbers_are_read_as_raw_ones_packed_or_not():
    values = np.linspace(0, 1, 7, dtype="<f4")
    message = request()
    message.inputs[0].contents.fp32_contents.extend(values)
    assert read_infer_call(message.SerializeToString()).tensor.read() == values.tobytes()
    single = b"".join(b"\x35" + value.tobytes() for value in values)
    unpacked = b"\x2a" + bytes([len(single) + 2]) + b"\x2a" + bytes([len(single)]) + single
    assert read_infer_call(unpacked).tensor.read() == values.tobytes()


def test_parameters_and_unknown_fields_are_ignored():
    message = request(raw_input_contents=[b"x"])
    message.parameters["priority"].int64_param = -1
    message.inputs[0].parameters["ratio"].double_param = 0.5
    assert read_infer_call(message.SerializeToString() + b"\xf8\x7f\x01\x9d\x7f1234").tensor.read() == b"x"


def test_what_is_written_is_what_the_library_reads():
    tensor = TensorSpec(name="input", datatype="FP32", shape=[-1, 299, 299, 3])
    model = ModelSpec(name="m", versions=["2", "1"], platform="p", inputs=[tensor], outputs=[tensor, tensor])
    read = service_pb2.ModelMetadataResponse.FromString(write_model(model))
    assert (read.name, list(read.versions), read.platform, len(read.outputs)) == ("m", ["2", "1"], "p", 2)
    assert (read.inputs[0].name, read.inputs[0].datatype, list(read.inputs[0].shape)) == ("input", "FP32", tensor.shape)
    server = ServerMetadata(name="s" * 200, version="1", extensions=["e"])
    written = service_pb2.ServerMetadataResponse.FromString(write_server(server))
    assert (written.name, written.version, list(written.extensions)) == (server.name, "1", ["e"])


def test_a_message_cut_anywhere_is_read_or_refused():
    whole = request(raw_input_contents=[b"x" * 200]).SerializeToString()
    for end in range(len(whole)):
        try:
            read_infer_call(whole[:end])
        except Problem:
            continue


@pytest.mark.parametrize(
    "message", [b"\x0a\x01\xff", b"\xff" * 20, b"\x0b\x0c", b"\x0a\x05abc"], ids=["UTF-8", "number", "group", "length"]
)
def test_what_is_no_message_is_refused(message: bytes):
    with pytest.raises(MalformedRequest):
        read_model_call(message)


@pytest.mark.parametrize(
    "message",
    [b"\x2a\x00" * 5_000_000, b"\x2a\x85\xad\xe2\x04" + b"\x1a\x80\xad\xe2\x04" + bytes(10_000_000)],
    ids=["empty inputs", "sizes"],
)
def test_ten_million_bytes_of_small_elements_are_refused_at_once(message: bytes):
    started = time.perf_counter()
    with pytest.raises(TooLarge, match=f"{MAX_FIELDS:,} fields"):
        read_infer_call(message)
    assert time.perf_counter() - started < 1
