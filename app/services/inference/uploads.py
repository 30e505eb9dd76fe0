"""The folder for the temporary files of requests in flight; it is empty while no request is in flight."""

import shutil
import tempfile
from pathlib import Path

from app.config.folders import claim, entries_of
from app.config.settings import ConfigurationError


def prepare_uploads(folder: Path) -> None:
    """Make the folder, delete the files that a killed process left in it, and use it for temporary files.

    Where the operating system allows it, a temporary file has no name, so that it disappears with its request or its
    process. The choice of folder applies to the whole process.

    Raises:
        ConfigurationError: the folder cannot be made or written to, or is not the service's own; see `claim`.
    """
    try:
        claim(folder, "UPLOADS_DIR")
        for entry in entries_of(folder):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConfigurationError(
            f"the folder for uploads {folder} cannot be used ({error.strerror}): set UPLOADS_DIR to one that "
            "this user may write to."
        ) from error
    tempfile.tempdir = str(folder)
