"""Unpacks ZIP archives of pictures, within the limits of a batch."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from app.models.problems import Problem, TooLarge, UnreadableImage
from app.services.imaging.formats import HEAD_BYTES, is_zip
from app.services.imaging.reading import Limits, too_many_bytes
from app.services.inference.files import SizedFile

# The directory of an archive is read into memory: 1 KB for each entry.
_MAX_ENTRIES = 10_000
_ENTRY_SIGNATURE = b"PK\x01\x02"
_BLOCK_BYTES = 2**20
# Headers of single slices are shorter.
_READ_BYTES = 16 * 1024
_IN_MEMORY_BYTES = 256 * 1024
_ENCRYPTED = 1
# What operating systems add to folders.
_SYSTEM_FILES = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class BatchFile:
    """A file of a batch.

    Attributes:
        name: the name that it was sent with; in an archive, its path.
        file: its content, or why there is none.
    """

    name: str
    file: BinaryIO | Problem

    def content(self) -> BinaryIO:
        """The content.

        Raises:
            Problem: there is none.
        """
        if isinstance(self.file, Problem):
            raise self.file
        return self.file


def unpack(files: list[tuple[str, BinaryIO]], limits: Limits, max_files: int, opened: ExitStack) -> list[BatchFile]:
    """Replace each ZIP archive by the files in it, in the order of their paths, without hidden ones.

    An archive within an archive is not unpacked.

    Args:
        files: names and contents, seekable.
        limits: on each file.
        max_files: largest number of pictures.
        opened: closes the unpacked files, which are temporary.

    Raises:
        TooLarge: there are too many pictures.
        OSError: an unpacked file cannot be stored.
    """
    pictures: list[BatchFile] = []
    for name, file in files:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        try:
            pictures += _of_archive(file, limits, max_files, opened) if is_zip(head) else [BatchFile(name, file)]
        except UnreadableImage as problem:
            pictures.append(BatchFile(name, problem))
        if len(pictures) > max_files:
            raise _too_many(len(pictures), max_files)
    return pictures


def _too_many(count: int, most: int) -> TooLarge:
    return TooLarge(
        f"The request has at least {count:,} pictures, those in ZIP archives included; at most {most:,} are accepted. "
        "Send them in several requests.",
        limit=most,
    )


def _of_archive(file: BinaryIO, limits: Limits, most: int, opened: ExitStack) -> list[BatchFile]:
    archive = opened.enter_context(open_archive(file))
    entries = visible_files(archive)
    if len(entries) > most:
        raise _too_many(len(entries), most)
    return [BatchFile(entry.filename, _unpacked(archive, entry, limits, opened)) for entry in entries]


def open_archive(file: BinaryIO, max_entries: int = _MAX_ENTRIES) -> ZipFile:
    """Open a ZIP archive.

    Raises:
        UnreadableImage: it is damaged, or has too many entries.
    """
    if _number_of_entries(file) > max_entries:
        raise UnreadableImage(f"The ZIP archive has more than {max_entries:,} entries. Send the pictures in several.")
    try:
        return ZipFile(file)
    except Exception as error:  # as decoders of pictures do, its parser raises many kinds
        raise UnreadableImage("The ZIP archive is damaged or cut off. Send it again.") from error


def visible_files(archive: ZipFile) -> list[ZipInfo]:
    """The files in an archive in the order of their paths, without hidden ones.

    Raises:
        UnreadableImage: there are none.
    """
    entries = sorted(filter(_is_visible_file, archive.infolist()), key=lambda entry: entry.filename)
    if not entries:
        raise UnreadableImage("The ZIP archive contains no files. Send one that contains pictures.")
    return entries


def _number_of_entries(file: BinaryIO) -> int:
    """At least the number of entries, without reading the archive's directory into memory."""
    count, end = 0, b""
    while block := file.read(_BLOCK_BYTES):
        count += (end + block).count(_ENTRY_SIGNATURE)
        end = block[1 - len(_ENTRY_SIGNATURE) :]
    file.seek(0)
    return count


def _is_visible_file(entry: ZipInfo) -> bool:
    parts = entry.filename.split("/")
    hidden = any(part.startswith((".", "__MACOSX")) and part not in (".", "..") for part in parts)
    return not (entry.is_dir() or hidden or parts[-1].lower() in _SYSTEM_FILES)


def _unpacked(archive: ZipFile, entry: ZipInfo, limits: Limits, opened: ExitStack) -> BinaryIO | Problem:
    try:
        return unpack_file(archive, entry, limits, opened)
    except Problem as problem:
        return problem


def unpack_file(archive: ZipFile, entry: ZipInfo, limits: Limits, opened: ExitStack) -> BinaryIO:
    """Unpack a file of an archive.

    Args:
        archive: the archive.
        entry: the file in it.
        limits: on the file.
        opened: closes the unpacked file, which is temporary.

    Raises:
        TooLarge: it has too many bytes.
        UnreadableImage: it is encrypted, damaged, or compressed in an unusual way.
        OSError: it cannot be stored.
    """
    check_entry(entry, limits)
    file = opened.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115
    # No more than the size that the directory states.
    for block in _blocks(archive, entry, _BLOCK_BYTES):
        file.write(block)
    file.seek(0)
    return cast(BinaryIO, file)


class UnpackedAsRead(SizedFile):
    """A file of an archive, open for reading and seekable, which is unpacked as far as it is read.

    The header of a file is at its beginning: reading that of a slice takes 1.7 ms, unpacking the slice 1.1 ms more.
    """

    def __init__(self, archive: ZipFile, entry: ZipInfo, opened: ExitStack) -> None:
        """Unpack nothing yet.

        Args:
            archive: the archive.
            entry: the file in it, which `check_entry` accepts.
            opened: closes what was unpacked.
        """
        super().__init__(entry.file_size)
        self._blocks = _blocks(archive, entry, _READ_BYTES)
        self._copy = opened.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115
        self._unpacked = 0

    def read(self, size: int = -1, /) -> bytes | None:
        """Read as `readinto` does; no memory is reserved for more than the file has, whatever size a header states."""
        left = max(0, self._size - self._at)
        return super().read(left if size < 0 else min(size, left))

    def readinto(self, buffer: Any, /) -> int:
        """Read as many bytes as the buffer has, fewer at the end only.

        Raises:
            UnreadableImage: they are damaged in the archive.
            OSError: what was unpacked cannot be stored.
        """
        out = memoryview(buffer).cast("B")
        self._copy.seek(0, os.SEEK_END)
        while self._unpacked < self._at + len(out) and (block := next(self._blocks, b"")):
            self._unpacked += self._copy.write(block)
        self._copy.seek(self._at)
        found = self._copy.read(len(out))
        out[: len(found)] = found
        self._at += len(found)
        return len(found)


def check_entry(entry: ZipInfo, limits: Limits) -> None:
    """Check that a file of an archive can be unpacked.

    Raises:
        TooLarge: it has too many bytes.
        UnreadableImage: it is encrypted, or compressed in an unusual way.
    """
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableImage("The file is encrypted. Send a ZIP archive without a password.")
    # The other methods can unpack a few bytes into gigabytes at once.
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise UnreadableImage("The file is compressed in an unusual way. Make the ZIP archive with default options.")
    if entry.file_size > limits.max_bytes:
        raise too_many_bytes(entry.file_size, limits)


def _blocks(archive: ZipFile, entry: ZipInfo, size: int) -> Iterator[bytes]:
    try:
        with archive.open(entry) as packed:
            while block := packed.read(size):
                yield block
    except Exception as error:  # as above
        raise UnreadableImage("The file is damaged in the ZIP archive. Send it again.") from error
