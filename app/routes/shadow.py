"""The shadow model: how often it and the model that answers disagree, and on what."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.models.identity import Scope
from app.models.problems import InvalidParameters, NotFound
from app.routes.dependencies import DatabaseDep, ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, GuardedRoute, require
from app.services.shadow.schemas import ShadowOverview

# It is about everybody's scans together.
router = APIRouter(
    prefix="/api/v1/monitoring",
    tags=["monitoring"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.ADMIN)],
    responses={**GUARDED, **documented(NotFound, InvalidParameters)},
)


@router.get(
    "/shadow",
    summary="Show what the shadow model says",
    description="How often the model that answers and the one that runs beside it (`SHADOW_MODEL`) disagree, and the "
    "newest answers on which they do, of all accounts, by their ids. Where accounts are on, for administrators.",
)
async def get_shadow(
    parts: ServicesDep,
    database: DatabaseDep,
    limit: Annotated[int, Query(ge=0, le=200, description="Most disagreements that are listed.")] = 50,
) -> ShadowOverview:
    # Imported where there is a database, whose library it brings.
    from app.services.shadow.runner import disagreements, pairs

    shadow = parts.shadow
    counted, listed = await database.read(lambda session: (pairs(session), disagreements(session, limit)))
    return ShadowOverview(
        model=shadow.model if shadow else None,
        share=shadow.share if shadow else 0,
        waiting=shadow.waiting if shadow else 0,
        dropped=shadow.dropped if shadow else 0,
        pairs=counted,
        disagreements=listed,
    )
