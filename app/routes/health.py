"""Health endpoints for orchestrators: whether the process runs, and whether it can classify."""

from fastapi import APIRouter

from app.models.problems import ModelNotReady
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented
from app.services.inference.schemas import HealthStatus

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live", summary="Check that the process runs", description="200 while the process runs.")
async def get_liveness() -> HealthStatus:
    return HealthStatus(status="alive")


@router.get(
    "/ready",
    summary="Check that the service can classify",
    description="200 after every model is loaded and warmed up.",
    responses=documented(ModelNotReady),
)
async def get_readiness(parts: ServicesDep) -> HealthStatus:
    parts.registry.require_ready()
    return HealthStatus(status="ready")
