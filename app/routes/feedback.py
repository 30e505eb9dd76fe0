"""Readers' feedback: what they say of predictions once they know, and how the answers did by that."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from app.models.identity import Scope
from app.models.problems import (
    Conflict,
    Forbidden,
    InvalidParameters,
    MalformedRequest,
    NotFound,
    TooLarge,
    UploadTimeout,
)
from app.routes.bodies import FeedbackRoute
from app.routes.dependencies import FeedbackDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, GuardedRoute, IdentityDep, address_of, require
from app.services.history.schemas import (
    FeedbackBody,
    FeedbackQuery,
    FeedbackRequest,
    FeedbackStatistics,
    Whose,
)

_RESPONSES = {**GUARDED, **documented(NotFound, InvalidParameters)}
router = APIRouter(
    prefix="/api/v1/predictions",
    tags=["feedback"],
    route_class=FeedbackRoute,
    dependencies=[require(Scope.PREDICT)],
    responses={**_RESPONSES, **documented(Conflict, MalformedRequest, TooLarge, UploadTimeout)},
)
statistics_router = APIRouter(
    prefix="/api/v1/monitoring",
    tags=["monitoring"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.READ)],
    responses=_RESPONSES,
)


@router.post(
    "/{record:uuid}/feedback",
    summary="Say whether a prediction was right",
    description="For a prediction of one's own history: that its reader agrees, or the class that was confirmed. What "
    "is said later takes the place of what was said before, and the audit trail has both classes. It is deleted with "
    "its record. Answers to samples take none.",
)
async def give_feedback(
    request: Request, feedback: FeedbackDep, identity: IdentityDep, record: UUID, given: FeedbackRequest
) -> FeedbackBody:
    return await feedback.give(identity.account, record, given, address_of(request))


@statistics_router.get(
    "/feedback",
    summary="How the answers did on confirmed cases",
    description="Accuracy, calibration and coverage of the conformal sets where a reader has said what the scan is of: "
    "altogether, for each version of a model, and for each month or week, with 95 % intervals. Administrators may ask "
    "for all accounts; they get figures, and no cases.",
)
async def get_feedback_statistics(
    feedback: FeedbackDep, identity: IdentityDep, query: Annotated[FeedbackQuery, Query()]
) -> FeedbackStatistics:
    if query.whose is Whose.ALL and identity.account is not None and Scope.ADMIN not in identity.scopes:
        raise Forbidden("Only an administrator may see the figures of all accounts.")
    return await feedback.statistics(identity.account, query)
