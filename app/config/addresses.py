"""The names of the service, and the origins of other front ends, that the settings allow."""

import re

from app.config.settings import Settings
from app.config.values import wildcard_pattern


def host_names(settings: Settings) -> tuple[str, ...]:
    """The names for which the service answers, in lower case; the first label may be or contain `*`."""
    public = settings.public_url.host if settings.public_url else None
    return ("localhost", settings.host.lower(), *([public] if public else []), *settings.allowed_hosts)


def allows_origin(settings: Settings, origin: str) -> bool:
    """Whether pages of an origin may call the API from a browser."""
    wild = wildcard_pattern(settings.cors_origins)
    listed = "*" in settings.cors_origins or origin in settings.cors_origins
    return listed or (wild is not None and re.fullmatch(wild, origin) is not None)
