"""Who may call a route: a guard on each, which looks before the request's body is read."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request, Response, Security
from fastapi.params import Depends as DependsMarker
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from app.models.identity import ANYONE, Identity, Scope, SignedInBy, Visitor
from app.models.problems import CrossSiteRequest, DatabaseUnavailable, Forbidden, NotFound, SignInRequired
from app.routes.dependencies import services
from app.routes.errors import documented

if TYPE_CHECKING:  # SQLAlchemy comes with it
    from app.services.accounts.membership import Membership

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

# What every guarded route can answer where accounts are on.
GUARDED = documented(SignInRequired, Forbidden, CrossSiteRequest, DatabaseUnavailable)

_SAFE = ("GET", "HEAD", "OPTIONS")
_BEARER = "bearer "

_SESSION = APIKeyCookie(
    name="__Host-session",
    scheme_name="session",
    description="A browser's session: `POST /api/v1/sessions` sets the cookie.",
    auto_error=False,
)
_KEY = HTTPBearer(scheme_name="key", description="A program's key, `btc_…`.", auto_error=False)


@dataclass(frozen=True)
class Guard:
    """A route's dependency: who may call it.

    Attributes:
        scope: what the caller has to be allowed to do.
        in_person: whether it takes somebody who has signed in; a key is not enough.
    """

    scope: Scope
    in_person: bool = False

    def check(self, identity: Identity) -> None:
        """Refuse an identity that is not enough.

        Raises:
            Forbidden: it is not.
        """
        if self.scope not in identity.scopes:
            if identity.by is SignedInBy.KEY:
                raise Forbidden(f"This key has not the scope '{self.scope}', or its account may not do this.")
            if identity.admin:
                raise Forbidden("An administrator needs a second factor here. Set one up first.")
            raise Forbidden("Only an administrator may do this.")
        if self.in_person and identity.by is SignedInBy.KEY:
            raise Forbidden("A key is not enough for this. Sign in.")

    async def __call__(
        self,
        request: Request,
        _session: Annotated[str | None, Security(_SESSION)],
        _key: Annotated[HTTPAuthorizationCredentials | None, Security(_KEY)],
    ) -> Identity:
        """Give the identity that `GuardedRoute` has let in; the schemes are for the API's description."""
        return identity_of(request)


def require(scope: Scope, *, in_person: bool = False) -> DependsMarker:
    """Guard a route, or every route of a router, which needs `GuardedRoute` as its class."""
    marker: DependsMarker = Depends(Guard(scope, in_person))
    return marker


class GuardedRoute(APIRoute):
    """A route with guards. FastAPI reads a body before it asks dependencies, hence the class."""

    def handler(self) -> Handler:
        """What handles a request that the guards have let in."""
        return super().get_route_handler()

    def get_route_handler(self) -> Handler:
        """Put the guards before the handler."""
        handle = self.handler()
        guards = [entry.dependency for entry in self.dependencies if isinstance(entry.dependency, Guard)]

        async def guarded(request: Request) -> Response:
            request.state.identity = await _admitted(request, guards)
            return await handle(request)

        return guarded


def membership_of(request: Request) -> "Membership":
    """What answers about accounts.

    Raises:
        NotFound: accounts are off.
    """
    membership = services(request).membership
    if membership is None:
        raise NotFound("This service has no accounts (AUTH=off).")
    return membership


async def is_signed_in(request: Request) -> bool:
    """Whether a browser comes with a session that is complete and good."""
    membership = membership_of(request)
    return await membership.authenticator.of_session(request.cookies.get(membership.cookies.session, "")) is not None


def identity_of(request: Request) -> Identity:
    """Who sends a request that a guard has let in."""
    identity: Identity = request.state.identity
    return identity


IdentityDep = Annotated[Identity, Depends(identity_of)]


def address_of(request: Request) -> str:
    """The network address that a request comes from."""
    return request.client.host if request.client else "unknown"


def visitor_of(request: Request) -> Visitor:
    """What is known of whoever sends a request about accounts."""
    device = request.cookies.get(membership_of(request).cookies.device, "")
    return Visitor(address_of(request), request.headers.get("user-agent", ""), device)


MembershipDep = Annotated["Membership", Depends(membership_of)]
VisitorDep = Annotated[Visitor, Depends(visitor_of)]


async def _admitted(request: Request, guards: list[Guard]) -> Identity | None:
    membership = services(request).membership
    if membership is None:
        return ANYONE
    key = _key_of(request)
    # Where nobody need be signed in, a key makes no difference: the answer may set a cookie.
    if request.method not in _SAFE and (key is None or not guards):
        _refuse_other_sites(request)
    if not guards:
        return None
    if key is not None:
        identity = await membership.authenticator.of_key(key)
    else:
        identity = await membership.authenticator.of_session(request.cookies.get(membership.cookies.session, ""))
    if identity is None:
        raise SignInRequired(SignInRequired.example)
    for guard in guards:
        guard.check(identity)
    return identity


def _key_of(request: Request) -> str | None:
    authorization = request.headers.get("authorization", "")
    return authorization[len(_BEARER) :].strip() if authorization.lower().startswith(_BEARER) else None


def _refuse_other_sites(request: Request) -> None:
    """Refuse what another site has a browser send along with our cookie, or to set one.

    Every browser of today says with `Sec-Fetch-Site` where a request comes from; older ones say it with `Origin`.
    Who sends neither is no browser, and has no cookies that others could use.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and origin.partition("://")[2] not in _own_hosts(request)
    if foreign:
        raise CrossSiteRequest(CrossSiteRequest.example)


def _own_hosts(request: Request) -> tuple[str | None, ...]:
    """Names and ports under which browsers know this service: a proxy may have put its own into `Host`."""
    public = services(request).settings.public_url
    return request.headers.get("host"), str(public).partition("://")[2].rstrip("/") if public else None
