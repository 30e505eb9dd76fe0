"""The Open Inference Protocol, version 2, beside the API: health, metadata of the models, and predictions."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from app import __version__
from app.models.identity import Scope
from app.models.problems import (
    CrossSiteRequest,
    DatabaseUnavailable,
    Forbidden,
    InvalidParameters,
    ModelNotReady,
    NotFound,
    Problem,
    SignInRequired,
)
from app.routes.answers import IMAGE, KEEPING, SERVING, UPLOAD, Computed, PredictionQuery, computed, explain, keep
from app.routes.bodies import InferenceRoute, inference_of, slot_of
from app.routes.dependencies import Services, ServicesDep
from app.routes.errors import INFERENCE_PREFIX, documented_for_inference
from app.routes.guards import GuardedRoute, require
from app.routes.health import get_readiness
from app.routes.negotiation import BINARY, JSON, schema_of
from app.routes.pinning import DOCUMENTS_VERSION
from app.services.history.schemas import PredictionSource
from app.services.inference.predictor import Prediction, Predictor
from app.services.inference.schemas import HeatmapKind
from app.services.open_inference.inputs import Job
from app.services.open_inference.outputs import describe, respond
from app.services.open_inference.schemas import (
    InferenceRequest,
    InferenceResponse,
    ModelReadiness,
    ModelSpec,
    ServerLiveness,
    ServerMetadata,
    ServerReadiness,
)

_GUARDED = (SignInRequired, Forbidden, CrossSiteRequest, DatabaseUnavailable)
_OCTETS = "application/octet-stream"
_LENGTH_HEADER = "Inference-Header-Content-Length"

health_router = APIRouter(prefix=INFERENCE_PREFIX, tags=["open inference"])
router = APIRouter(
    prefix=INFERENCE_PREFIX,
    tags=["open inference"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.READ)],
    responses=documented_for_inference(*_GUARDED),
)
infer_router = APIRouter(
    prefix=INFERENCE_PREFIX,
    tags=["open inference"],
    route_class=InferenceRoute,
    dependencies=[require(Scope.PREDICT), DOCUMENTS_VERSION],
)

Name = Annotated[str, Path(description="Name of the model.", examples=["xception"])]
Version = Annotated[str, Path(description="Version of the model.", examples=["1.3.0"])]


@health_router.get("/health/live", summary="Check that the server is live", description="200 while the process runs.")
async def get_server_liveness() -> ServerLiveness:
    return ServerLiveness(live=True)


@health_router.get(
    "/health/ready",
    summary="Check that the server is ready",
    description="200 while the service answers predictions, as for `GET /health/ready`.",
    responses=documented_for_inference(ModelNotReady, DatabaseUnavailable),
)
async def get_server_readiness(parts: ServicesDep) -> ServerReadiness:
    await get_readiness(parts)
    return ServerReadiness(ready=True)


@router.get(
    "",
    summary="Describe the server",
    description="Name and version of the service, and its extensions of the protocol.",
)
async def get_server_metadata() -> ServerMetadata:
    return server_metadata("binary_tensor_data")


def server_metadata(*extensions: str) -> ServerMetadata:
    """The description of the server, with its extensions of the protocol."""
    return ServerMetadata(name="brain-tumor-classification", version=__version__, extensions=list(extensions))


_MODEL_DESCRIPTION = "The inputs, of which a request has exactly one, and the outputs, with datatype and shape."
_READY_DESCRIPTION = "200 while the model answers predictions."
_OF_MODEL = documented_for_inference(*_GUARDED, NotFound, InvalidParameters, ModelNotReady)


@router.get(
    "/models/{name}",
    summary="Describe a model",
    description=_MODEL_DESCRIPTION,
    responses=_OF_MODEL,
)
async def get_model_metadata(parts: ServicesDep, name: Name) -> ModelSpec:
    return described(parts, name)


@router.get(
    "/models/{name}/versions/{version}",
    summary="Describe a version of a model",
    description=_MODEL_DESCRIPTION,
    responses=_OF_MODEL,
)
async def get_model_version_metadata(parts: ServicesDep, name: Name, version: Version) -> ModelSpec:
    return described(parts, name, version)


def described(parts: Services, name: str, version: str | None = None) -> ModelSpec:
    """The description of a version of a model, its default one if none is named.

    Raises:
        Problem: there is none, or it is still loading.
    """
    versions = [each.metadata.version for each in parts.registry.versions(name)]
    return describe(parts.registry.predictor(name, version), versions)


@router.get(
    "/models/{name}/ready",
    summary="Check that a model is ready",
    description=_READY_DESCRIPTION,
    responses=_OF_MODEL,
)
async def get_model_readiness(parts: ServicesDep, name: Name) -> ModelReadiness:
    return ModelReadiness(name=parts.registry.predictor(name).metadata.name, ready=True)


@router.get(
    "/models/{name}/versions/{version}/ready",
    summary="Check that a version of a model is ready",
    description=_READY_DESCRIPTION,
    responses=_OF_MODEL,
)
async def get_model_version_readiness(parts: ServicesDep, name: Name, version: Version) -> ModelReadiness:
    return ModelReadiness(name=parts.registry.predictor(name, version).metadata.name, ready=True)


_EXAMPLE = {
    "id": "1",
    "inputs": [{"name": "image", "shape": [1], "datatype": "BYTES", "data": ["/9j/4AAQSkZJRgABAQ…"]}],
    "outputs": [{"name": "class"}, {"name": "decision"}, {"name": "probabilities"}],
}
_INFER: dict[str, Any] = {
    "description": "Send either `image`, the files of images, or `input`, inputs of the network: RGB divided by 255. "
    "Tensors are in the JSON document or, with the header `Inference-Header-Content-Length`, in binary form after it. "
    "Every image counts as one prediction; a request with one that cannot be classified fails as a whole. "
    "`class` is empty where the decision names no class (`other`, `outside`), and `heatmap` is zero with `outside`. "
    "Show `class` only with the decision `answer`.",
    "response_class": Response,
    "responses": {
        200: {
            "model": InferenceResponse,
            "description": "Predictions, in the order of the images.",
            "content": {_OCTETS: {"schema": BINARY}},
            "headers": {
                _LENGTH_HEADER: {
                    "description": "Number of bytes of the JSON document, if binary tensors follow it.",
                    "schema": {"type": "integer"},
                }
            },
        },
        **documented_for_inference(*dict.fromkeys((*_GUARDED, *UPLOAD, *IMAGE, NotFound, *SERVING, *KEEPING))),
    },
    "openapi_extra": {
        "parameters": [
            {
                "in": "header",
                "name": _LENGTH_HEADER,
                "description": "Number of bytes of the JSON document, if binary tensors follow it.",
                "schema": {"type": "integer", "minimum": 0},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": schema_of(InferenceRequest), "example": _EXAMPLE},
                _OCTETS: {"schema": BINARY},
            },
        },
    },
}


@infer_router.post("/models/{name}/infer", summary="Classify with a model", **_INFER)
async def run_inference(request: Request, parts: ServicesDep, name: Name) -> Response:
    return await _infer(request, parts)


@infer_router.post("/models/{name}/versions/{version}/infer", summary="Classify with a version of a model", **_INFER)
async def run_inference_with_version(request: Request, parts: ServicesDep, name: Name, version: Version) -> Response:
    return await _infer(request, parts)


async def _infer(request: Request, parts: Services) -> Response:
    predictor, inference = inference_of(request)
    predictions = await classified(request, parts)
    body, json_bytes = respond(predictor.metadata, inference.id, inference.outputs, predictions)
    if json_bytes is None:
        return Response(body, media_type=JSON)
    return Response(body, media_type=_OCTETS, headers={_LENGTH_HEADER: str(json_bytes)})


async def classified(request: Request, parts: Services) -> list[Prediction]:
    """Classify the images of a request in its slot of the queue, and store the predictions.

    Raises:
        Problem: an image cannot be classified, or the predictions cannot be stored.
    """
    predictor, inference = inference_of(request)
    made = await _computed(parts, predictor, inference.jobs, heatmap=inference.heatmap)
    slot_of(request).release()
    options = PredictionQuery(heatmap=HeatmapKind.GRID if inference.heatmap else HeatmapKind.NONE)
    answers = [await explain(parts, options, each) for each in made]
    source = PredictionSource.UPLOAD if len(answers) == 1 else PredictionSource.BATCH
    await keep(request, parts, options, source, answers)
    return [answer.prediction for answer in answers]


async def _computed(parts: Services, predictor: Predictor, jobs: Sequence[Job], *, heatmap: bool) -> list[Computed]:
    """Classify every image of a request; the first that fails ends the others.

    Raises:
        Problem: of the image that failed, with its index.
    """
    # As many at a time as there are worker threads, so that other requests get their turn.
    free = asyncio.Semaphore(parts.queue.threads)

    async def one(index: int, job: Job) -> Computed:
        async with free:
            try:
                return await computed(parts, lambda: predictor, lambda predictor: job.predict(predictor, heatmap))
            except Problem as problem:
                if len(jobs) > 1:
                    problem.detail = f"Image {index}: {problem.detail}"
                raise

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(index, job)) for index, job in enumerate(jobs)]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
