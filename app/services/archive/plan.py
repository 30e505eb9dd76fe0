"""The plan of a run: which scans a source has, which of them this run answers, and in which parts."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from zipfile import ZipInfo

from app.models.problems import Problem
from app.services.archive.places import Place, PlaceFailed, StoredFile
from app.services.inference.archives import open_archive, visible_files
from app.services.inference.files import readable

SCANS_PER_PART = 256
"""A killed run loses at most this number of scans: 12 s of work at 21 scans a second."""
MAX_ENTRIES = 200_000
"""Largest number of files in a ZIP archive; its directory takes up to 1 KB of memory for each."""
# The table of contents of a DICOM medium; it has no pixels.
_NOT_SCANS = ("dicomdir",)


@dataclass(frozen=True)
class ArchiveScan:
    """A scan of the source, which was not opened yet.

    Attributes:
        key: identifies it in the source: the path of its file; in a ZIP archive, that of the archive and its own.
        file: the file, or the archive.
        member: its path in the archive; None if it is a file of its own.
        version: differs when its content has changed.
        size: in bytes, unpacked.
        modified: when it was last changed; None if an archive does not tell.
    """

    key: str
    file: StoredFile
    member: str | None
    version: str
    size: int
    modified: datetime | None


@dataclass(frozen=True)
class Shard:
    """One of several runs that divide a source among themselves.

    Attributes:
        number: from 1 on.
        of: number of runs.
    """

    number: int = 1
    of: int = 1

    def __contains__(self, key: str) -> bool:
        return int.from_bytes(digest(key)) % self.of == self.number - 1

    @property
    def name(self) -> str:
        """For names of files."""
        return f"{self.number}-of-{self.of}"


def digest(*texts: str) -> bytes:
    """16 bytes that identify some texts, the same on every machine."""
    return hashlib.blake2b("\0".join(texts).encode(), digest_size=16).digest()


def scans_of(source: Place, shard: Shard) -> Iterator[ArchiveScan]:
    """The scans of a source that belong to a shard, in an order that does not change.

    Raises:
        PlaceFailed: the source cannot be listed.
    """
    for file in source.files():
        if file.name.rpartition("/")[2].lower() not in _NOT_SCANS:
            for scan in _scans_in(source, file):
                if scan.key in shard:
                    yield scan


def is_archive(file: StoredFile) -> bool:
    """Whether a file is read as a ZIP archive of scans."""
    return file.name.lower().endswith(".zip")


def check_place(problem: Problem) -> None:
    """Raise `PlaceFailed` if it caused the problem of an archive, which is then perhaps not damaged."""
    if isinstance(problem.__cause__, PlaceFailed):
        raise problem.__cause__


def parts_of(scans: Iterable[ArchiveScan]) -> Iterator[list[ArchiveScan]]:
    """The scans in groups of `SCANS_PER_PART`."""
    rest = iter(scans)
    while part := list(islice(rest, SCANS_PER_PART)):
        yield part


def _scans_in(source: Place, file: StoredFile) -> Iterator[ArchiveScan]:
    key = readable(file.name)
    whole = ArchiveScan(key=key, file=file, member=None, version=file.version, size=file.size, modified=file.modified)
    if not is_archive(file):
        yield whole
        return
    with source.open(file) as opened:
        try:
            archive = open_archive(opened, MAX_ENTRIES)
            # Of several entries with one name, the last one counts, as for every program that unpacks.
            entries = {entry.filename: entry for entry in visible_files(archive)}
        except Problem as problem:
            check_place(problem)
            yield whole  # reading it as a scan gives the same problem
            return
    for name, entry in entries.items():
        yield ArchiveScan(
            key=f"{key}/{name}",
            file=file,
            member=name,
            version=f"{entry.file_size}-{entry.CRC:08x}",
            size=entry.file_size,
            modified=_time(entry),
        )


def _time(entry: ZipInfo) -> datetime | None:
    try:
        return datetime(*entry.date_time, tzinfo=UTC)
    except ValueError:
        return None
