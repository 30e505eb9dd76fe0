"""Parts of a request's body, in memory or in a file: each is read when it is needed."""

import os
from dataclasses import dataclass
from threading import Lock
from typing import BinaryIO, Protocol


class Part(Protocol):
    """A part of a body."""

    @property
    def size(self) -> int:
        """Its number of bytes."""

    def read(self) -> bytes:
        """Its content."""

    def part(self, start: int, size: int) -> "Part":
        """A part of it."""


@dataclass(frozen=True)
class MemoryPart:
    """A part of a body in memory."""

    content: memoryview

    @property
    def size(self) -> int:
        """Its number of bytes."""
        return len(self.content)

    def read(self) -> bytes:
        """Its content."""
        return bytes(self.content)

    def part(self, start: int, size: int) -> "MemoryPart":
        """A part of it."""
        return MemoryPart(self.content[start : start + size])


class SharedFile:
    """A file that several threads read.

    Attributes:
        size: its number of bytes.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = Lock()
        self.size = file.seek(0, os.SEEK_END)

    def read(self, start: int, size: int) -> bytes:
        """Read so many bytes, from a place on."""
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)


@dataclass(frozen=True)
class FilePart:
    """A part of a body in a file."""

    file: SharedFile
    start: int
    size: int

    def read(self) -> bytes:
        """Its content."""
        return self.file.read(self.start, self.size)

    def part(self, start: int, size: int) -> "FilePart":
        """A part of it."""
        return FilePart(self.file, self.start + start, size)
