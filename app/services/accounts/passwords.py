"""Passwords: which are good enough, and their hashes."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.models.classes import CLASSES
from app.models.problems import FieldFault, InvalidParameters, QueueFull
from app.services.accounts.schemas import LONGEST_PASSWORD, SHORTEST_PASSWORD

# Each takes 64 MB while it is computed.
_THREADS = 2
_MOST_WAITING = 32
_RETRY_S = 2
# As many characters are looked at for whether they are common: looking takes time with the square of their number.
_LOOKED_AT = 32
_GOOD_ENOUGH = 2
# Whoever guesses here tries these first.
_OF_THE_SERVICE = ("brain", "tumor", "braintumor", "mri", "scan", "classification", "radiology", "hospital", *CLASSES)

T = TypeVar("T")


class Passwords:
    """Hashes with Argon2id, on threads of its own: it takes time and memory by design."""

    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(),))
        self._nobodys = self._hasher.hash(secrets.token_urlsafe())
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="password")
        self._waiting = 0

    def hash(self, password: str) -> str:
        """A password's hash."""
        return self._hasher.hash(password)

    def matches(self, password: str, hashed: str | None) -> bool:
        """Whether a password is the one of a hash; where there is none it takes the same time to say no."""
        return self._hasher.verify(password, hashed or self._nobodys) and hashed is not None

    async def off_loop(self, job: Callable[[], T]) -> T:
        """Do one of the above off the event loop.

        Raises:
            QueueFull: too many wait already.
        """
        if self._waiting >= _MOST_WAITING:
            raise QueueFull(
                f"{self._waiting} people sign in at this moment. Try again in {_RETRY_S} s.",
                limit=_MOST_WAITING,
                retry_after=_RETRY_S,
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the threads, once they have finished what they are at."""
        self._threads.shutdown()


def refuse_weak(password: str, email: str) -> None:
    """Refuse a password that is too short or long, or that guessers try first.

    Raises:
        InvalidParameters: it is not good enough.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise _weak(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    # Imported where a password is set: the lists of common ones take 15 MB.
    from zxcvbn import zxcvbn

    words = [*_OF_THE_SERVICE, email, *email.partition("@")[::2]]
    if zxcvbn(password[:_LOOKED_AT], user_inputs=words)["score"] < _GOOD_ENOUGH:
        raise _weak("This password is among those that are tried first. Take one that is harder to guess.")


def _weak(message: str) -> InvalidParameters:
    return InvalidParameters(message, errors=[FieldFault(location="body.password", message=message)])
