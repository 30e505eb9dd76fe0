"""Compresses and encrypts pictures of scans, and stores them."""

import asyncio
import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import UUID

import structlog
from PIL import Image

from app.config.settings import Settings
from app.models.problems import NotFound, Problem, StorageUnavailable
from app.services.database.encryption import CannotDecrypt, Keyring
from app.services.history.storage import ObjectMissing, Storage, open_storage

_QUALITY = 92
_THUMBNAIL_PIXELS = 160
_THREADS = 4
# Each waiting request holds a picture of up to 3 MB in memory.
_MOST_WAITING = 64
_RETRY_S = 5

log = structlog.get_logger()


class Pictures:
    """Encrypted pictures by name.

    A name is the SHA-256 of the record's id and the picture. Records therefore never share a picture, so that
    a deletion does not affect others, and a name does not reveal the scan.
    """

    def __init__(self, storage: Storage, keys: Keyring) -> None:
        self.storage = storage
        self._keys = keys
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="pictures")
        self._waiting = 0

    async def store(self, record: UUID, picture: Image.Image) -> str:
        """Store a record's picture; returns its name.

        Raises:
            StorageFull, StorageUnavailable: the picture could not be stored.
        """
        if self._waiting >= _MOST_WAITING:
            raise StorageUnavailable(
                f"{self._waiting} pictures are already waiting to be stored. Try again in {_RETRY_S} s.",
                retry_after=_RETRY_S,
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._store, record, picture)
        finally:
            self._waiting -= 1

    def get(self, name: str) -> bytes:
        """A picture, as JPEG. Blocks.

        Raises:
            NotFound: the picture is missing, or encrypted with a key that is no longer configured.
        """
        try:
            return self._keys.open(self.storage.get(name), name)
        except ObjectMissing as error:
            raise NotFound("The picture of this record no longer exists.") from error
        except CannotDecrypt as error:
            log.warning("picture_cannot_be_decrypted", name=name, reason=str(error))
            raise NotFound("The picture of this record cannot be decrypted with the configured keys.") from error

    def thumbnail(self, name: str) -> bytes:
        """A picture of at most 160 pixels a side, as JPEG. Blocks."""
        with Image.open(BytesIO(self.get(name))) as picture:
            picture.thumbnail((_THUMBNAIL_PIXELS, _THUMBNAIL_PIXELS))
            return _jpeg(picture)

    def delete(self, names: Iterable[str]) -> None:
        """Delete pictures whose records were deleted. The next sweep retries failed deletions. Blocks."""
        for name in names:
            try:
                self.storage.delete(name)
            except Problem as problem:
                log.warning("picture_not_deleted", name=name, reason=problem.detail)

    def close(self) -> None:
        """Finish storing pictures, then end the threads."""
        self._threads.shutdown()

    def _store(self, record: UUID, picture: Image.Image) -> str:
        content = _jpeg(picture)
        name = hashlib.sha256(record.bytes + content).hexdigest()
        self.storage.put(name, self._keys.seal(content, name))
        return name


def open_pictures(settings: Settings) -> Pictures:
    """The pictures in the configured storage.

    Raises:
        ConfigurationError: the folder cannot be used.
    """
    return Pictures(open_storage(settings), Keyring(settings.encryption_key_bytes))


def _jpeg(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, "JPEG", quality=_QUALITY, subsampling=0)
    return content.getvalue()
