"""Session and device cookies."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import Request, Response

from app.models.identity import Scope
from app.routes.guards import membership_of
from app.services.accounts.schemas import AccountBody, SessionBody

if TYPE_CHECKING:  # these modules import SQLAlchemy
    from app.services.accounts.sessions import SignedIn
    from app.services.database.tables import Account

_DEVICE_S = 90 * 24 * 3600


def give_session(request: Request, response: Response, begun: "SignedIn") -> SessionBody:
    """Set the cookies of a new session; returns the response's body."""
    membership = membership_of(request)
    left = begun.row.expires_at - datetime.now(UTC)
    _set(request, response, membership.cookies.session, begun.token, int(left.total_seconds()))
    if begun.device:
        _set(request, response, membership.cookies.device, begun.device, _DEVICE_S)
    if not begun.row.complete:
        return SessionBody(
            complete=False, account=None, scopes=[], second_factor_needed=False, expires_at=begun.row.expires_at
        )
    return session_body(request, begun.account, begun.row.expires_at)


def session_body(request: Request, account: "Account", expires_at: datetime) -> SessionBody:
    """The response body for a complete session."""
    scopes = membership_of(request).authenticator.scopes(account)
    return SessionBody(
        complete=True,
        account=account_body(account),
        scopes=sorted(scopes),
        second_factor_needed=not scopes or (account.admin and Scope.ADMIN not in scopes),
        expires_at=expires_at,
    )


def account_body(account: "Account") -> AccountBody:
    """The response body for an account."""
    return AccountBody(
        id=account.id,
        email=account.email,
        admin=account.admin,
        disabled=account.disabled,
        second_factor=account.totp_secret is not None,
        created_at=account.created_at,
    )


def end_session(request: Request, response: Response) -> None:
    """Delete the session cookie."""
    _set(request, response, membership_of(request).cookies.session, "", 0)


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=membership_of(request).cookies.secure,
        httponly=True,
        samesite="lax",
    )
