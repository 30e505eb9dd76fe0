"""Types of settings whose text has a form of its own: origins, host names, addresses of servers, rates, keys."""

import base64
import binascii
import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AnyHttpUrl, BeforeValidator, Field, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import NoDecode

DATABASE_SCHEMES = ("sqlite", "postgresql", "postgres")
_KEY_BYTES = 32
# The first label of a host may have one wildcard. Without a dot after it, it would match hosts of a whole domain such
# as `com`, or every host of an intranet.
_WILDCARD_HOST = re.compile(r"[\w-]*\*[\w-]*(\.[\w-]+)+", re.ASCII)
_HOST_NAME = re.compile(r"[\w-]+(\.[\w-]+)*", re.ASCII)
_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)


def origin(text: str) -> str:
    """An origin as browsers send it: lower case, no default port, an international name in punycode.

    Raises:
        ValueError: the text is not an origin.
    """
    if text == "*":
        return text
    reason = "write scheme://host[:port], for example https://example.org"
    try:
        url = _URL.validate_python(text)
    except ValidationError:
        raise ValueError(f"{text!r} is not an origin; {reason}") from None
    if url.path not in (None, "/") or url.query is not None or url.fragment is not None or url.username is not None:
        raise ValueError(f"{text!r} has more than an origin; {reason}")
    host = url.host or ""
    if "*" in host and not _WILDCARD_HOST.fullmatch(host):
        raise ValueError(
            f"{text!r} cannot be matched; * replaces the first label of a host, as in https://*.example.org"
        )
    port = "" if url.port == {"http": 80, "https": 443}[url.scheme] else f":{url.port}"
    return f"{url.scheme}://{host}{port}"


def wildcard_pattern(patterns: tuple[str, ...]) -> str | None:
    """A regular expression for origins or hosts whose wildcard matches one label; None if there are none."""
    wild = [re.escape(each).replace(r"\*", r"[\w-]+") for each in patterns if "*" in each and each != "*"]
    return "|".join(wild) or None


def _host_name(text: str) -> str:
    """A host name in lower case; the first label may have a wildcard.

    Raises:
        ValueError: the text is not a host name.
    """
    name = text.lower()
    if name != "*" and not (_HOST_NAME.fullmatch(name) or _WILDCARD_HOST.fullmatch(name)):
        raise ValueError(f"{text!r} is not a host name; write it without scheme, port and path: mri.example.org")
    return name


def split(value: object) -> object:
    """The parts of a text that are separated by commas; other values as they are."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def checked(check: Callable[[str], object]) -> AfterValidator:
    """A check of a secret's text, if there is one; its result is discarded."""

    def apply(value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check(value.get_secret_value())
        return value

    return AfterValidator(apply)


def _check_database_url(url: str) -> None:
    scheme, _, rest = url.partition("://")
    if scheme not in DATABASE_SCHEMES or not rest:
        raise ValueError(
            f"the URL of a database starts with one of {', '.join(f'{name}://' for name in DATABASE_SCHEMES)}"
        )


def _check_smtp_url(text: str) -> None:
    url = urlsplit(text)
    if url.scheme not in ("smtp", "smtps") or not url.hostname or url.port == 0:
        raise ValueError("the URL of a mail server is smtp://host:port or smtps://host:port")


def _check_redis_url(url: str) -> None:
    if not url.startswith(("redis://", "rediss://")):
        raise ValueError("the URL of a Redis server starts with redis:// or rediss://")


def _check_rate(text: str | None) -> str | None:
    if text is None:
        return None
    # Lazy import: needed only if a limit is set.
    from limits import parse_many

    try:
        if [rate.amount > 0 for rate in parse_many(text)] != [True]:
            raise ValueError
    except ValueError:
        raise ValueError("write a number of predictions and a time, for example 60/minute or 1000/5 hours") from None
    return text


def decoded_keys(text: str) -> tuple[bytes, ...]:
    """Keys for AES-256, in base64 and separated by commas.

    Raises:
        ValueError: a key is not 32 bytes in base64.
    """
    try:
        keys = tuple(base64.b64decode(key, validate=True) for key in text.split(","))
    except (binascii.Error, ValueError):
        keys = ()
    if not keys or {len(key) for key in keys} != {_KEY_BYTES}:
        raise ValueError(f"a key is {_KEY_BYTES} random bytes in base64, for example from `openssl rand -base64 32`")
    return keys


Seconds = Annotated[float, Field(gt=0, le=3600)]
Origins = Annotated[
    tuple[str, ...],
    NoDecode,
    AfterValidator(lambda origins: tuple(map(origin, origins))),
    BeforeValidator(split),
]
HostNames = Annotated[
    tuple[str, ...],
    NoDecode,
    AfterValidator(lambda names: tuple(map(_host_name, names))),
    BeforeValidator(split),
]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(split)]
DatabaseUrl = Annotated[SecretStr | None, checked(_check_database_url)]
SmtpUrl = Annotated[SecretStr | None, checked(_check_smtp_url)]
RedisUrl = Annotated[SecretStr | None, checked(_check_redis_url)]
EncryptionKeys = Annotated[SecretStr | None, checked(decoded_keys)]
Rate = Annotated[str | None, AfterValidator(_check_rate)]
