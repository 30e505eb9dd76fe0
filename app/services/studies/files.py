"""The files of a study, opened one at a time: sent ones, those of a folder, and those in ZIP archives."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import ZipFile, ZipInfo

from app.models.problems import Problem, TooLarge, UnreadableImage
from app.services.imaging.dicom.streams import StreamDecoder
from app.services.imaging.formats import HEAD_BYTES, is_zip
from app.services.imaging.reading import Limits
from app.services.inference.archives import UnpackedAsRead, check_entry, open_archive, visible_files

MAX_FILES = 10_000
# Archives of slices without compression become a half to a third of their size.
_MOST_EXPANSION = 4


@dataclass(frozen=True)
class StudyFile:
    """A file of a study.

    Attributes:
        name: the name that it was sent with; in an archive, its path.
        open: opens it for reading, seekable; raises a `Problem` if it cannot be read.
        decode: decodes the code streams of its frames.
    """

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    decode: StreamDecoder


def files_of(
    sent: Iterable[tuple[str, BinaryIO]], limits: Limits, opened: ExitStack, decode: StreamDecoder
) -> list[StudyFile]:
    """The files of a request: each ZIP archive is replaced by the files in it.

    Args:
        sent: names and contents, seekable; they stay open as long as the files are used.
        limits: on each file in an archive.
        opened: closes the archives.
        decode: decodes the code streams of frames.

    Raises:
        TooLarge: there are more than `MAX_FILES` files, or archives unpack to too many bytes.
    """
    files: list[StudyFile] = []
    unpacked = 0
    for name, content in sent:
        content.seek(0)
        head = content.read(HEAD_BYTES)
        content.seek(0)
        if not is_zip(head):
            files.append(StudyFile(name, partial(_left_open, content), decode))
            continue
        try:
            archive = opened.enter_context(open_archive(content))
            entries = visible_files(archive)
        except Problem as problem:
            files.append(StudyFile(name, partial(_unreadable, problem), decode))
            continue
        unpacked += sum(entry.file_size for entry in entries)
        if unpacked > _MOST_EXPANSION * limits.max_bytes:
            raise TooLarge(
                f"The archives unpack to {unpacked:,} bytes; at most {_MOST_EXPANSION * limits.max_bytes:,} are "
                "accepted. Send its series one by one.",
                limit=_MOST_EXPANSION * limits.max_bytes,
            )
        files += [StudyFile(entry.filename, partial(_unpacked, archive, entry, limits), decode) for entry in entries]
        _check_number(files)
    _check_number(files)
    return files


def files_at(
    paths: Iterable[tuple[str, Path]], limits: Limits, opened: ExitStack, decode: StreamDecoder
) -> list[StudyFile]:
    """The files at these paths, with their names; otherwise as `files_of`.

    Raises:
        TooLarge: there are more than `MAX_FILES` files.
    """
    files: list[StudyFile] = []
    for name, path in paths:
        try:
            with path.open("rb") as file:
                packed = is_zip(file.read(HEAD_BYTES))
        except OSError as error:
            problem = UnreadableImage(f"The file cannot be opened: {error.strerror or error}.")
            files.append(StudyFile(name, partial(_unreadable, problem), decode))
            continue
        if packed:
            files += files_of([(name, opened.enter_context(path.open("rb")))], limits, opened, decode)
        else:
            files.append(StudyFile(name, partial(_at, path), decode))
        _check_number(files)
    return files


def _check_number(files: list[StudyFile]) -> None:
    if len(files) > MAX_FILES:
        raise TooLarge(f"The study has more than {MAX_FILES:,} files. Send its series one by one.", limit=MAX_FILES)


@contextmanager
def _left_open(content: BinaryIO) -> Iterator[BinaryIO]:
    content.seek(0)
    yield content


@contextmanager
def _at(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        yield file


@contextmanager
def _unreadable(problem: Problem) -> Iterator[BinaryIO]:
    raise problem
    yield


@contextmanager
def _unpacked(archive: ZipFile, entry: ZipInfo, limits: Limits) -> Iterator[BinaryIO]:
    check_entry(entry, limits)
    with ExitStack() as opened:
        yield cast(BinaryIO, UnpackedAsRead(archive, entry, opened))
