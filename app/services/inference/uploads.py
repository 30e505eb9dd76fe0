"""Where the files of requests in flight are kept: in a folder of their own, empty at rest."""

import shutil
import tempfile
from pathlib import Path

from starlette.formparsers import MultiPartParser

from app.config.settings import ConfigurationError

# Files up to this size stay in memory. Most scans do, and a batch of 16 takes at most 4 MB.
_IN_MEMORY_BYTES = 256 * 1024
_KEPT = ".gitkeep"


def prepare_uploads(folder: Path) -> None:
    """Make the folder if need be, delete what a killed process may have left, and have form parsing use it.

    Each file in it is open and without a name wherever the system allows that, so that it ends with its request
    or its process, whatever happens.

    Raises:
        ConfigurationError: the folder cannot be made or written to, or is not one of uploads.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        entries = list(folder.iterdir())
        for entry in entries:
            # Whoever names a folder with other things in it by mistake is told so, and loses nothing.
            if entry.is_dir() and not entry.name.startswith(tempfile.gettempprefix()):
                raise ConfigurationError(
                    f"the folder for uploads {folder} holds {entry.name}/, which no upload is: set UPLOADS_DIR to a "
                    "folder of its own. Everything in it is deleted at start."
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
    MultiPartParser.spool_max_size = _IN_MEMORY_BYTES
