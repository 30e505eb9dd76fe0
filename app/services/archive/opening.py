"""Opens the scans of a source, those in ZIP archives too."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import BinaryIO
from zipfile import ZipFile

from app.models.problems import UnreadableImage
from app.services.archive.places import Place, PlaceFailed, StoredFile
from app.services.archive.plan import MAX_ENTRIES, ArchiveScan, check_place, is_archive
from app.services.imaging.reading import Limits
from app.services.inference.archives import open_archive, unpack_file


class ScanOpener:
    """Opens scans. Safe to use from several threads, which read one archive at a time."""

    def __init__(self, source: Place, limits: Limits) -> None:
        """Read from a source, within limits on each scan."""
        self._source = source
        self._limits = limits
        self._lock = Lock()
        # Scans come in the order of the archives, so that the last one is usually the next one.
        self._archive: tuple[StoredFile, ZipFile, BinaryIO] | None = None

    @contextmanager
    def open(self, scan: ArchiveScan) -> Iterator[BinaryIO]:
        """Open a scan for reading, seekable.

        Raises:
            PlaceFailed: the source cannot be read.
            UnreadableImage, TooLarge: it cannot be unpacked.
        """
        with ExitStack() as opened:
            if scan.member is None and not is_archive(scan.file):
                yield opened.enter_context(self._source.open(scan.file))
                return
            with self._lock:
                try:
                    file = self._unpacked(scan, opened)
                except UnreadableImage as problem:
                    check_place(problem)
                    raise
            yield file

    def close(self) -> None:
        """Close the open archive."""
        if self._archive:
            _, archive, file = self._archive
            archive.close()
            file.close()
            self._archive = None

    def _unpacked(self, scan: ArchiveScan, opened: ExitStack) -> BinaryIO:
        archive = self._archive_of(scan.file)
        try:
            entry = archive.getinfo(scan.member or "")
        except KeyError as error:
            raise PlaceFailed(f"{scan.key} changed while it was read") from error
        return unpack_file(archive, entry, self._limits, opened)

    def _archive_of(self, file: StoredFile) -> ZipFile:
        if self._archive is None or self._archive[0] != file:
            self.close()
            content = self._source.open(file)
            try:
                self._archive = file, open_archive(content, MAX_ENTRIES), content
            except BaseException:
                content.close()
                raise
        return self._archive[1]
