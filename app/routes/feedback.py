"""Readers' feedback on predictions, and its statistics."""

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
    summary="Give feedback on a prediction",
    description="Agree with a prediction in your history, or report the confirmed class. New feedback replaces old "
    "feedback; the audit trail records both classes. Feedback is deleted with its record. Predictions of sample images "
    "take no feedback.",
)
async def give_feedback(
    request: Request, feedback: FeedbackDep, identity: IdentityDep, record: UUID, given: FeedbackRequest
) -> FeedbackBody:
    return await feedback.give(identity.account, record, given, address_of(request))


@statistics_router.get(
    "/feedback",
    summary="Get the performance on confirmed cases",
    description="Accuracy, calibration and coverage of the conformal prediction sets on cases with feedback: in total, "
    "per model version, and per month or week, with 95 % intervals. Administrators may request the figures of all "
    "accounts; individual cases are not included.",
)
async def get_feedback_statistics(
    feedback: FeedbackDep, identity: IdentityDep, query: Annotated[FeedbackQuery, Query()]
) -> FeedbackStatistics:
    if query.whose is Whose.ALL and identity.account is not None and Scope.ADMIN not in identity.scopes:
        raise Forbidden("Only administrators may see the figures of all accounts.")
    return await feedback.statistics(identity.account, query)
