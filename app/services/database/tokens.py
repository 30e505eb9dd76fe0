"""Random tokens of sessions, keys and links. The database stores only their hashes."""

import re
import secrets
from hashlib import sha256

_BYTES = 32
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)
KEY_PREFIX = "btc_"


def new_token() -> str:
    """256 random bits as URL-safe text, for cookies, headers and links."""
    return secrets.token_urlsafe(_BYTES)


def is_token(text: str) -> bool:
    """Whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def hashed(token: str) -> str:
    """The hash that the database stores. A token has 256 random bits, so SHA-256 without a salt is enough."""
    return sha256(token.encode()).hexdigest()
