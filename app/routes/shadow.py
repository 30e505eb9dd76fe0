"""The shadow model: how often it disagrees with the model that answers, and on which predictions."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.models.identity import Scope
from app.models.problems import InvalidParameters, NotFound
from app.routes.dependencies import DatabaseDep, ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, GuardedRoute, require
from app.services.shadow.schemas import ShadowOverview

# For administrators, because the overview covers the scans of all accounts.
router = APIRouter(
    prefix="/api/v1/monitoring",
    tags=["monitoring"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.ADMIN)],
    responses={**GUARDED, **documented(NotFound, InvalidParameters)},
)


@router.get(
    "/shadow",
    summary="Get the comparison with the shadow model",
    description="How often the model that answers and the model in the background (`SHADOW_MODEL`) disagree, and the "
    "ids of the latest predictions on which they do, of all accounts. If accounts are on, only administrators may read "
    "it.",
)
async def get_shadow(
    parts: ServicesDep,
    database: DatabaseDep,
    limit: Annotated[int, Query(ge=0, le=200, description="Maximum number of disagreements to list.")] = 50,
) -> ShadowOverview:
    # Lazy import: the module imports SQLAlchemy.
    from app.services.shadow.runner import disagreements, pairs

    shadow = parts.shadow
    counted, listed = await database.read(lambda session: (pairs(session), disagreements(session, limit)))
    return ShadowOverview(
        model=shadow.model if shadow else None,
        version=shadow.version if shadow else None,
        share=shadow.share if shadow else 0,
        waiting=shadow.waiting if shadow else 0,
        dropped=shadow.dropped if shadow else 0,
        pairs=counted,
        disagreements=listed,
    )
