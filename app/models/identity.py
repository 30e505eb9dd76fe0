"""The identity of a client, and its permissions."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Scope(StrEnum):
    """A permission."""

    PREDICT = "predict"
    READ = "read"
    ADMIN = "admin"


class SignedInBy(StrEnum):
    """How a request authenticated its client."""

    NOTHING = "nothing"
    SESSION = "session"
    KEY = "key"


@dataclass(frozen=True)
class Identity:
    """The client of a request.

    Attributes:
        account: the client's account; None if accounts are off.
        admin: whether it is an administrator's account.
        scopes: permissions of the request; a key can have fewer than its account, and an account has none until it has
            the second factor that the service requires.
        by: how the request authenticated the client.
        credential: id of the session or key.
    """

    account: UUID | None
    admin: bool
    scopes: frozenset[Scope]
    by: SignedInBy
    credential: UUID | None = None


# Every client, if accounts are off.
ANYONE = Identity(None, False, frozenset({Scope.PREDICT, Scope.READ}), SignedInBy.NOTHING)


@dataclass(frozen=True)
class Visitor:
    """The sender of a request, signed in or not.

    Attributes:
        address: the network address.
        user_agent: the header `User-Agent`.
        device: token of a browser that has signed in before; empty for any other.
    """

    address: str
    user_agent: str = ""
    device: str = ""
