"""The listener's folder: received objects until their study is answered, and results until they are sent.

A crash at any moment loses nothing, since each step is one renaming:

    arriving/   an object while it is written; its sender has no answer yet, and sends it again after a crash
    received/   a folder for each study whose objects arrive
    answering/  a folder for each study to be answered; the number after its name counts the attempts
    writing/    results of a study while they are written
    sending/    a folder for each study whose results are complete; the objects of the study are then deleted
    failed/     studies that could not be answered; the operator decides about them

Names of files and folders are hashes and random numbers; the files themselves contain what identifies a patient.
"""

import fcntl
import hashlib
import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from app.config.folders import claim
from app.config.settings import ConfigurationError
from app.models.problems import StorageFull, UnreadableImage
from app.services.database.durable import sync_folder, write_new
from app.services.imaging.dicom.objects import open_object
from app.services.imaging.reading import Limits

# A study that ends the process, as for lack of memory, would end it again and again.
MOST_ATTEMPTS = 3
_STATES = ("arriving", "received", "answering", "writing", "sending", "failed")


class Inbox:
    """The folder. Methods block and can be called from several threads; `receive` from many."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """Open the folder, and finish what a crash interrupted.

        Args:
            folder: new, empty, or the service's own.
            most_bytes: size from which further objects are refused.

        Raises:
            ConfigurationError: the folder cannot be used, is not the service's own, or another process uses it.
        """
        self._most = most_bytes
        self._lock = threading.Lock()
        try:
            claim(folder, "DIMSE_QUEUE_DIR")
            for name in _STATES:
                (folder / name).mkdir(mode=0o700, exist_ok=True)
            # Held as long as the process lives.
            self._owner = (folder / "lock").open("w")
            fcntl.flock(self._owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"DIMSE_QUEUE_DIR={folder}: another `btc listen` uses this folder. Stop it, or set another folder."
            ) from None
        except OSError as error:
            raise ConfigurationError(
                f"DIMSE_QUEUE_DIR={folder}: the folder cannot be used ({error.strerror}): set it to one that this user "
                "may write to."
            ) from error
        self._arriving, self._received, self._answering, self._writing, self._sending, self._failed = (
            folder / name for name in _STATES
        )
        for leftover in (*self._arriving.iterdir(), *self._writing.iterdir()):
            _delete(leftover)
        for study in self.studies():
            if (self._sending / study.stem).exists():
                _delete(study)
        self._used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    def close(self) -> None:
        """Let another process use the folder."""
        self._owner.close()

    @property
    def failed(self) -> int:
        """Number of studies that could not be answered."""
        return len(list(self._failed.iterdir()))

    def receive(self, uid: str, blocks: Sequence[bytes | memoryview], limits: Limits) -> None:
        """Store an object durably: it survives a crash after this returns. One with the same UID is replaced.

        Args:
            uid: of the object.
            blocks: the file.
            limits: on the file.

        Raises:
            StorageFull: the folder has its largest size.
            Problem: the object cannot be read, or belongs to no study.
            OSError: it cannot be stored.
        """
        size = sum(map(len, blocks))
        if self._used + size > self._most:
            raise StorageFull("The folder of the listener is full.")
        part = self._arriving / token_hex(16)
        try:
            write_new(part, blocks)
            with part.open("rb") as file:
                study = open_object(file, limits).header.study
            if not study:
                raise UnreadableImage("The object has no study.")
            self._place(part, self._received / _hash(study), _hash(uid))
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    def _place(self, part: Path, folder: Path, name: str) -> None:
        # Otherwise `take_stable` could move the folder away in between.
        with self._lock:
            folder.mkdir(mode=0o700, exist_ok=True)
            target = folder / name
            before = target.stat().st_size if target.exists() else 0
            self._used += part.stat().st_size - before
            part.replace(target)
            for each in (folder, self._received):
                sync_folder(each)

    def take_stable(self, seconds: float) -> None:
        """Move the studies to be answered for which no object has arrived for some seconds."""
        for study in self._received.iterdir():
            with self._lock:
                # A clock that was set back must not delay the answer.
                if not 0 <= time.time() - study.stat().st_mtime < seconds:
                    study.rename(self._answering / f"{token_hex(8)}.0")
                    sync_folder(self._answering)

    def studies(self) -> list[Path]:
        """Folders of the studies to be answered, the oldest first."""
        return sorted(self._answering.iterdir(), key=lambda study: study.stat().st_mtime)

    def begin(self, study: Path) -> Path | None:
        """Count an attempt to answer a study; returns its folder, or None if there were too many, and it has failed."""
        attempts = int(study.suffix[1:])
        if attempts >= MOST_ATTEMPTS:
            self.fail(study)
            return None
        return study.rename(study.with_suffix(f".{attempts + 1}"))

    def put_back(self, study: Path) -> None:
        """Undo `begin`, since the process ends."""
        study.rename(study.with_suffix(f".{int(study.suffix[1:]) - 1}"))

    def fail(self, study: Path) -> None:
        """Set a study aside that cannot be answered."""
        study.rename(self._failed / study.stem)

    def finish(self, study: Path, results: Sequence[bytes]) -> None:
        """Store a study's results durably, and delete the study.

        Raises:
            OSError: they cannot be stored; the study remains to be answered.
        """
        if results:
            written = self._writing / study.stem
            if written.exists():
                _delete(written)
            written.mkdir(mode=0o700)
            for number, result in enumerate(results):
                write_new(written / f"{number:04}", [result])
            with self._lock:
                self._used += sum(map(len, results))
            sync_folder(written)
            written.rename(self._sending / study.stem)
            sync_folder(self._sending)
        self._remove(study)

    def results(self) -> list[list[Path]]:
        """Files with results for each study, the oldest study first; those without files are removed."""
        found = []
        for study in sorted(self._sending.iterdir(), key=lambda study: study.stat().st_mtime):
            files = sorted(study.iterdir())
            if files:
                found.append(files)
            else:
                study.rmdir()
        return found

    def remove_result(self, result: Path) -> None:
        """Delete a result that the peer has stored, or refuses."""
        self._remove(result)

    def _remove(self, path: Path) -> None:
        size = sum(each.stat().st_size for each in (path, *path.rglob("*")) if each.is_file())
        _delete(path)
        with self._lock:
            self._used -= size


def _hash(uid: str) -> str:
    return hashlib.sha256(uid.encode()).hexdigest()[:32]


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
