"""Health endpoints for orchestrators: whether the process runs, and whether it can classify."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from app.models.problems import DatabaseUnavailable, ModelNotReady
from app.models.strict import Body
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented

_RETRY_AFTER_S = 5

router = APIRouter(prefix="/health", tags=["health"])


class HealthStatus(Body):
    """State of the process."""

    status: Literal["alive"]


class Readiness(Body):
    """State of a service that answers predictions."""

    status: Literal["ready"]
    database: Literal["available", "unavailable"] | None = Field(
        description="Whether the database answers; null for a service without one."
    )


@router.get("/live", summary="Check that the process runs", description="200 while the process runs.")
async def get_liveness() -> HealthStatus:
    return HealthStatus(status="alive")


@router.get(
    "/ready",
    summary="Check that the service can classify",
    description="200 while the service answers predictions: every model is loaded and gives the recorded outputs for a "
    "known picture, and the database answers, if accounts or the history need it for every prediction. If only drift "
    "monitoring uses the database, a fault of it shows in `database`.",
    responses=documented(ModelNotReady, DatabaseUnavailable),
)
async def get_readiness(parts: ServicesDep) -> Readiness:
    parts.registry.require_ready()
    watch = parts.database_watch
    if watch is None:
        return Readiness(status="ready", database=None)
    if not watch.available and (parts.membership or parts.history):
        raise DatabaseUnavailable(
            "The database does not answer, and every prediction needs it. Try again later.", retry_after=_RETRY_AFTER_S
        )
    return Readiness(status="ready", database="available" if watch.available else "unavailable")
