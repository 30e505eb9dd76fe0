"""Password strength and password hashes."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.models.classes import CLASSES
from app.models.problem_body import FieldFault
from app.models.problems import InvalidParameters, QueueFull
from app.services.accounts.schemas import LONGEST_PASSWORD, SHORTEST_PASSWORD

# Each hash takes 64 MB while it is computed.
_THREADS = 2
_MOST_WAITING = 32
_RETRY_S = 2
# zxcvbn rates only this many characters: its time grows with the square of their number.
_RATED_CHARACTERS = 32
_GOOD_ENOUGH = 2
# Words of this service that an attacker would try first.
_SERVICE_WORDS = ("brain", "tumor", "braintumor", "mri", "scan", "classification", "radiology", "hospital", *CLASSES)

T = TypeVar("T")


class Passwords:
    """Computes and verifies Argon2id hashes in a small thread pool: they take time and memory by design."""

    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(),))
        self._dummy_hash = self._hasher.hash(secrets.token_urlsafe())
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="password")
        self._waiting = 0

    def hash(self, password: str) -> str:
        """The hash of a password."""
        return self._hasher.hash(password)

    def matches(self, password: str, hashed: str | None) -> bool:
        """Whether a password matches a hash. Without a hash, the result is False after the same time."""
        return self._hasher.verify(password, hashed or self._dummy_hash) and hashed is not None

    async def off_loop(self, job: Callable[[], T]) -> T:
        """Run a job that hashes or verifies off the event loop.

        Raises:
            QueueFull: too many jobs are waiting.
        """
        if self._waiting >= _MOST_WAITING:
            raise QueueFull(
                f"{self._waiting} sign-ins are in progress. Try again in {_RETRY_S} s.",
                limit=_MOST_WAITING,
                retry_after=_RETRY_S,
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Finish the queued jobs, then end the threads."""
        self._threads.shutdown()


def require_strong(password: str, email: str) -> None:
    """Check the length of a password, and that it is hard to guess (zxcvbn score of at least 2 of 4).

    Raises:
        InvalidParameters: the password is too short, too long or too easy to guess.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise _weak(f"A password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    # Lazy import: the lists of common passwords take 15 MB.
    from zxcvbn import zxcvbn

    words = [*_SERVICE_WORDS, email, *email.partition("@")[::2]]
    if zxcvbn(password[:_RATED_CHARACTERS], user_inputs=words)["score"] < _GOOD_ENOUGH:
        raise _weak("This password is too easy to guess. Common passwords are not allowed.")


def _weak(message: str) -> InvalidParameters:
    return InvalidParameters(message, errors=[FieldFault(location="body.password", message=message)])
