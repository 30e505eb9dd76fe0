"""What a model returns in the Open Inference Protocol: its tensors, and a response with them."""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, DISCLAIMER
from app.models.model_file import ModelMetadata
from app.services.inference.predictor import Prediction, Predictor
from app.services.open_inference.schemas import (
    InferenceResponse,
    ModelSpec,
    OutputSize,
    OutputTensor,
    ResponseParameters,
    TensorSpec,
)

IMAGE, INPUT = "image", "input"
"""The inputs: files of images, and inputs of the network."""

HEATMAP = "heatmap"
_GATE_SCORE = "gate_score"

Value: TypeAlias = str | float | NDArray[np.floating]


@dataclass(frozen=True)
class _Output:
    """An output of every model.

    Attributes:
        name, datatype: of the tensor.
        row: shape of what it has for each image; -1 for a size that depends on the model.
        value: that of a prediction.
    """

    name: str
    datatype: Literal["BYTES", "FP32"]
    row: tuple[int, ...]
    value: Callable[[Prediction], Value]


def _heat(prediction: Prediction) -> Value:
    return prediction.heatmap.grid if prediction.heatmap else np.zeros(prediction.heat.shape[1:], np.float32)


def _gate_score(prediction: Prediction) -> Value:
    if prediction.gate is None:
        raise ValueError("a prediction without a gate has no score")
    return prediction.gate.score


_OUTPUTS = {
    output.name: output
    for output in (
        _Output("probabilities", "FP32", (len(CLASSES),), lambda prediction: prediction.probabilities),
        _Output("decision", "BYTES", (), lambda prediction: prediction.decision.value),
        _Output("class", "BYTES", (), lambda prediction: str(prediction.predicted or "")),
        _Output(_GATE_SCORE, "FP32", (), _gate_score),
        _Output(HEATMAP, "FP32", (-1, -1), _heat),
    )
}


def output_names(predictor: Predictor) -> list[str]:
    """The outputs of a model."""
    return [name for name in _OUTPUTS if predictor.gated or name != _GATE_SCORE]


def describe(predictor: Predictor, versions: list[str]) -> ModelSpec:
    """The inputs and outputs of a model that has these versions."""
    metadata = predictor.metadata
    return ModelSpec(
        name=metadata.name,
        versions=versions,
        platform=metadata.architecture,
        inputs=[
            TensorSpec(name=IMAGE, datatype="BYTES", shape=[-1]),
            TensorSpec(name=INPUT, datatype="FP32", shape=[-1, *metadata.input.shape[1:]]),
        ],
        outputs=[
            TensorSpec(name=name, datatype=_OUTPUTS[name].datatype, shape=[-1, *_OUTPUTS[name].row])
            for name in output_names(predictor)
        ],
    )


@dataclass(frozen=True)
class OutputValues:
    """The values of an output for every image of a request.

    Attributes:
        name, datatype: of the tensor.
        array: objects of the type `str` for BYTES, float32 for FP32; its first dimension is that of the images.
    """

    name: str
    datatype: Literal["BYTES", "FP32"]
    array: NDArray[Any]

    def texts(self) -> list[bytes]:
        """The elements of a tensor of the datatype BYTES."""
        return [str(text).encode() for text in self.array]

    def binary(self) -> bytes:
        """The tensor in binary form: numbers little-endian, and in front of each text its length, 4 bytes."""
        if self.datatype == "BYTES":
            return b"".join(struct.pack("<I", len(text)) + text for text in self.texts())
        return self.array.astype("<f4").tobytes()


def output_values(names: Iterable[str], predictions: Sequence[Prediction]) -> Iterator[OutputValues]:
    """The values of these outputs, for the predictions in the order of the images."""
    for name in names:
        output = _OUTPUTS[name]
        values = [output.value(prediction) for prediction in predictions]
        dtype = np.object_ if output.datatype == "BYTES" else np.float32
        yield OutputValues(name, output.datatype, np.array(values, dtype))


def respond(
    metadata: ModelMetadata, request_id: str | None, outputs: dict[str, bool], predictions: Sequence[Prediction]
) -> tuple[bytes, int | None]:
    """Write a response.

    Args:
        metadata: of the model.
        request_id: the id that the client gave.
        outputs: names of the outputs, each with whether it is in binary form.
        predictions: in the order of the images.

    Returns:
        The body, and the number of bytes of the JSON document in it; None if it is nothing else.
    """
    tensors, blocks = [], []
    for values in output_values(outputs, predictions):
        block = values.binary() if outputs[values.name] else None
        if block is not None:
            blocks.append(block)
        tensors.append(
            OutputTensor(
                name=values.name,
                shape=list(values.array.shape),
                datatype=values.datatype,
                parameters=None if block is None else OutputSize(binary_data_size=len(block)),
                data=values.array.ravel().tolist() if block is None else None,
            )
        )
    response = InferenceResponse(
        model_name=metadata.name,
        model_version=metadata.version,
        id=request_id,
        parameters=ResponseParameters(disclaimer=DISCLAIMER),
        outputs=tensors,
    )
    document = response.model_dump_json(exclude_none=True).encode()
    return b"".join([document, *blocks]), len(document) if blocks else None
