"""The archive of the weights, with the same bytes wherever and whenever it is built."""

import gzip
import tarfile
from pathlib import Path

from app.config.settings import PROJECT_DIR

_FILE_MODE, _FOLDER_MODE = 0o644, 0o755


def pack_models(target: Path, epoch: int) -> None:
    """Pack the folder of the models; every entry has the seconds since 1970 as its time, and no owner."""

    def entry(found: tarfile.TarInfo) -> tarfile.TarInfo:
        found.mode = _FOLDER_MODE if found.isdir() else _FILE_MODE
        found.mtime, found.uid, found.gid, found.uname, found.gname = epoch, 0, 0, "", ""
        return found

    with (
        target.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=epoch) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        # `add` sorts the files of a folder.
        archive.add(PROJECT_DIR / "models", "models", filter=entry)
