"""Storage of objects that are too large for the database: a folder or an S3 bucket."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Protocol

from app.config.settings import ConfigurationError, Settings
from app.models.problems import StorageFull, StorageUnavailable
from app.services.database.durable import sync_folder, write_new

if TYPE_CHECKING:
    from obstore.store import S3Config

# Objects are grouped by the first character of their names, which keeps listings short.
SHARDS = tuple("0123456789abcdef")
# A SHA-256 in hexadecimal digits, with a suffix while the object is written to a folder.
_NAME = re.compile(r"[0-9a-f]{64}(\.[0-9a-f]{8})?")
_TIMEOUT = timedelta(seconds=10)
_RETRY_AFTER_S = 30


@dataclass(frozen=True)
class Stored:
    """Name and modification time of an object."""

    name: str
    written: datetime


class ObjectMissing(Exception):
    """There is no object with this name."""


class Storage(Protocol):
    """Objects by name. Methods block and can be called from several threads and processes.

    Writes are atomic. Every method raises `StorageFull` or `StorageUnavailable` if it fails.
    """

    def put(self, name: str, content: bytes) -> None:
        """Write an object durably: it survives a crash after this returns."""

    def get(self, name: str) -> bytes:
        """Read an object.

        Raises:
            ObjectMissing: there is no such object.
        """

    def delete(self, name: str) -> None:
        """Delete an object if it exists."""

    def list(self, shard: str) -> Iterator[Stored]:
        """The objects in a shard, and partial ones that a crash left, in any order."""


def open_storage(settings: Settings) -> Storage:
    """The configured storage.

    Raises:
        ConfigurationError: the folder cannot be used.
    """
    return Bucket(settings) if settings.s3_bucket else Folder(settings.data_dir / "images")


def disk_is_full(error: OSError) -> bool:
    """Whether a write failed because of a full disk, a quota or a file-size limit."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Folder:
    """Objects as files that only this user can read, one folder per shard."""

    def __init__(self, root: Path) -> None:
        """Create the folder if it does not exist.

        Raises:
            ConfigurationError: the folder cannot be created or written to.
        """
        self._root = root
        try:
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Earlier versions made it readable for everyone. The owner of a mounted folder may be another user.
            with suppress(PermissionError):
                root.chmod(0o700)
            (root / ".writable").touch()
            (root / ".writable").unlink(missing_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"the image folder {root} cannot be used ({error.strerror}): set DATA_DIR to a folder that this "
                "user can write to."
            ) from error

    def put(self, name: str, content: bytes) -> None:
        """Write an object to a temporary name, then rename it."""
        target = self._path(name)
        part = target.with_name(f"{name}.{token_hex(4)}")
        with _problems_of_a_folder():
            try:
                target.parent.mkdir(exist_ok=True)
                write_new(part, [content])
                part.rename(target)
            except BaseException:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
            for folder in (target.parent, self._root):
                sync_folder(folder)

    def get(self, name: str) -> bytes:
        """Read an object."""
        with _problems_of_a_folder():
            try:
                return self._path(name).read_bytes()
            except FileNotFoundError as error:
                raise ObjectMissing(name) from error

    def delete(self, name: str) -> None:
        """Delete an object. Its folder remains, since another process may be writing to it."""
        path = self._path(name)
        with _problems_of_a_folder(), suppress(FileNotFoundError):
            path.unlink()
            sync_folder(path.parent)

    def list(self, shard: str) -> Iterator[Stored]:
        """The objects in a shard, and partial ones that a crash left."""
        with _problems_of_a_folder():
            for path in self._root.glob(f"{shard}/*"):
                # Skip files that were deleted during the listing.
                with suppress(FileNotFoundError):
                    if _NAME.fullmatch(path.name):
                        yield Stored(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def _path(self, name: str) -> Path:
        return self._root / _key(name)


class Bucket:
    """Objects in an S3 bucket, with path-style URLs (`https://endpoint/bucket/name`), which every server supports."""

    _PREFIX = "images"

    def __init__(self, settings: Settings) -> None:
        # Lazy import: needed only for S3, and obstore is 16 MB of machine code.
        import obstore
        from obstore.store import S3Store

        self._obstore = obstore
        endpoint = settings.s3_endpoint_url
        self._store = S3Store(
            settings.s3_bucket,
            prefix=self._PREFIX,
            client_options={"timeout": _TIMEOUT, "allow_http": endpoint is not None and endpoint.scheme == "http"},
            retry_config={"max_retries": 2, "retry_timeout": _TIMEOUT},
            config=_config(settings),
        )

    def put(self, name: str, content: bytes) -> None:
        """Write an object."""
        with self._problems():
            self._obstore.put(self._store, _key(name), content, use_multipart=False)

    def get(self, name: str) -> bytes:
        """Read an object."""
        with self._problems():
            try:
                return bytes(self._obstore.get(self._store, _key(name)).bytes())
            except FileNotFoundError as error:
                raise ObjectMissing(name) from error

    def delete(self, name: str) -> None:
        """Delete an object."""
        with self._problems(), suppress(FileNotFoundError):
            self._obstore.delete(self._store, _key(name))

    def list(self, shard: str) -> Iterator[Stored]:
        """The objects in a shard."""
        with self._problems():
            for page in self._obstore.list(self._store, shard, chunk_size=1000):
                for entry in page:
                    name = entry["path"].rpartition("/")[2]
                    if _NAME.fullmatch(name):
                        yield Stored(name, entry["last_modified"])

    @contextmanager
    def _problems(self) -> Iterator[None]:
        try:
            yield
        except (self._obstore.exceptions.BaseError, OSError) as error:
            raise _unavailable() from error


def _config(settings: Settings) -> "S3Config":
    """The configured options. Without a key, obstore looks for credentials as other S3 clients do."""
    config: S3Config = {"region": settings.s3_region}
    if settings.s3_endpoint_url:
        config["endpoint"] = str(settings.s3_endpoint_url).rstrip("/")
    if settings.s3_access_key_id:
        config["access_key_id"] = settings.s3_access_key_id.get_secret_value()
    if settings.s3_secret_access_key:
        config["secret_access_key"] = settings.s3_secret_access_key.get_secret_value()
    return config


def _key(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not an object name")
    return f"{name[:1]}/{name}"


@contextmanager
def _problems_of_a_folder() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if disk_is_full(error):
            raise StorageFull(
                "The image could not be stored: the disk is full. Nothing of this request was stored. Try again later.",
                retry_after=_RETRY_AFTER_S,
            ) from error
        raise _unavailable() from error


def _unavailable() -> StorageUnavailable:
    return StorageUnavailable(
        "The image storage does not respond as expected. Try again later.", retry_after=_RETRY_AFTER_S
    )
