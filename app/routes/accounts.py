"""Sign-up, and changes to the caller's account."""

from fastapi import APIRouter, Request, Response

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
from app.routes.guards import GUARDED, OWN_ACCOUNT, IdentityDep, MembershipDep, VisitorDep
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
    WrongCode,
    WrongCodeList,
)

router = APIRouter(
    prefix="/api/v1",
    tags=["accounts"],
    route_class=AccountRoute,
    responses={**GUARDED, **documented(NotFound, InvalidParameters)},
)

_IN_PERSON = [OWN_ACCOUNT]
_BY_LINK = documented(LinkSpent, Conflict, MalformedRequest, TooLarge, TooManyAttempts, InvalidParameters, QueueFull)
_CONFIRMED = documented(
    WrongCredentials, Conflict, MalformedRequest, TooLarge, TooManyAttempts, InvalidParameters, QueueFull
)


@router.post(
    "/accounts",
    status_code=204,
    summary="Create an account",
    description="Needs the token of an invitation or of the setup link, unless sign-up is open. Sign in afterwards. "
    "Without a token, the response does not reveal whether the account existed before.",
    responses=_BY_LINK,
)
async def create_account(membership: MembershipDep, visitor: VisitorDep, given: SignUpRequest) -> None:
    token = given.token.get_secret_value() if given.token else None
    await membership.accounts.sign_up(given.email, given.password.get_secret_value(), token, visitor)


@router.get(
    "/account", summary="Get your account", description="The account that is signed in.", dependencies=_IN_PERSON
)
async def get_account(membership: MembershipDep, identity: IdentityDep) -> AccountBody:
    return account_body(await membership.accounts.own(identity))


@router.put(
    "/account/password",
    summary="Change your password",
    description="Every session ends; the response begins a new one. Keys stay valid unless `revoke_keys` is true.",
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
        identity,
        given.password.get_secret_value(),
        given.new_password.get_secret_value(),
        revoke_keys=given.revoke_keys,
        visitor=visitor,
    )
    return give_session(request, response, begun)


@router.post(
    "/account/second-factor",
    summary="Set up a second factor",
    description="Returns a secret for an authenticator app. It takes effect once a code confirms it.",
    dependencies=_IN_PERSON,
    responses=_CONFIRMED,
)
async def begin_second_factor(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, given: PasswordGiven
) -> SecondFactorBegun:
    begun = await membership.accounts.begin_second_factor(identity, given.password.get_secret_value(), visitor)
    return SecondFactorBegun.model_validate(begun, from_attributes=True)


@router.post(
    "/account/second-factor/confirmation",
    summary="Activate the second factor",
    description="Every session ends; the response begins a new one and contains recovery codes.",
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
    summary="Remove the second factor",
    description="Every session ends; the response begins a new one.",
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
    summary="Replace the recovery codes",
    description="The old codes stop working.",
    dependencies=_IN_PERSON,
    responses=_CONFIRMED,
)
async def create_recovery_codes(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, given: PasswordGiven
) -> RecoveryCodes:
    codes = await membership.accounts.new_recovery_codes(identity, given.password.get_secret_value(), visitor)
    return RecoveryCodes(recovery_codes=codes)


@router.get(
    "/account/wrong-codes",
    summary="List wrong codes",
    description="Wrong codes of the second factor in sign-ins that were not completed, latest first. Who entered them "
    "knows the password. A new password deletes them.",
    dependencies=_IN_PERSON,
)
async def list_wrong_codes(membership: MembershipDep, identity: IdentityDep) -> WrongCodeList:
    return WrongCodeList(
        wrong_codes=[
            WrongCode(at=row.at, address=row.address) for row in await membership.sessions.wrong_codes(identity)
        ]
    )


@router.delete(
    "/account/wrong-codes",
    status_code=204,
    summary="Dismiss wrong codes",
    description="Deletes the list of wrong codes.",
    dependencies=_IN_PERSON,
)
async def delete_wrong_codes(membership: MembershipDep, identity: IdentityDep) -> None:
    await membership.sessions.dismiss_wrong_codes(identity)


@router.post(
    "/account/deletion",
    status_code=204,
    summary="Delete your account",
    description="Permanently, with sessions, keys and history.",
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
    summary="Request a new password",
    description="E-mails a link if the account exists; the response does not reveal that. 404 without a mail server.",
    responses=_BY_LINK,
)
async def create_password_reset(membership: MembershipDep, visitor: VisitorDep, given: ResetRequest) -> None:
    await membership.accounts.request_reset(given.email, visitor)


@router.post(
    "/password-resets/completion",
    status_code=204,
    summary="Set a new password with a link",
    description="Every session of the account ends. All its keys are revoked, since somebody else may have created one "
    "with the old password, unless `revoke_keys` is false.",
    responses=_BY_LINK,
)
async def complete_password_reset(membership: MembershipDep, visitor: VisitorDep, given: PasswordReset) -> None:
    await membership.accounts.reset_password(
        given.token.get_secret_value(),
        given.password.get_secret_value(),
        revoke_keys=given.revoke_keys,
        visitor=visitor,
    )
