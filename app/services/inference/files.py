"""Files on the operator's disk as input of a predictor."""

import errno
import os
import stat
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

from app.models.problems import Problem
from app.services.inference.predictor import Prediction, Predictor

# Opening a pipe does not wait for a writer. Not every system has both flags.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class UnusableFile(Exception):
    """A file that cannot be classified; the message is the reason, for the operator."""


class SizedFile(RawIOBase):
    """A file of a known size, open for reading and seekable; what reads it reads from `_at`, and moves it."""

    def __init__(self, size: int) -> None:
        """Begin at its start; its end is at `size` bytes."""
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Change the position."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at


def readable(path: str | Path) -> str:
    r"""A path as valid Unicode: bytes of a file name that are not UTF-8 become escapes such as `\xe9`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and its sub-folders in order of name, without hidden ones.

    Raises:
        OSError: the folder or a sub-folder cannot be read.
    """

    def fail(error: OSError) -> None:
        raise error

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                yield path


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading. Opening or reading anything else, such as a pipe, could block indefinitely.

    Raises:
        OSError: the file cannot be opened, or is not a regular file.
    """
    descriptor = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def predict_file(predictor: Predictor, path: Path, *, heatmap: bool, views: int = 1) -> Prediction:
    """Classify one file.

    Args:
        predictor: the model's predictor.
        path: path of an image file.
        heatmap: whether to compute a heat-map.
        views: number of views, 1 to `MAX_VIEWS`.

    Raises:
        UnusableFile: the file cannot be opened, or is not an image that the service accepts.
    """
    try:
        with open_regular(path) as file:
            return predictor.predict(file, heatmap=heatmap, views=views)
    except Problem as problem:
        raise UnusableFile(problem.detail) from problem
    except OSError as error:
        raise UnusableFile(error.strerror or str(error)) from error
