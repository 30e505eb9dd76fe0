"""Removes the chunks of a PNG file that its pixels do not need, damaged and oversized ones among them."""

import struct
from io import BytesIO
from typing import BinaryIO
from zlib import crc32

_SIGNATURE_BYTES = 8
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
# EXIF with the orientation, and the number of frames of an animation, which has 8 bytes.
_ORIENTATION, _FRAMES, _FRAMES_BYTES = b"eXIf", b"acTL", 8
_TRANSPARENCY = b"tRNS"
_COLOUR_TYPE = 9
_PALETTE = 3
# Bytes of the transparency of gray and of RGB pixels; a palette has up to one for each of its colours.
_TRANSPARENCY_BYTES: dict[int, tuple[int, ...]] = {0: (2,), 2: (6,)}


def essential_chunks(file: BinaryIO) -> BytesIO:
    """A copy of a PNG file with the chunks that its first picture depends on, without damaged ancillary chunks.

    Viewers ignore the others, and Pillow rejects a file whose texts or colour profile are damaged or large, or whose
    transparency has a length that its pixels cannot have.
    """
    file.seek(0)
    out = BytesIO(file.read(_SIGNATURE_BYTES))
    out.seek(0, 2)
    colour_type = colours = 0
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        body = file.read(length + 4)
        data = body[:length]
        if kind == b"IHDR":
            colour_type = data[_COLOUR_TYPE]
        elif kind == b"PLTE":
            colours = length // 3
        lengths = range(1, colours + 1) if colour_type == _PALETTE else _TRANSPARENCY_BYTES.get(colour_type, ())
        wanted = (
            kind == _ORIENTATION
            or (kind == _FRAMES and length == _FRAMES_BYTES)
            or (kind == _TRANSPARENCY and length in lengths)
        )
        if kind in _CRITICAL or (wanted and body[length:] == struct.pack(">I", crc32(data, crc32(kind)))):
            out.write(head + body)
        if kind == b"IEND":
            break
    out.seek(0)
    return out
