"""Random tokens: what a person or a program shows to be let in. The database has their hashes alone."""

import re
import secrets
from hashlib import sha256

_BYTES = 32
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)
KEY_PREFIX = "btc_"


def new_token() -> str:
    """256 random bits, as text that fits a cookie, a header and a link."""
    return secrets.token_urlsafe(_BYTES)


def is_token(text: str) -> bool:
    """Whether a text has a token's form. What has not is not looked for."""
    return _TOKEN.fullmatch(text) is not None


def hashed(token: str) -> str:
    """What the database has of a token. It has so many random bits that a plain hash hides it."""
    return sha256(token.encode()).hexdigest()
