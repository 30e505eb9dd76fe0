"""The Open Inference Protocol, version 2, over gRPC: its calls as requests, whose bodies are messages.

`grpc_port.py` makes requests of calls. Guards, limits, errors, metrics and traces are those of other requests.
"""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI, Request, Response

from app.config.settings import Settings
from app.models.identity import Scope
from app.models.problems import DatabaseUnavailable, ModelNotReady
from app.routes.bodies import CallRoute, ModelCallRoute, call_of, inference_of
from app.routes.dependencies import Services, ServicesDep
from app.routes.errors import CALL_PREFIX, install_error_handlers
from app.routes.guards import GuardedRoute, require
from app.routes.health import get_readiness
from app.routes.middleware import install_middleware
from app.routes.open_inference import classified, described, server_metadata
from app.services.monitoring.watchers import RequestWatcher
from app.services.open_inference.messages import (
    read_model_call,
    write_flag,
    write_infer,
    write_model,
    write_server,
)

health_router = APIRouter(prefix=CALL_PREFIX)
router = APIRouter(prefix=CALL_PREFIX, route_class=GuardedRoute, dependencies=[require(Scope.READ)])
model_router = APIRouter(prefix=CALL_PREFIX, route_class=ModelCallRoute, dependencies=[require(Scope.READ)])
infer_router = APIRouter(prefix=CALL_PREFIX, route_class=CallRoute, dependencies=[require(Scope.PREDICT)])


def create_calls(settings: Settings, services: Services, watchers: Sequence[RequestWatcher]) -> FastAPI:
    """Assemble the application that answers calls.

    Args:
        settings: the operator's settings.
        services: what the routes use.
        watchers: the observers of every request.
    """
    app = FastAPI(
        openapi_url=None,
        redirect_slashes=False,
        # As for the application of HTTP.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.services = services
    install_middleware(app, settings, watchers)
    install_error_handlers(app)
    for each in (health_router, router, model_router, infer_router):
        app.include_router(each)
    return app


@health_router.post("/ServerLive")
async def server_live() -> Response:
    return Response(write_flag(True))


@health_router.post("/ServerReady")
async def server_ready(parts: ServicesDep) -> Response:
    try:
        await get_readiness(parts)
    except (ModelNotReady, DatabaseUnavailable):
        return Response(write_flag(False))
    return Response(write_flag(True))


@router.post("/ServerMetadata")
async def describe_server() -> Response:
    return Response(write_server(server_metadata()))


@model_router.post("/ModelReady")
async def model_ready(request: Request, parts: ServicesDep) -> Response:
    call = read_model_call(await request.body())
    try:
        parts.registry.predictor(call.name, call.version)
    except ModelNotReady:
        return Response(write_flag(False))
    return Response(write_flag(True))


@model_router.post("/ModelMetadata")
async def describe_model(request: Request, parts: ServicesDep) -> Response:
    call = read_model_call(await request.body())
    return Response(write_model(described(parts, call.name, call.version)))


@infer_router.post("/ModelInfer")
async def model_infer(request: Request, parts: ServicesDep) -> Response:
    predictor, inference = inference_of(request)
    predictions = await classified(request, parts)
    outputs = list(inference.outputs)
    return Response(write_infer(predictor.metadata, inference.id, outputs, predictions, raw=call_of(request).raw))
