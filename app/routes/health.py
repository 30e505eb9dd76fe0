"""Whether the process runs, and whether it can answer."""

from fastapi import APIRouter

from app.models.problems import ModelNotReady
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented
from app.services.inference.schemas import HealthStatus

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live", summary="Is the process running?", description="200 as long as the process answers at all.")
async def get_liveness() -> HealthStatus:
    return HealthStatus(status="alive")


@router.get(
    "/ready",
    summary="Can it classify?",
    description="200 once every model is loaded and has answered a warm-up.",
    responses=documented(ModelNotReady),
)
async def get_readiness(parts: ServicesDep) -> HealthStatus:
    parts.registry.require_ready()
    return HealthStatus(status="ready")
