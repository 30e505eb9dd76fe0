"""Sign-in, sign-out and the sessions of an account."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.models.problems import (
    InvalidParameters,
    MalformedRequest,
    NotFound,
    QueueFull,
    TooLarge,
    TooManyAttempts,
    WrongCredentials,
)
from app.routes.bodies import AccountRoute
from app.routes.cookies import end_session, give_session, session_body
from app.routes.errors import documented
from app.routes.guards import GUARDED, OWN_ACCOUNT, IdentityDep, MembershipDep, VisitorDep
from app.services.accounts.schemas import CodeGiven, SessionBody, SessionInfo, SessionList, SignInRequest

router = APIRouter(
    prefix="/api/v1/sessions",
    tags=["sessions"],
    route_class=AccountRoute,
    responses={**GUARDED, **documented(NotFound, InvalidParameters)},
)

_IN_PERSON = [OWN_ACCOUNT]
_WRONG = documented(WrongCredentials, MalformedRequest, TooLarge, TooManyAttempts, InvalidParameters, QueueFull)


@router.post(
    "",
    status_code=201,
    summary="Sign in",
    description="Sets the session cookie. If the account has a second factor, the session is incomplete until the "
    "second factor is shown. An unknown account gets the same response as a wrong password.",
    responses=_WRONG,
)
async def create_session(
    request: Request, response: Response, membership: MembershipDep, visitor: VisitorDep, given: SignInRequest
) -> SessionBody:
    earlier = request.cookies.get(membership.cookies.session, "")
    begun = await membership.sessions.sign_in(
        given.email.strip().lower(), given.password.get_secret_value(), visitor, earlier
    )
    return give_session(request, response, begun)


@router.post(
    "/second-factor",
    summary="Show the second factor",
    description="Completes a session with a code from the authenticator app or a recovery code, and sets a new cookie. "
    "After three wrong codes the session ends: sign in again.",
    responses=_WRONG,
)
async def show_second_factor(
    request: Request, response: Response, membership: MembershipDep, visitor: VisitorDep, given: CodeGiven
) -> SessionBody:
    token = request.cookies.get(membership.cookies.session, "")
    begun = await membership.sessions.show_second_factor(token, given.code.get_secret_value(), visitor)
    return give_session(request, response, begun)


@router.get(
    "", summary="List your sessions", description="Usable sessions, most recently used first.", dependencies=_IN_PERSON
)
async def list_sessions(membership: MembershipDep, identity: IdentityDep) -> SessionList:
    return SessionList(
        sessions=[
            SessionInfo(
                id=row.id,
                current=row.id == identity.credential,
                address=row.address,
                user_agent=row.user_agent,
                created_at=row.created_at,
                used_at=row.used_at,
                expires_at=row.expires_at,
            )
            for row in await membership.sessions.of(identity)
        ]
    )


@router.get(
    "/current",
    summary="Get the current session",
    description="Session, account and permissions.",
    dependencies=_IN_PERSON,
)
async def get_session(request: Request, membership: MembershipDep, identity: IdentityDep) -> SessionBody:
    account, row = await membership.sessions.current(identity)
    return session_body(request, account, row.expires_at)


@router.delete(
    "/current", status_code=204, summary="Sign out", description="Ends the current session.", dependencies=_IN_PERSON
)
async def delete_current_session(
    request: Request, response: Response, membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep
) -> None:
    assert identity.credential is not None
    await membership.sessions.end(identity, identity.credential, visitor)
    end_session(request, response)


@router.delete(
    "",
    status_code=204,
    summary="End your other sessions",
    description="All except the current one.",
    dependencies=_IN_PERSON,
)
async def delete_other_sessions(membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep) -> None:
    await membership.sessions.end_others(identity, visitor)


# Matches only UUIDs: otherwise `second-factor` would match too, and allow DELETE.
@router.delete(
    "/{session:uuid}",
    status_code=204,
    summary="End one of your sessions",
    description="Its browser is signed out at its next request.",
    dependencies=_IN_PERSON,
)
async def delete_session(membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, session: UUID) -> None:
    await membership.sessions.end(identity, session, visitor)
