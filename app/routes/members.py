"""Members and invitations, for administrators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.models.identity import Scope
from app.models.problems import Conflict, InvalidParameters, MalformedRequest, NotFound, TooLarge
from app.routes.bodies import AccountRoute
from app.routes.cookies import account_body
from app.routes.errors import documented
from app.routes.guards import GUARDED, IdentityDep, MembershipDep, VisitorDep, require
from app.services.accounts.schemas import (
    AccountBody,
    InvitationBody,
    InvitationList,
    InvitationRequest,
    LinkBody,
    MemberChange,
    MemberList,
)

router = APIRouter(
    prefix="/api/v1",
    tags=["members"],
    route_class=AccountRoute,
    dependencies=[require(Scope.ADMIN)],
    responses={**GUARDED, **documented(NotFound, InvalidParameters)},
)

_CHANGES = documented(Conflict, MalformedRequest, TooLarge)


@router.get("/members", summary="List the members", description="Oldest first.")
async def list_members(
    membership: MembershipDep,
    after: Annotated[UUID | None, Query(description="Return the members after this one.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Maximum number of members.")] = 100,
) -> MemberList:
    members = await membership.members.all(after, limit)
    return MemberList(members=list(map(account_body, members)), next=members[-1].id if len(members) == limit else None)


@router.patch(
    "/members/{member}",
    summary="Change a member",
    description="Grants or revokes administrator rights, disables or enables the account. Its sessions end.",
    responses=_CHANGES,
)
async def change_member(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, member: UUID, given: MemberChange
) -> AccountBody:
    return account_body(
        await membership.members.change(identity, member, admin=given.admin, disabled=given.disabled, visitor=visitor)
    )


@router.delete(
    "/members/{member}",
    status_code=204,
    summary="Delete a member",
    description="Permanently, with sessions, keys and history.",
    responses=_CHANGES,
)
async def delete_member(membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, member: UUID) -> None:
    await membership.members.delete(identity, member, visitor)


@router.delete(
    "/members/{member}/sessions",
    status_code=204,
    summary="Sign a member out everywhere",
    description="Ends every session of the member. Keys keep working.",
)
async def delete_member_sessions(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, member: UUID
) -> None:
    await membership.members.end_sessions(identity, member, visitor)


@router.delete(
    "/members/{member}/second-factor",
    status_code=204,
    summary="Remove a member's second factor",
    description="For a member who has lost the second factor and the recovery codes. The member's sessions end.",
)
async def delete_member_second_factor(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, member: UUID
) -> None:
    await membership.members.remove_second_factor(identity, member, visitor)


@router.post(
    "/members/{member}/password-reset",
    status_code=201,
    summary="Create a link that sets a member's password",
    description="Send the link to the member. It works once, within an hour.",
)
async def create_member_reset(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, member: UUID
) -> LinkBody:
    row, link = await membership.members.make_reset(identity, member, visitor)
    return LinkBody(id=row.id, link=link, expires_at=row.expires_at)


@router.get("/invitations", summary="List the invitations", description="Unused invitations, newest first.")
async def list_invitations(membership: MembershipDep) -> InvitationList:
    return InvitationList(
        invitations=[
            InvitationBody.model_validate(row, from_attributes=True) for row in await membership.members.invitations()
        ]
    )


@router.post(
    "/invitations",
    status_code=201,
    summary="Invite a person",
    description="The link works once, within a week, for this e-mail address only. The service e-mails it if mail is "
    "configured.",
    responses=_CHANGES,
)
async def create_invitation(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, given: InvitationRequest
) -> LinkBody:
    row, link = await membership.members.invite(identity, given.email, admin=given.admin, visitor=visitor)
    return LinkBody(id=row.id, link=link, expires_at=row.expires_at)


@router.delete(
    "/invitations/{invitation}",
    status_code=204,
    summary="Withdraw an invitation",
    description="The link stops working immediately.",
)
async def delete_invitation(
    membership: MembershipDep, identity: IdentityDep, visitor: VisitorDep, invitation: UUID
) -> None:
    await membership.members.withdraw(identity, invitation, visitor)
