"""The messages of the Open Inference Protocol over gRPC, service `inference.GRPCInferenceService`.

The numbers of the fields are those of the protocol's `open_inference_grpc.proto`.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from app.models.classes import DISCLAIMER
from app.models.model_file import ModelMetadata
from app.models.problems import InvalidParameters, MalformedRequest
from app.services.inference.predictor import Prediction
from app.services.open_inference.inputs import validated
from app.services.open_inference.outputs import OutputValues, output_values
from app.services.open_inference.parts import MemoryPart
from app.services.open_inference.protobuf import Fields, Reader, contents, text, write, write_integers
from app.services.open_inference.schemas import InferenceRequest, ModelSpec, ServerMetadata, TensorSpec

# Of `InferTensorContents`.
_FP32_CONTENTS, _BYTES_CONTENTS = 6, 8
_NO_CONTENTS = memoryview(b"")


@dataclass(frozen=True)
class ModelCall:
    """A `ModelReadyRequest` or `ModelMetadataRequest`.

    Attributes:
        name: of the model.
        version: of the model; None for its default version.
    """

    name: str
    version: str | None


@dataclass(frozen=True)
class InferCall:
    """A `ModelInferRequest`.

    Attributes:
        model: the model that it names.
        request: the request, without the elements of its input.
        tensor: the elements of the input, in binary form.
        raw: whether they were in `raw_input_contents`; else they were typed.
    """

    model: ModelCall
    request: InferenceRequest
    tensor: MemoryPart
    raw: bool


def read_model_call(message: bytes) -> ModelCall:
    """Read a `ModelReadyRequest` or `ModelMetadataRequest`.

    Raises:
        MalformedRequest: it is none.
        TooLarge: it has too many fields.
    """
    return _model(Reader().fields(memoryview(message)))


def read_infer_call(message: bytes) -> InferCall:
    """Read a `ModelInferRequest`.

    Raises:
        MalformedRequest: it is none, or `raw_input_contents` has another number of tensors than `inputs`.
        InvalidParameters: a part of it is missing or has a wrong value.
        TooLarge: it has too many fields.
    """
    reader = Reader()
    fields = reader.fields(memoryview(message))
    inputs = [reader.fields(each) for each in contents(fields.get(5, ()))]
    outputs = [reader.fields(each) for each in contents(fields.get(6, ()))]
    raw = contents(fields.get(7, ()))
    request = validated(
        {
            "id": text(fields, 3) or None,
            "inputs": [
                {"name": text(each, 1), "datatype": text(each, 2), "shape": reader.integers(each.get(3, ()))}
                for each in inputs
            ],
            "outputs": [{"name": text(each, 1)} for each in outputs],
        }
    )
    typed = [_typed(reader, each) for each in inputs]
    if raw and any(map(len, typed)):
        raise InvalidParameters("inputs: the elements are in contents and in raw_input_contents. Send one of them.")
    if raw and len(raw) != len(inputs):
        raise MalformedRequest(
            f"raw_input_contents has {len(raw)} tensors, but the request has {len(inputs)} inputs. Send one tensor for "
            "each input, in their order."
        )
    return InferCall(_model(fields), request, MemoryPart((raw or typed)[0]), raw=bool(raw))


def write_flag(value: bool) -> bytes:
    """Write a `ServerLiveResponse`, `ServerReadyResponse` or `ModelReadyResponse`."""
    return write(1, value)


def write_server(server: ServerMetadata) -> bytes:
    """Write a `ServerMetadataResponse`."""
    extensions = [write(3, extension) for extension in server.extensions]
    return b"".join([write(1, server.name), write(2, server.version), *extensions])


def write_model(model: ModelSpec) -> bytes:
    """Write a `ModelMetadataResponse`."""
    return b"".join(
        [
            write(1, model.name),
            *(write(2, version) for version in model.versions),
            write(3, model.platform),
            *(write(4, _described(tensor)) for tensor in model.inputs),
            *(write(5, _described(tensor)) for tensor in model.outputs),
        ]
    )


def write_infer(
    metadata: ModelMetadata,
    request_id: str | None,
    outputs: Sequence[str],
    predictions: Sequence[Prediction],
    *,
    raw: bool,
) -> bytes:
    """Write a `ModelInferResponse`.

    Args:
        metadata: of the model.
        request_id: the id that the client gave.
        outputs: names of the outputs.
        predictions: in the order of the images.
        raw: whether the elements are in `raw_output_contents`; else they are typed.
    """
    values = list(output_values(outputs, predictions))
    disclaimer = write(1, "disclaimer") + write(2, write(3, DISCLAIMER))
    return b"".join(
        [
            write(1, metadata.name),
            write(2, metadata.version),
            write(3, request_id or ""),
            write(4, disclaimer),
            *(write(5, _output(each, raw=raw)) for each in values),
            *(write(6, each.binary()) for each in values if raw),
        ]
    )


def _model(fields: Fields) -> ModelCall:
    return ModelCall(text(fields, 1), text(fields, 2) or None)


def _typed(reader: Reader, tensor: Fields) -> memoryview:
    """The typed elements of an input in binary form; empty if it has none of a datatype that a model accepts."""
    found = contents(tensor.get(5, ()))
    if not found:
        return _NO_CONTENTS
    fields = reader.fields(found[-1])
    if texts := contents(fields.get(_BYTES_CONTENTS, ())):
        return memoryview(b"".join(part for each in texts for part in (struct.pack("<I", len(each)), each)))
    numbers = contents(fields.get(_FP32_CONTENTS, ()))
    return numbers[0] if len(numbers) == 1 else memoryview(b"".join(numbers))


def _described(tensor: TensorSpec) -> bytes:
    return write(1, tensor.name) + write(2, tensor.datatype) + write_integers(3, tensor.shape)


def _output(values: OutputValues, *, raw: bool) -> bytes:
    head = write(1, values.name) + write(2, values.datatype) + write_integers(3, values.array.shape)
    if raw:
        return head
    if values.datatype == "BYTES":
        return head + write(5, b"".join(write(_BYTES_CONTENTS, each) for each in values.texts()))
    return head + write(5, write(_FP32_CONTENTS, values.binary()))
