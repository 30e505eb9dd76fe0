"""Accounts, as their owners meet them."""

from fastapi import APIRouter, Request, Response

from app.models.identity import Scope
from app.models.problems import (
    Conflict,
    InvalidParameters,
    LinkSpent,
    MalformedRequest,
    NotFound,
    QueueFull,
    TooLarge,
    TooManyAttempts,
    WrongCredentials,
)
from app.routes.bodies import AccountRoute
from app.routes.cookies import account_body, end_session, give_session
from app.routes.errors import documented
from app.routes.guards import GUARDED, IdentityDep, MembershipDep, VisitorDep, require
from app.services.accounts.schemas import (
    AccountBody,
    CodeGiven,
    PasswordChange,
    PasswordGiven,
    PasswordReset,
    RecoveryCodes,
    ResetRequest,
    SecondFactorBegun,
    SessionBody,
    SignUpRequest,
)

router = APIRouter(
    prefix="/api/v1",
    tags=["accounts"],
    route_class=AccountRoute,
    responses={**GUARDED, **documented(NotFound, InvalidParameters)},
)

_IN_PERSON = [require(Scope.READ, in_person=True)]
_BY_LINK = documented(LinkSpent, Conflict, MalformedRequest, TooLarge, TooManyAttempts, InvalidParameters, QueueFull)
_CONFIRMED = documented(
    WrongCredentials, Conflict, MalformedRequest, TooLarge, TooManyAttempts, InvalidParameters, QueueFull
)


@router.post(
    "/accounts",
    status_code=204,
    summary="Make an account",
    description="With the token of an invitation, or of the link for setting the service up; without one where sign-up "
    "is open. Then sign in. Without a link the answer is the same where there is an account already.",
    responses=_BY_LINK,
)
async def create_account(membership: MembershipDep, visitor: VisitorDep, given: SignUpRequest) -> None:
    token = given.token.get_secret_value() if given.token else None
    await membership.accounts.sign_up(given.email, given.password.get_secret_value(), token, visitor)


@router.get("/account", summary="Get one's account", description="Of whoever is signed in.", dependencies=_IN_PERSON)
async def get_account(membership: MembershipDep, identity: IdentityDep) -> AccountBody:
    return account_body(await membership.accounts.own(identity))


@router.put(
    "/account/password",
    summary="Change one's password",
    description="Every session ends; the answer begins a new one.",
    dependencies=_IN_PERSON,
    responses=_CONFIRMED,
)
async def change_password(
    request: Request,
    response: Response,
    membership: MembershipDep,
    identity: IdentityDep,
    visitor: VisitorDep,
    given: PasswordChange,
) -> SessionBody:
    begun = await membership.accounts.change_password(
        identity, given.password.get_secret_value(), given.new_password.get_secret_value(), visitor
    )
    return give_session(request, response, begun)


@router.post(
    "/account/second-factor",
    summary="Begin a second factor",
    description="Gives a secret for an authenticator app. Nothing changes before a code confirms it.",
    dependencies=_IN_PERSON,
    responses=_CONFIRMED,
)
async def begin_second_factor(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, given: PasswordGiven
) -> SecondFactorBegun:
    begun = await membership.accounts.begin_second_factor(identity, given.password.get_secret_value(), visitor)
    return SecondFactorBegun.model_validate(begun)


@router.post(
    "/account/second-factor/confirmation",
    summary="Switch the second factor on",
    description="Every session ends; the answer begins a new one, and has recovery codes.",
    dependencies=_IN_PERSON,
    responses=_CONFIRMED,
)
async def confirm_second_factor(
    request: Request,
    response: Response,
    membership: MembershipDep,
    identity: IdentityDep,
    visitor: VisitorDep,
    given: CodeGiven,
) -> RecoveryCodes:
    begun, codes = await membership.accounts.confirm_second_factor(identity, given.code.get_secret_value(), visitor)
    give_session(request, response, begun)
    return RecoveryCodes(recovery_codes=codes)


@router.post(
    "/account/second-factor/removal",
    summary="Switch the second factor off",
    description="Every session ends; the answer begins a new one.",
    dependencies=_IN_PERSON,
    responses=_CONFIRMED,
)
async def remove_second_factor(
    request: Request,
    response: Response,
    membership: MembershipDep,
    identity: IdentityDep,
    visitor: VisitorDep,
    given: PasswordGiven,
) -> SessionBody:
    begun = await membership.accounts.remove_second_factor(identity, given.password.get_secret_value(), visitor)
    return give_session(request, response, begun)


@router.post(
    "/account/recovery-codes",
    summary="Make new recovery codes",
    description="The old ones are worthless from then on.",
    dependencies=_IN_PERSON,
    responses=_CONFIRMED,
)
async def create_recovery_codes(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, given: PasswordGiven
) -> RecoveryCodes:
    codes = await membership.accounts.new_recovery_codes(identity, given.password.get_secret_value(), visitor)
    return RecoveryCodes(recovery_codes=codes)


@router.post(
    "/account/deletion",
    status_code=204,
    summary="End one's account",
    description="Deletes it, and everything of it.",
    dependencies=_IN_PERSON,
    responses=_CONFIRMED,
)
async def delete_account(
    request: Request,
    response: Response,
    membership: MembershipDep,
    identity: IdentityDep,
    visitor: VisitorDep,
    given: PasswordGiven,
) -> None:
    await membership.accounts.delete(identity, given.password.get_secret_value(), visitor)
    end_session(request, response)


@router.post(
    "/password-resets",
    status_code=204,
    summary="Ask for a new password",
    description="Sends a link by e-mail, if there is such an account; the answer does not tell. 404 where the service "
    "sends no mail.",
    responses=_BY_LINK,
)
async def create_password_reset(membership: MembershipDep, visitor: VisitorDep, given: ResetRequest) -> None:
    await membership.accounts.ask_for_reset(given.email, visitor)


@router.post(
    "/password-resets/completion",
    status_code=204,
    summary="Set a new password by a link",
    description="Every session of the account ends.",
    responses=_BY_LINK,
)
async def complete_password_reset(membership: MembershipDep, visitor: VisitorDep, given: PasswordReset) -> None:
    await membership.accounts.reset_password(given.token.get_secret_value(), given.password.get_secret_value(), visitor)
