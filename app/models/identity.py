"""Who asks, and what that allows."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Scope(StrEnum):
    """What an identity may do."""

    PREDICT = "predict"
    READ = "read"
    ADMIN = "admin"


class SignedInBy(StrEnum):
    """How a request showed who sends it."""

    NOTHING = "nothing"
    SESSION = "session"
    KEY = "key"


@dataclass(frozen=True)
class Identity:
    """Who sends a request.

    Attributes:
        account: whose request it is; None where accounts are off.
        admin: whether that account is an administrator's.
        scopes: what the request may do, which for a key is less than what its account may.
        by: how the request showed it.
        credential: the session or key it came with.
    """

    account: UUID | None
    admin: bool
    scopes: frozenset[Scope]
    by: SignedInBy
    credential: UUID | None = None


# Everyone, where accounts are off.
ANYONE = Identity(None, False, frozenset({Scope.PREDICT, Scope.READ}), SignedInBy.NOTHING)


@dataclass(frozen=True)
class Visitor:
    """What is known of whoever sends a request, whether signed in or not.

    Attributes:
        address: the network address.
        user_agent: what the browser calls itself.
        device: the token by which a browser that has signed in before is known, or nothing.
    """

    address: str
    user_agent: str = ""
    device: str = ""
