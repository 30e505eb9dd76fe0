"""Guards: who may call a route, checked before the request's body is read."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request, Response, Security
from fastapi.params import Depends as DependsMarker
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from app.config.addresses import allows_origin
from app.config.choices import Switch
from app.models.identity import ANYONE, Identity, Scope, SignedInBy, Visitor
from app.models.problems import CrossSiteRequest, DatabaseUnavailable, Forbidden, NotFound, SignInRequired
from app.routes.dependencies import services
from app.routes.errors import documented
from app.routes.texts import check_query

if TYPE_CHECKING:  # this module imports SQLAlchemy
    from app.services.accounts.membership import Membership

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

# Problems of every guarded route if accounts are on.
GUARDED = documented(SignInRequired, Forbidden, CrossSiteRequest, DatabaseUnavailable)

_SAFE = ("GET", "HEAD", "OPTIONS")
_BEARER = "bearer "

_SESSION = APIKeyCookie(
    name="__Host-session",
    scheme_name="session",
    description="Session of a browser: `POST /api/v1/sessions` sets the cookie.",
    auto_error=False,
)
_KEY = HTTPBearer(scheme_name="key", description="Key of a program, `btc_…`.", auto_error=False)


@dataclass(frozen=True)
class Guard:
    """A dependency that restricts who may call a route.

    Attributes:
        scope: the scope that the caller needs; None if an account without a required second factor may call the route.
        in_person: whether the caller must have signed in; a key is not enough.
    """

    scope: Scope | None
    in_person: bool = False

    def check(self, identity: Identity) -> None:
        """Check an identity.

        Raises:
            Forbidden: this identity may not call the route.
        """
        if self.scope is not None and self.scope not in identity.scopes:
            if identity.by is SignedInBy.KEY:
                raise Forbidden(f"This key does not have the scope '{self.scope}', or its account lacks it.")
            if not identity.scopes:
                raise Forbidden("This service requires a second factor. Set one up on the page /account first.")
            if identity.admin:
                raise Forbidden("Administrators of this service need a second factor. Set one up first.")
            raise Forbidden("Only an administrator may do this.")
        if self.in_person and identity.by is SignedInBy.KEY:
            raise Forbidden("A key is not enough for this. Sign in.")

    async def __call__(
        self,
        request: Request,
        _session: Annotated[str | None, Security(_SESSION)],
        _key: Annotated[HTTPAuthorizationCredentials | None, Security(_KEY)],
    ) -> Identity:
        """Return the authenticated identity. The security schemes only document the API."""
        return identity_of(request)


def require(scope: Scope, *, in_person: bool = False) -> DependsMarker:
    """Guard a route or a router, whose route class must be `GuardedRoute`."""
    marker: DependsMarker = Depends(Guard(scope, in_person))
    return marker


# The caller manages the account it has signed in to.
OWN_ACCOUNT: DependsMarker = Depends(Guard(None, in_person=True))


class GuardedRoute(APIRoute):
    """A route with guards. It checks them itself, since FastAPI reads the body before it calls dependencies."""

    def handler(self) -> Handler:
        """The handler of requests that pass the guards."""
        return super().get_route_handler()

    def get_route_handler(self) -> Handler:
        """The handler with the guards in front."""
        handle = self.handler()
        guards = [entry.dependency for entry in self.dependencies if isinstance(entry.dependency, Guard)]

        async def guarded(request: Request) -> Response:
            request.state.identity = await _admitted(request, guards)
            check_query(request.scope["query_string"])
            return await handle(request)

        return guarded


def membership_of(request: Request) -> "Membership":
    """The account services.

    Raises:
        NotFound: accounts are off.
    """
    membership = services(request).membership
    if membership is None:
        raise NotFound("This service has no accounts (AUTH=off).")
    return membership


async def session_of(request: Request) -> Identity | None:
    """The identity behind the session cookie; None unless the session is complete and valid."""
    membership = membership_of(request)
    return await membership.authenticator.of_session(request.cookies.get(membership.cookies.session, ""))


def identity_of(request: Request) -> Identity:
    """The identity of a request that has passed the guards."""
    identity: Identity = request.state.identity
    return identity


IdentityDep = Annotated[Identity, Depends(identity_of)]


def address_of(request: Request) -> str:
    """The client's network address."""
    return request.client.host if request.client else "unknown"


def visitor_of(request: Request) -> Visitor:
    """Address, browser and device token of a request."""
    device = request.cookies.get(membership_of(request).cookies.device, "")
    return Visitor(address_of(request), request.headers.get("user-agent", ""), device)


MembershipDep = Annotated["Membership", Depends(membership_of)]
VisitorDep = Annotated[Visitor, Depends(visitor_of)]


async def _admitted(request: Request, guards: list[Guard]) -> Identity | None:
    membership = services(request).membership
    key = _key_of(request) if membership else None
    # A route without guards may set a cookie, so a key does not exempt it from this check.
    if request.method not in _SAFE and (key is None or not guards):
        _require_same_site(request)
    if membership is None:
        return ANYONE
    if not guards:
        return None
    if key is not None:
        identity = await membership.authenticator.of_key(key)
    else:
        identity = await session_of(request)
    if identity is None:
        raise SignInRequired(SignInRequired.example)
    for guard in guards:
        guard.check(identity)
    return identity


def _key_of(request: Request) -> str | None:
    authorization = request.headers.get("authorization", "")
    return authorization[len(_BEARER) :].strip() if authorization.lower().startswith(_BEARER) else None


def _require_same_site(request: Request) -> None:
    """Reject requests that another site makes a browser send (CSRF).

    Browsers send `Sec-Fetch-Site`, older ones `Origin`. A client that sends neither is not a browser and has no cookies
    that another site could use. Without accounts, the front ends of `CORS_ORIGINS` may change data too; with accounts
    they need a key.

    Raises:
        CrossSiteRequest: another site sent the request.
    """
    settings = services(request).settings
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and origin.partition("://")[2] not in _own_hosts(request)
    if foreign and settings.auth is Switch.ON:
        raise CrossSiteRequest(CrossSiteRequest.example)
    if foreign and not (origin and allows_origin(settings, origin)):
        raise CrossSiteRequest(
            "A page of another site sent this request. Use the service's own pages; its operator can add the site to "
            "CORS_ORIGINS."
        )


def _own_hosts(request: Request) -> tuple[str | None, ...]:
    """Host names and ports of this service in browsers; a proxy may have replaced `Host`."""
    public = services(request).settings.public_url
    return request.headers.get("host"), str(public).partition("://")[2].rstrip("/") if public else None
