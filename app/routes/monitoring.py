"""Drift monitoring: whether incoming scans still resemble the validation images."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.models.identity import Scope
from app.models.problems import InvalidParameters, NotFound
from app.routes.dependencies import DriftDep, ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, GuardedRoute, require
from app.services.drift.schemas import DriftReport

_PATH = "/api/v1/monitoring/drift"
_RESPONSES = {**GUARDED, **documented(NotFound, InvalidParameters)}

# For administrators, because the report covers the scans of all accounts.
router = APIRouter(
    tags=["monitoring"], route_class=GuardedRoute, dependencies=[require(Scope.ADMIN)], responses=_RESPONSES
)
restart_router = APIRouter(
    tags=["monitoring"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.ADMIN, in_person=True)],
    responses=_RESPONSES,
)

Model = Annotated[str | None, Query(description="Name of the model; the default model if absent.")]


@router.get(
    _PATH,
    summary="Get the drift report",
    description="Whether incoming scans still resemble the validation images: an alarm from a sequential test, which "
    "stays valid however often you look at it, tests of the latest answers, and the class mix. If accounts are on, "
    "only administrators may read it. With `DRIFT=off` the response is 404.",
)
async def get_drift(parts: ServicesDep, drift: DriftDep, model: Model = None) -> DriftReport:
    return await drift.report(parts.registry.describe(model).name)


@restart_router.delete(
    _PATH,
    summary="Restart drift monitoring",
    description="Deletes the counted answers, the alarm and earlier tests. Restart after the cause of an alarm is "
    "removed or accepted.",
    status_code=204,
)
async def restart_drift(parts: ServicesDep, drift: DriftDep, model: Model = None) -> None:
    await drift.restart(parts.registry.describe(model).name)
