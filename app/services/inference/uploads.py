"""The folder for the temporary files of requests in flight; it is empty while no request is in flight."""

import shutil
import tempfile
from pathlib import Path

from app.config.settings import ConfigurationError

_KEPT = ".gitkeep"


def prepare_uploads(folder: Path) -> None:
    """Make the folder, delete the files that a killed process left in it, and use it for temporary files.

    Where the operating system allows it, a temporary file has no name, so that it disappears with its request or its
    process. The choice of folder applies to the whole process.

    Raises:
        ConfigurationError: the folder cannot be made or written to, or contains folders that are not uploads.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        entries = list(folder.iterdir())
        for entry in entries:
            # A folder with other content was named by mistake: report it, and delete nothing.
            if entry.is_dir() and not entry.name.startswith(tempfile.gettempprefix()):
                raise ConfigurationError(
                    f"the folder for uploads {folder} contains {entry.name}/, which is not an upload: set "
                    "UPLOADS_DIR to a folder that nothing else uses. The service deletes everything in it at start."
                )
        for entry in entries:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != _KEPT:
                entry.unlink()
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConfigurationError(
            f"the folder for uploads {folder} cannot be used ({error.strerror}): set UPLOADS_DIR to one that "
            "this user may write to."
        ) from error
    tempfile.tempdir = str(folder)
