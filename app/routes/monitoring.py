"""Monitoring: whether what comes in still looks as the validation images did."""

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

# It is about everybody's scans together.
router = APIRouter(
    tags=["monitoring"], route_class=GuardedRoute, dependencies=[require(Scope.ADMIN)], responses=_RESPONSES
)
restart_router = APIRouter(
    tags=["monitoring"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.ADMIN, in_person=True)],
    responses=_RESPONSES,
)

Model = Annotated[str | None, Query(description="Name of the model; the default one where absent.")]


@router.get(
    _PATH,
    summary="Show drift",
    description="Whether answers still come of scans like those of the validation: an alarm that can be looked at as "
    "often as one likes, tests of the latest answers, and the mix of classes. Where accounts are on, for "
    "administrators. There is none where `DRIFT=off`.",
)
async def get_drift(parts: ServicesDep, drift: DriftDep, model: Model = None) -> DriftReport:
    return await drift.report(parts.registry.describe(model).name)


@restart_router.delete(
    _PATH,
    summary="Begin anew",
    description="Forget the answers that were counted, the alarm, and earlier tests: once what was behind an alarm is "
    "seen to, or accepted.",
    status_code=204,
)
async def restart_drift(parts: ServicesDep, drift: DriftDep, model: Model = None) -> None:
    await drift.restart(parts.registry.describe(model).name)
