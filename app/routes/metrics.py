"""Metrics for Prometheus."""

from secrets import compare_digest

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.config.settings import Settings
from app.models.problems import SignInRequired
from app.services.monitoring.metrics import MEDIA_TYPE, Metrics

_BEARER = "bearer"


def install_metrics(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Serve the metrics at `/metrics`, with `METRICS_TOKEN` set only to clients that send the token."""
    router = APIRouter(include_in_schema=False)
    token = settings.metrics_token.get_secret_value().encode() if settings.metrics_token else None

    @router.get("/metrics")
    async def get_metrics(request: Request) -> Response:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if token and not (scheme.lower() == _BEARER and compare_digest(given.strip().encode(), token)):
            raise SignInRequired("Metrics need a token: send it as `Authorization: Bearer …`.")
        return Response(await run_in_threadpool(metrics.page), media_type=MEDIA_TYPE)

    app.include_router(router)
