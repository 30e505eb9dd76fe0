"""Bodies of the Open Inference Protocol, version 2, with the extension for binary tensors."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.models.strict import Body

_Size = Annotated[int, Field(ge=0)]


class InferenceFault(Body):
    """An error in the format of the protocol."""

    error: str = Field(description="What was wrong with the request, and what is accepted.")


class ServerMetadata(Body):
    """The server."""

    name: str
    version: str = Field(description="Version of the service.")
    extensions: list[str] = Field(description="The extensions of the protocol that it has.")


class ServerLiveness(Body):
    """State of the process."""

    live: Literal[True]


class ServerReadiness(Body):
    """State of a service that answers predictions."""

    ready: Literal[True]


class ModelReadiness(Body):
    """State of a model that answers."""

    name: str
    ready: Literal[True]


class TensorSpec(Body):
    """An input or output of a model."""

    name: str
    datatype: Literal["BYTES", "FP32"]
    shape: list[int] = Field(description="The size of each dimension; -1 for one that varies.")


class ModelSpec(Body):
    """The inputs and outputs of a model. A request has exactly one of the inputs."""

    name: str
    versions: list[str]
    platform: str = Field(description="Architecture of the network.")
    inputs: list[TensorSpec]
    outputs: list[TensorSpec]


class _RequestPart(BaseModel):
    """A part of a request. Clients add fields and parameters of their own, which are ignored."""

    model_config = ConfigDict(strict=True, frozen=True)


class InputParameters(_RequestPart):
    """Parameters of an input."""

    binary_data_size: _Size | None = Field(
        None, description="Number of bytes of the tensor, after the JSON document; null for a tensor in `data`."
    )


class InputTensor(_RequestPart):
    """An input."""

    name: str = Field(description="`image` or `input`.", examples=["image"])
    shape: Annotated[list[_Size], Field(max_length=8)] = Field(
        description="`[n]` for `image`, `[n, height, width, channels]` for `input`.", examples=[[1]]
    )
    datatype: str = Field(description="`BYTES` for `image`, `FP32` for `input`.", examples=["BYTES"])
    parameters: InputParameters | None = None
    data: list[Any] | None = Field(
        None,
        description="The elements in row-major order, nested or flat. Of `image`: each file in base64 or as a data "
        "URL. Of `input`: numbers from 0 to 1.",
    )


class OutputParameters(_RequestPart):
    """Parameters of an output."""

    binary_data: bool | None = Field(None, description="Whether the tensor follows the JSON document in binary form.")


class RequestedOutput(_RequestPart):
    """An output to return."""

    name: str = Field(examples=["probabilities"])
    parameters: OutputParameters | None = None


class RequestParameters(_RequestPart):
    """Parameters of a request."""

    binary_data_output: bool | None = Field(None, description="`binary_data` of the outputs that do not state it.")


class InferenceRequest(_RequestPart):
    """A request for predictions."""

    id: Annotated[str, Field(max_length=256)] | None = Field(None, description="The response repeats it.")
    parameters: RequestParameters | None = None
    inputs: Annotated[list[InputTensor], Field(min_length=1, max_length=8)]
    outputs: Annotated[list[RequestedOutput], Field(max_length=16)] | None = Field(
        None, description="The outputs to return; all but `heatmap` if absent."
    )


class OutputSize(Body):
    """Parameters of an output in binary form."""

    binary_data_size: int = Field(description="Number of bytes of the tensor, after the JSON document.")


class OutputTensor(Body):
    """An output."""

    name: str
    shape: list[int]
    datatype: Literal["BYTES", "FP32"]
    parameters: OutputSize | None = None
    data: list[float] | list[str] | None = Field(
        None, description="The elements in row-major order; absent if the tensor is in binary form."
    )


class ResponseParameters(Body):
    """Parameters of a response."""

    disclaimer: str


class InferenceResponse(Body):
    """Predictions, in the order of the images."""

    model_name: str
    model_version: str
    id: str | None = Field(None, description="That of the request; absent if it had none.")
    parameters: ResponseParameters
    outputs: list[OutputTensor]
