"""Unpacks deflated content block by block into a temporary file, so that its size takes no memory."""

import zlib
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from app.models.problems import TooLarge
from app.services.imaging.reading import Limits

_IN_MEMORY_BYTES = 2**20
_BLOCK_BYTES = 2**20


def inflated(file: BinaryIO, wbits: int, limits: Limits, what: str) -> BinaryIO:
    """The content of what follows in a file; of a stream that is cut off, the beginning.

    Args:
        file: at the start of the stream.
        wbits: its form, as zlib names it.
        limits: on the bytes of the content.
        what: the file, in words.

    Raises:
        TooLarge: the content has too many bytes.
        zlib.error: the stream is damaged.
    """
    plain = SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115  # closed when it is dropped
    unpacker = zlib.decompressobj(wbits)
    size = 0
    while (block := file.read(_BLOCK_BYTES)) and not unpacker.eof:
        while block and not unpacker.eof:
            piece = unpacker.decompress(block, _BLOCK_BYTES)
            size += len(piece)
            if size > limits.max_bytes:
                raise TooLarge(
                    f"The {what} unpacks to more than {limits.max_bytes:,} bytes, the largest that is accepted.",
                    limit=limits.max_bytes,
                )
            plain.write(piece)
            block = unpacker.unconsumed_tail
    plain.seek(0)
    return cast(BinaryIO, plain)
