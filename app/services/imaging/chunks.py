"""Removes damaged and oversized chunks from a PNG file."""

import struct
from io import BytesIO
from typing import BinaryIO
from zlib import crc32

_SIGNATURE_BYTES = 8
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
# Transparency, and EXIF with the orientation: the other ancillary chunks do not change the first picture's pixels.
_ANCILLARY = (b"tRNS", b"eXIf")


def essential_chunks(file: BinaryIO) -> BytesIO:
    """A copy of a PNG file with the chunks that its pixels depend on, without damaged ancillary chunks.

    A file that is cut off loses its last chunk.
    """
    file.seek(0)
    out = BytesIO(file.read(_SIGNATURE_BYTES))
    out.seek(0, 2)
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        body = file.read(length + 4)
        if len(body) < length + 4:
            break
        data, (checksum,) = body[:-4], struct.unpack(">I", body[-4:])
        if kind in _CRITICAL or (kind in _ANCILLARY and crc32(data, crc32(kind)) == checksum):
            out.write(head + body)
        if kind == b"IEND":
            break
    out.seek(0)
    return out
