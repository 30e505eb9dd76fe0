"""Places that scans are read from and results written to: a folder, or a part of an object store such as S3."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BufferedReader
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from app.services.database.durable import sync_folder, write_new
from app.services.inference.files import SizedFile, files_below, open_regular

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore

# A scan has 20 to 500 KB: one request reads it.
_BLOCK_BYTES = 2**20
_TIMEOUT = timedelta(seconds=30)
# What a killed run left; writing a file takes less than a minute.
_LEFT_AFTER_S = 3600
_UNFINISHED = ".unfinished"
_LONGEST_REASON = 200


class PlaceFailed(Exception):
    """A place cannot be read or written; the message is the reason in one line, for the operator."""


@dataclass(frozen=True)
class StoredFile:
    """A file of a place.

    Attributes:
        name: its path in the place, with `/` between folders.
        version: differs when the content has changed: size and time of a file, the ETag of an object.
        size: in bytes.
        modified: when it was last written.
    """

    name: str
    version: str
    size: int
    modified: datetime


class Place(Protocol):
    """Files by name. Safe to use from several threads; every method raises `PlaceFailed` if it fails."""

    def files(self, below: str = "") -> Iterator[StoredFile]:
        """The files below a folder of the place, without hidden ones, in an order that does not change."""

    def open(self, file: StoredFile) -> BinaryIO:
        """Open a file for reading, seekable."""

    def put(self, name: str, content: bytes) -> None:
        """Write a file durably and as a whole; it replaces one of the same name."""

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold a lock that ends with the process, where the place has locks."""


def open_source(text: str) -> Place:
    """The place that scans are read from.

    Args:
        text: a path, or a URL such as `s3://bucket/folder`, of a folder or of a single file.

    Raises:
        PlaceFailed: there is nothing, or it cannot be read.
    """
    if "://" in text:
        return _bucket_of(text)
    path = Path(text)
    if path.is_dir():
        return FolderPlace(path)
    if not path.is_file():
        raise PlaceFailed(f"{text}: there is no such file or folder.")
    return FolderPlace(path.parent, only=path.name)


def open_results(text: str) -> Place:
    """The place that results are written to; a folder is created if it does not exist.

    Args:
        text: a path or a URL of a folder.

    Raises:
        PlaceFailed: it cannot be used.
    """
    if "://" in text:
        return BucketPlace(text, None)
    with _failing(text):
        Path(text).mkdir(parents=True, exist_ok=True)
    return FolderPlace(Path(text))


def absolute(text: str) -> str:
    """The same place for a process with another working directory."""
    return text if "://" in text else str(Path(text).absolute())


def is_within(inner: str, outer: str) -> bool:
    """Whether the place `inner` is `outer` or a folder in it."""
    if "://" in inner or "://" in outer:
        return f"{inner.rstrip('/')}/".startswith(f"{outer.rstrip('/')}/")
    return Path(inner).resolve().is_relative_to(Path(outer).resolve())


class FolderPlace:
    """A folder."""

    def __init__(self, root: Path, only: str | None = None) -> None:
        """Use a folder, or a single file of it."""
        self._root = root
        self._only = only

    def files(self, below: str = "") -> Iterator[StoredFile]:
        """The files, in order of name."""
        folder = self._root / below
        with _failing(str(folder)):
            for path in [self._root / self._only] if self._only else files_below(folder) if folder.is_dir() else ():
                with suppress(FileNotFoundError):  # it was deleted during the listing
                    found = path.stat()
                    yield StoredFile(
                        path.relative_to(self._root).as_posix(),
                        f"{found.st_size}-{found.st_mtime_ns}",
                        found.st_size,
                        datetime.fromtimestamp(found.st_mtime, UTC),
                    )

    def open(self, file: StoredFile) -> BinaryIO:
        """Open a file."""
        with _failing(file.name):
            return open_regular(self._root / file.name)

    def put(self, name: str, content: bytes) -> None:
        """Write a file to a temporary name, then rename it."""
        target = self._root / name
        part = self._root / _UNFINISHED / token_hex(8)
        with _failing(str(target)):
            part.parent.mkdir(exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                write_new(part, [content])
                part.rename(target)
            finally:
                part.unlink(missing_ok=True)
            for folder in (target.parent, self._root):
                sync_folder(folder)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a lock, and remove what killed runs left."""
        with _failing(str(self._root)):
            descriptor = os.open(self._root / f".lock-{name}", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                raise PlaceFailed(f"{self._root}: another run writes to it. Wait for its end, or stop it.") from None
            for path in (self._root / _UNFINISHED).glob("*"):
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < time.time() - _LEFT_AFTER_S:
                        path.unlink()
        try:
            yield
        finally:
            os.close(descriptor)


class BucketPlace:
    """The objects of an object store below a URL: S3 and compatible stores, Google Cloud Storage, Azure.

    Endpoint, region and credentials come from the variables that the tools of the store use, such as
    `AWS_ENDPOINT_URL` and `AWS_ACCESS_KEY_ID`.
    """

    def __init__(self, url: str, only: str | None) -> None:
        """Use the objects below a URL, or only one of them.

        Raises:
            PlaceFailed: the URL is wrong.
        """
        # Lazy import: obstore is 16 MB of machine code.
        import obstore
        from obstore.store import from_url

        self._url = url
        self._only = only
        self._obstore = obstore
        plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        with self._failing():
            self._store: ObjectStore = from_url(
                url,
                client_options={"timeout": _TIMEOUT, "allow_http": plain},
                retry_config={"max_retries": 4, "retry_timeout": _TIMEOUT},
            )

    def files(self, below: str = "") -> Iterator[StoredFile]:
        """The objects, in the order of the store."""
        with self._failing():
            if self._only:
                yield _stored(self._obstore.head(self._store, self._only))
                return
            for page in self._obstore.list(self._store, below or None, chunk_size=1000):
                for entry in page:
                    if not any(part.startswith(".") for part in entry["path"].split("/")):
                        yield _stored(entry)

    def open(self, file: StoredFile) -> BinaryIO:
        """Open an object; its content is read as it is needed."""
        return cast(BinaryIO, BufferedReader(_Ranges(file.size, partial(self._range, file.name)), _BLOCK_BYTES))

    def put(self, name: str, content: bytes) -> None:
        """Write an object."""
        with self._failing(name):
            self._obstore.put(self._store, name, content, use_multipart=False)

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Object stores have no locks: the names of the parts prevent double rows."""
        return nullcontext()

    def has_file(self, name: str) -> bool:
        """Whether there is an object of this name."""
        with self._failing(name):
            try:
                self._obstore.head(self._store, name)
            except FileNotFoundError:
                return False
            return True

    def _range(self, name: str, start: int, end: int) -> bytes:
        with self._failing(name):
            return bytes(self._obstore.get_range(self._store, name, start=start, end=end))

    @contextmanager
    def _failing(self, name: str = "") -> Iterator[None]:
        try:
            yield
        except (self._obstore.exceptions.BaseError, OSError, ValueError) as error:
            reason = str(error).partition("\n")[0][:_LONGEST_REASON]
            raise PlaceFailed(f"{self._url}{name and '/'}{name}: {reason}") from error


class _Ranges(SizedFile):
    """The bytes of an object as a file."""

    def __init__(self, size: int, read: Callable[[int, int], bytes]) -> None:
        super().__init__(size)
        self._read = read

    def readinto(self, buffer: Any) -> int:
        content = self._next(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def readall(self) -> bytes:
        return self._next(self._size)

    def _next(self, count: int) -> bytes:
        start, end = self._at, min(self._at + count, self._size)
        if start >= end:
            return b""
        self._at = end
        return self._read(start, end)


def _bucket_of(url: str) -> BucketPlace:
    """The place of a URL that names an object or, as a folder, the objects below it."""
    folder, _, name = url.rstrip("/").rpartition("/")
    if not folder.endswith("/") and name and not url.endswith("/"):
        above = BucketPlace(folder, None)
        if above.has_file(name):
            return BucketPlace(folder, only=name)
    return BucketPlace(url, None)


def _stored(entry: "ObjectMeta") -> StoredFile:
    version = (entry["e_tag"] or f"{entry['last_modified']:%Y%m%dT%H%M%S}-{entry['size']}").strip('"')
    return StoredFile(entry["path"], version, entry["size"], entry["last_modified"])


@contextmanager
def _failing(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PlaceFailed(f"{error.filename or name}: {error.strerror or error}") from error
