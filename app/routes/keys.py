"""Access keys for programs, sent as `Authorization: Bearer btc_…`."""

from uuid import UUID

from fastapi import APIRouter

from app.models.problems import Conflict, InvalidParameters, MalformedRequest, NotFound, TooLarge
from app.routes.bodies import AccountRoute
from app.routes.errors import documented
from app.routes.guards import GUARDED, OWN_ACCOUNT, IdentityDep, MembershipDep, VisitorDep
from app.services.accounts.schemas import KeyBody, KeyList, KeyRequest, NewKey

router = APIRouter(
    prefix="/api/v1/keys",
    tags=["keys"],
    route_class=AccountRoute,
    dependencies=[OWN_ACCOUNT],
    responses={**GUARDED, **documented(NotFound, InvalidParameters)},
)


@router.get("", summary="List your keys", description="Newest first, without the secrets.")
async def list_keys(membership: MembershipDep, identity: IdentityDep) -> KeyList:
    return KeyList(
        keys=[KeyBody.model_validate(row, from_attributes=True) for row in await membership.keys.of(identity)]
    )


@router.post(
    "",
    status_code=201,
    summary="Create a key",
    description="Only this response contains the key itself.",
    responses=documented(Conflict, MalformedRequest, TooLarge),
)
async def create_key(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, given: KeyRequest
) -> NewKey:
    row, key = await membership.keys.make(identity, given.name, given.scopes, given.expires_at, visitor)
    return NewKey(**KeyBody.model_validate(row, from_attributes=True).model_dump(), key=key)


@router.delete("/{key}", status_code=204, summary="Revoke a key", description="The key stops working immediately.")
async def delete_key(membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, key: UUID) -> None:
    await membership.keys.revoke(identity, key, visitor)
