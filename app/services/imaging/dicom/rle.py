"""Decodes RLE (PS3.5 annex G), with no more output than a frame has.

pydicom's decoder unpacks a few bytes into any size, and that of pylibjpeg-rle ends in a panic on damaged data.
"""

import struct

import numpy as np
from numpy.typing import NDArray

from app.services.imaging.dicom.header import PixelFormat

_HEADER_BYTES = 64
_MOST_SEGMENTS = 15


def decode_rle(coded: bytes, pixels: PixelFormat) -> bytes:
    """Decode one frame.

    Args:
        coded: the frame: a header, and a segment for each byte of each sample, the most significant byte first.
        pixels: how its object stores pixels.

    Returns:
        The frame without compression, little endian, the colours of a pixel together.

    Raises:
        ValueError: the frame is damaged.
    """
    octets = pixels.bits_allocated // 8
    count, *offsets = struct.unpack_from(f"<I{_MOST_SEGMENTS}I", coded.ljust(_HEADER_BYTES, b"\0"))
    if count != octets * pixels.samples:
        raise ValueError(f"the frame has {count} segments")
    size = pixels.rows * pixels.columns
    ends = [*offsets[1:count], len(coded)]
    planes: NDArray[np.uint8] = np.empty((size, pixels.samples, octets), np.uint8)
    for segment, (start, end) in enumerate(zip(offsets[:count], ends, strict=True)):
        sample, octet = divmod(segment, octets)
        planes[:, sample, octets - 1 - octet] = np.frombuffer(_unpacked(coded[start:end], size), np.uint8)
    return planes.tobytes()


def _unpacked(segment: bytes, size: int) -> bytearray:
    """The first `size` bytes that a segment of PackBits unpacks to.

    Raises:
        ValueError: there are fewer.
    """
    out = bytearray()
    position, end = 0, len(segment)
    while len(out) < size and position + 1 < end:
        control = segment[position]
        if control < 128:
            out += segment[position + 1 : position + 2 + control]
            position += 2 + control
        else:
            if control > 128:
                out += segment[position + 1 : position + 2] * (257 - control)
            position += 2 if control > 128 else 1
    if len(out) < size:
        raise ValueError("a segment is cut off")
    return out[:size]
