"""Answers given lately, kept in memory alone, within so many bytes."""

from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Answer = TypeVar("Answer")


class AnswerCache(Generic[Answer]):
    """The answers used last, by key. Safe to use from several threads."""

    def __init__(self, max_bytes: int) -> None:
        """Make an empty one; of 0 bytes it keeps nothing."""
        self._answers: LRUCache[object, tuple[Answer, int]] = LRUCache(max_bytes, getsizeof=lambda entry: entry[1])
        self._lock = Lock()

    def get(self, key: object) -> Answer | None:
        """The answer, None where it was never kept or had to go."""
        with self._lock:
            entry = self._answers.get(key)
        return entry[0] if entry else None

    def keep(self, key: object, answer: Answer, size: int) -> None:
        """Keep an answer of so many bytes for a while; one larger than everything is let go of."""
        with self._lock:
            if size <= self._answers.maxsize:
                self._answers[key] = (answer, size)
