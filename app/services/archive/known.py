"""Which scans the results already have, so that a run answers only the others."""

from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.models.model_file import ModelMetadata
from app.services.archive.places import Place
from app.services.archive.plan import ArchiveScan, digest
from app.services.archive.table import Row, read_rows

IDENTITY = ("source", "version", "sha256")
"""The columns that `digests_of` needs."""


class Known:
    """The scans with a row of one model: 48 bytes of memory for each.

    Attributes:
        failed: digests of the rows with an error.
    """

    def __init__(self, digests: bytes | bytearray, failed: set[bytes]) -> None:
        """Use what `read` found."""
        self._sorted: NDArray[np.bytes_] = np.frombuffer(digests, "S16").copy()
        self._sorted.sort()
        self.failed = failed

    @classmethod
    def read(cls, results: Place, metadata: ModelMetadata) -> Self:
        """Read the rows that the results have.

        Raises:
            PlaceFailed: the results cannot be read.
        """
        digests = bytearray()
        failed: set[bytes] = set()
        for row in read_rows(results, metadata, (*IDENTITY, "error")):
            found = digests_of(row)
            digests += _of_key(str(row["source"])) + b"".join(found)
            if row["error"]:
                failed.update(found)
        return cls(digests, failed)

    def row_of(self, scan: ArchiveScan, sha256_of: Callable[[ArchiveScan], str | None]) -> bytes | None:
        """A digest of the scan's row; None if there is none.

        Args:
            scan: the scan.
            sha256_of: SHA-256 of its content, None if it cannot be read. It is computed only if the file was written
                since its row was made, perhaps with the same content.
        """
        found = _by_version(scan.key, scan.version)
        if found in self:
            return found
        if _of_key(scan.key) in self and (sha256 := sha256_of(scan)):
            found = _by_content(scan.key, sha256)
            return found if found in self else None
        return None

    def __contains__(self, wanted: bytes) -> bool:
        at = int(np.searchsorted(self._sorted, np.bytes_(wanted)))
        return at < len(self._sorted) and bytes(self._sorted[at]) == wanted.rstrip(b"\0")


def digests_of(row: Row) -> tuple[bytes, bytes]:
    """The digests that identify a row, by the version of its file and by its content."""
    source, version, sha256 = (str(row.get(name)) for name in IDENTITY)
    return _by_version(source, version), _by_content(source, sha256)


def _of_key(key: str) -> bytes:
    return digest("key", key)


def _by_version(key: str, version: str) -> bytes:
    return digest("version", key, version)


def _by_content(key: str, sha256: str) -> bytes:
    return digest("content", key, sha256)
