"""An in-memory cache of recent predictions, bounded in bytes."""

from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Answer = TypeVar("Answer")


class AnswerCache(Generic[Answer]):
    """A least-recently-used cache. Safe to use from several threads."""

    def __init__(self, max_bytes: int) -> None:
        """Start empty; with 0 bytes the cache stores nothing."""
        self._answers: LRUCache[object, tuple[Answer, int]] = LRUCache(max_bytes, getsizeof=lambda entry: entry[1])
        self._lock = Lock()

    def get(self, key: object) -> Answer | None:
        """The answer with this key, or None."""
        with self._lock:
            entry = self._answers.get(key)
        return entry[0] if entry else None

    def put(self, key: object, answer: Answer, size: int) -> None:
        """Store an answer of `size` bytes, unless it is larger than the cache."""
        with self._lock:
            if size <= self._answers.maxsize:
                self._answers[key] = (answer, size)
