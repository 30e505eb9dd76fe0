"""Files that survive a loss of power."""

import os
from collections.abc import Iterable
from pathlib import Path


def write_new(path: Path, blocks: Iterable[bytes | memoryview]) -> None:
    """Write a new file, and wait until its content is on disk; for its name see `sync_folder`.

    Raises:
        OSError: the file exists, or cannot be written.
    """
    with path.open("xb") as file:
        file.writelines(blocks)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until a folder's entries are on disk.

    Raises:
        OSError: the folder cannot be opened.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
