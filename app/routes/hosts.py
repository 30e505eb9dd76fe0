"""The host names for which the service answers."""

import re
from collections.abc import Sequence
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.config.values import wildcard_pattern
from app.models.problems import UnknownHost
from app.routes.errors import note_problem, problem_response

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(:\d*)?", re.ASCII | re.IGNORECASE)
_SHOWN = 100


class OwnHosts:
    """ASGI middleware that answers requests for foreign host names with 421.

    Without it, a website could make its own name point to this machine (DNS rebinding), and the pages of that name
    could use a service without accounts as if they were its own. An IP address is no name and cannot be made to
    point anywhere; a client that sends no `Host` is not a browser. Both are accepted.
    """

    def __init__(self, app: ASGIApp, *, names: Sequence[str]) -> None:
        """Wrap an application; `names` are in lower case, with `*` for any name, or one in the first label."""
        self._app = app
        self._names = names
        self._wild = re.compile(wildcard_pattern(tuple(names)) or "(?!)")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        foreign = None
        if scope["type"] == "http" and "*" not in self._names:
            given = Headers(scope=scope).getlist("host")
            foreign = next((host for host in given if not self._is_own(host)), None)
        if foreign is None:
            await self._app(scope, receive, send)
            return
        problem = UnknownHost(
            f"The service has no host name {foreign[:_SHOWN]!r}. Open it at one of its own names; its operator can add "
            "others with ALLOWED_HOSTS.",
            accepted=[*self._names, "an IP address"],
        )
        note_problem(scope, problem)
        await problem_response(problem, scope["path"], scope["state"]["request_id"])(scope, receive, send)

    def _is_own(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if not found:
            return False
        name = found[1].lower().rstrip(".")
        return name in self._names or self._wild.fullmatch(name) is not None or _is_address(name.strip("[]"))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
