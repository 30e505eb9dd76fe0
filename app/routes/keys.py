"""Keys for programs, which send them as `Authorization: Bearer btc_…`."""

from uuid import UUID

from fastapi import APIRouter

from app.models.identity import Scope
from app.models.problems import Conflict, InvalidParameters, MalformedRequest, NotFound, TooLarge
from app.routes.bodies import AccountRoute
from app.routes.errors import documented
from app.routes.guards import GUARDED, IdentityDep, MembershipDep, VisitorDep, require
from app.services.accounts.schemas import KeyBody, KeyList, KeyRequest, NewKey

router = APIRouter(
    prefix="/api/v1/keys",
    tags=["keys"],
    route_class=AccountRoute,
    dependencies=[require(Scope.READ, in_person=True)],
    responses={**GUARDED, **documented(NotFound, InvalidParameters)},
)


@router.get("", summary="List one's keys", description="The newest first, and none of them in full.")
async def list_keys(membership: MembershipDep, identity: IdentityDep) -> KeyList:
    return KeyList(keys=[KeyBody.model_validate(row) for row in await membership.keys.of(identity)])


@router.post(
    "",
    status_code=201,
    summary="Make a key",
    description="The answer shows the key, this once.",
    responses=documented(Conflict, MalformedRequest, TooLarge),
)
async def create_key(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, given: KeyRequest
) -> NewKey:
    row, key = await membership.keys.make(identity, given.name, given.scopes, given.expires_at, visitor)
    return NewKey(**KeyBody.model_validate(row).model_dump(), key=key)


@router.delete("/{key}", status_code=204, summary="Revoke a key", description="It is refused from now on.")
async def delete_key(membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, key: UUID) -> None:
    await membership.keys.revoke(identity, key, visitor)
