"""Reads a request of the Open Inference Protocol: a JSON document, and tensors in it or in binary form after it."""

import hashlib
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import chain
from math import prod
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from app.models.model_file import InputSpec
from app.models.problem_body import FieldFault
from app.models.problems import InvalidParameters, MalformedRequest, TooLarge
from app.services.inference.encoded import from_base64
from app.services.inference.predictor import Prediction, Predictor
from app.services.open_inference.outputs import HEATMAP, IMAGE, INPUT, output_names
from app.services.open_inference.parts import FilePart, Part, SharedFile
from app.services.open_inference.schemas import InferenceRequest, InputTensor

# Of a JSON document, so that it is parsed in 0.15 s. An input of 299 x 299 x 3 has 268,203 numbers in 89,701 lists.
_MOST = {b",": (750_000, "values"), b"[": (200_000, "lists"), b"{": (10_000, "objects")}
_FLOAT_BYTES = 4
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class Job:
    """One image of a request.

    Attributes:
        content: returns the SHA-256 of the file, or of the network's input.
        predict: classifies the image, with a heat-map or without.
    """

    content: Callable[[], bytes]
    predict: Callable[[Predictor, bool], Prediction]


@dataclass(frozen=True)
class InferenceLimits:
    """Limits on a request.

    Attributes:
        max_images: largest number of images.
        max_json_bytes: largest JSON document.
    """

    max_images: int
    max_json_bytes: int


@dataclass(frozen=True)
class Inference:
    """A request that was read.

    Attributes:
        id: what the client calls the request.
        jobs: one for each image.
        outputs: names of the requested outputs, each with whether it is in binary form.
    """

    id: str | None
    jobs: Sequence[Job]
    outputs: dict[str, bool]

    @property
    def heatmap(self) -> bool:
        """Whether the heat-map is requested."""
        return HEATMAP in self.outputs


def read_inference(file: BinaryIO, json_bytes: str | None, predictor: Predictor, limits: InferenceLimits) -> Inference:
    """Read a request. Images in binary form are read from the file later, each when it is classified.

    Args:
        file: the request's body, seekable. It stays open until the last job has ended.
        json_bytes: the header `Inference-Header-Content-Length`: the number of bytes of the JSON document, with which
            the body begins; None if the body is nothing else.
        predictor: of the model.
        limits: on the request.

    Raises:
        MalformedRequest: the body does not begin with JSON of that length, or the tensors after it have other lengths.
        InvalidParameters: the model has no such input or output, or a tensor has another shape, datatype or content.
        TooLarge: the request has too many images, or its JSON document is too large.
    """
    body = SharedFile(file)
    length = _document_length(json_bytes, body.size)
    if length > limits.max_json_bytes:
        raise TooLarge(
            f"The JSON document has {length:,} bytes; at most {limits.max_json_bytes:,} are accepted. Send the tensors "
            "in binary form after it, with the header Inference-Header-Content-Length.",
            limit=limits.max_json_bytes,
        )
    request = _document(body.read(0, length))
    tensor = _only_input(request)
    binary_bytes = (tensor.parameters and tensor.parameters.binary_data_size) or 0
    if binary_bytes != body.size - length:
        raise MalformedRequest(
            f"{body.size - length:,} bytes follow the JSON document, but the `binary_data_size` of its input is "
            f"{binary_bytes:,}."
        )
    if (tensor.data is None) == (body.size == length):
        raise InvalidParameters(
            f"inputs.{tensor.name}: send the tensor either in `data` or in binary form after the JSON document, with "
            "`binary_data_size`."
        )
    tail = None if tensor.data is not None else FilePart(body, length, binary_bytes)
    return plan(request, tail, predictor, limits.max_images)


def plan(request: InferenceRequest, tail: Part | None, predictor: Predictor, max_images: int) -> Inference:
    """Plan the work for a request.

    Args:
        request: the request.
        tail: its input in binary form; None if the request has the elements in `data`.
        predictor: of the model.
        max_images: largest number of images.

    Raises:
        MalformedRequest: the binary form is not that of the input.
        InvalidParameters: the model has no such input or output, or a tensor has another shape, datatype or content.
        TooLarge: the request has too many images.
    """
    tensor = _only_input(request)
    if tensor.name == IMAGE:
        jobs = _image_jobs(tensor, tail, max_images)
    elif tensor.name == INPUT:
        jobs = _input_jobs(tensor, tail, predictor.metadata.input, max_images)
    else:
        raise InvalidParameters(f"inputs: the model has no input {tensor.name[:80]!r}.", accepted=[IMAGE, INPUT])
    return Inference(request.id, jobs, _outputs(request, predictor))


def validated(content: Mapping[str, Any]) -> InferenceRequest:
    """A request, read by other means than JSON.

    Raises:
        InvalidParameters: a part of it is missing or has a wrong value.
    """
    try:
        return InferenceRequest.model_validate(content)
    except ValidationError as error:
        raise _invalid(error) from None


def _document_length(json_bytes: str | None, size: int) -> int:
    if json_bytes is None:
        return size
    # No body has a length of more digits.
    if not (json_bytes.isascii() and json_bytes.isdecimal() and len(json_bytes) < 16 and int(json_bytes) <= size):
        raise MalformedRequest(
            f"The header Inference-Header-Content-Length must be the number of bytes of the JSON document; the body "
            f"has {size:,}."
        )
    return int(json_bytes)


def _document(content: bytes) -> InferenceRequest:
    for mark, (limit, what) in _MOST.items():
        if content.count(mark) > limit:
            raise TooLarge(
                f"The JSON document has more than {limit:,} {what}. Send the tensor in binary form after it, with the "
                "header Inference-Header-Content-Length.",
                limit=limit,
            )
    try:
        return InferenceRequest.model_validate_json(content)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] == "json_invalid":
            raise MalformedRequest(
                "The body is not JSON in UTF-8. Send a request of the Open Inference Protocol; with binary tensors, "
                "send the length of its JSON document in the header Inference-Header-Content-Length."
            ) from None
        raise _invalid(error) from None


def _invalid(error: ValidationError) -> InvalidParameters:
    faults = [
        FieldFault(location=".".join(map(str, ("body", *fault["loc"]))), message=fault["msg"])
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return InvalidParameters("; ".join(f"{fault.location}: {fault.message}" for fault in faults), errors=faults)


def _only_input(request: InferenceRequest) -> InputTensor:
    [tensor, *others] = request.inputs
    if others:
        raise InvalidParameters(
            f"inputs: {len(request.inputs)} inputs were sent. Send one, {IMAGE} or {INPUT}.", accepted=[IMAGE, INPUT]
        )
    return tensor


def _outputs(request: InferenceRequest, predictor: Predictor) -> dict[str, bool]:
    accepted = output_names(predictor)
    binary = bool(request.parameters and request.parameters.binary_data_output)
    if not request.outputs:
        return {name: binary for name in accepted if name != HEATMAP}
    outputs: dict[str, bool] = {}
    for output in request.outputs:
        if output.name not in accepted:
            raise InvalidParameters(f"outputs: the model has no output {output.name[:80]!r}.", accepted=accepted)
        stated = output.parameters.binary_data if output.parameters else None
        outputs[output.name] = binary if stated is None else stated
    return outputs


def _image_jobs(tensor: InputTensor, tail: Part | None, max_images: int) -> list[Job]:
    # Clients with batches send a second dimension of 1.
    shape = tensor.shape[:1] if tensor.shape[1:] == [1] else tensor.shape
    count = _count(tensor, "BYTES", shape, [], max_images)
    if tail is None:
        texts = _elements(tensor, count, {str})
        return [_image_job(_decoded(text, index)) for index, text in enumerate(texts)]
    return [_image_job(part.read) for part in _strings(tail, count)]


def _image_job(content: Callable[[], bytes]) -> Job:
    return Job(
        content=lambda: hashlib.sha256(content()).digest(),
        predict=lambda predictor, heatmap: predictor.predict(BytesIO(content()), heatmap=heatmap),
    )


def _decoded(text: str, index: int) -> Callable[[], bytes]:
    def decode() -> bytes:
        try:
            return from_base64(text)
        except ValueError as error:
            raise InvalidParameters(
                f"inputs.{IMAGE}.data.{index}: {error}. In JSON, send each file in base64, or send the tensor in "
                "binary form."
            ) from None

    return decode


def _strings(tail: Part, count: int) -> list[Part]:
    """The elements of a tensor of the type BYTES in binary form: each has its length in front of it."""
    parts: list[Part] = []
    at = 0
    for _ in range(count):
        head = tail.part(at, min(_LENGTH.size, tail.size - at)).read()
        size = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else tail.size
        at += _LENGTH.size
        if at + size > tail.size:
            raise MalformedRequest(
                f"inputs.{IMAGE}: the binary tensor ends within element {len(parts)}. Each element is its length, "
                "4 bytes, little-endian, and its content."
            )
        parts.append(tail.part(at, size))
        at += size
    if at != tail.size:
        raise MalformedRequest(
            f"inputs.{IMAGE}: the binary tensor has {tail.size - at:,} bytes after its {count} elements."
        )
    return parts


def _input_jobs(tensor: InputTensor, tail: Part | None, spec: InputSpec, max_images: int) -> list[Job]:
    row = list(spec.shape[1:])
    count = _count(tensor, "FP32", tensor.shape, row, max_images)
    if tail is None:
        try:
            values = np.array(_elements(tensor, count * prod(row), {int, float}), np.float32).reshape(count, -1)
        except OverflowError:
            raise InvalidParameters(f"inputs.{INPUT}: a number is too large. Accepted are 0 to 1.") from None
        return [_input_job(partial(np.asarray, image), spec) for image in values]
    size = prod(row) * _FLOAT_BYTES
    if tail.size != count * size:
        raise InvalidParameters(
            f"inputs.{INPUT}: the binary tensor has {tail.size:,} bytes; {count * size:,} belong to its shape."
        )
    return [_input_job(partial(_floats, tail.part(index * size, size)), spec) for index in range(count)]


def _floats(part: Part) -> NDArray[np.float32]:
    return np.frombuffer(part.read(), "<f4").astype(np.float32, copy=False)


def _input_job(values: Callable[[], NDArray[np.float32]], spec: InputSpec) -> Job:
    def predict(predictor: Predictor, heatmap: bool) -> Prediction:
        network_input = values().reshape(spec.shape)
        try:
            predictor.classifier.check(network_input)
        except ValueError as error:
            raise InvalidParameters(f"inputs.{INPUT}: {error}.") from None
        return predictor.predict_input(network_input, heatmap=heatmap)

    return Job(content=lambda: hashlib.sha256(values().tobytes()).digest(), predict=predict)


def _count(tensor: InputTensor, datatype: str, shape: list[int], row: list[int], max_images: int) -> int:
    """The number of images of a tensor of this datatype, and of this shape for each image."""
    if tensor.datatype != datatype:
        raise InvalidParameters(
            f"inputs.{tensor.name}: the datatype is {tensor.datatype[:20]!r}; it must be {datatype}.",
            accepted=[datatype],
        )
    if len(shape) != 1 + len(row) or shape[1:] != row or shape[0] == 0:
        wanted = ", ".join(map(str, ["n", *row]))
        raise InvalidParameters(f"inputs.{tensor.name}: the shape is {tensor.shape}; it must be [{wanted}], n ≥ 1.")
    if shape[0] > max_images:
        raise TooLarge(f"The request has {shape[0]:,} images; at most {max_images} are accepted.", limit=max_images)
    return shape[0]


def _elements(tensor: InputTensor, count: int, types: set[type]) -> list[Any]:
    """The elements of a tensor in JSON, nested or flat."""
    data: list[Any] = tensor.data or []
    while data and isinstance(data[0], list):
        if set(map(type, data)) != {list} or len(set(map(len, data))) != 1:
            raise InvalidParameters(f"inputs.{tensor.name}.data: the lists have different lengths or depths.")
        data = list(chain.from_iterable(data))
    if not set(map(type, data)) <= types:
        kind = "texts" if str in types else "numbers"
        raise InvalidParameters(f"inputs.{tensor.name}.data: only {kind} are accepted as elements.")
    if len(data) != count:
        raise InvalidParameters(
            f"inputs.{tensor.name}.data: there are {len(data):,} elements; {count:,} belong to the shape."
        )
    return data
