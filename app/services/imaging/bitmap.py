"""Reads BMP files that say which bits of a pixel are red, green, blue and opacity; Pillow knows a few usual choices."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.services.imaging.samples import Samples

_HEADER_AT = 14
_SHORT_HEADER = 12
_HEADERS = (40, 52, 56, 64, 108, 124)
# Masks of colours end a header of 52 bytes, the one of the opacity a header of 56; after one of 40 bytes they follow.
_MASKS_AT = _HEADER_AT + 40
_WITH_OPACITY = 56
_BITFIELDS, _ALPHA_BITFIELDS = 3, 6
# Bits of a pixel that occur with a compression: none, two run lengths, masks.
_DEPTHS = {0: (1, 4, 8, 16, 24, 32), 1: (8,), 2: (4,), _BITFIELDS: (16, 32), _ALPHA_BITFIELDS: (16, 32)}
_NAMES = {4: "JPEG", 5: "PNG"}
# Without masks, a pixel has the bits of one without compression.
_USUAL = {16: (0x7C00, 0x3E0, 0x1F, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0xFF000000)}
_BAND_ROWS = 256
_TABLE_BITS = 16


@dataclass(frozen=True)
class Bitmap:
    """A BMP file with masks.

    Attributes:
        size: width and height.
        downwards: whether the first row is the top one.
        bits: of a pixel, 16 or 32.
        masks: the bits of red, green, blue and opacity; 0 for what it does not store.
        start: position of the pixels.
    """

    size: tuple[int, int]
    downwards: bool
    bits: int
    masks: tuple[int, int, int, int]
    start: int

    @classmethod
    def of(cls, file: BinaryIO) -> "Bitmap | None":
        """The layout of a file; None if its header announces no masks.

        Raises:
            Exception: any exception, if the file is damaged; see `app.services.imaging.formats.damaged`.
        """
        file.seek(0)
        head = file.read(_MASKS_AT + 16)
        start, header_bytes = struct.unpack_from("<II", head, 10)
        width, height, _, bits, compression = struct.unpack_from("<iiHHI", head, _HEADER_AT + 4)
        if header_bytes == _SHORT_HEADER or compression not in (_BITFIELDS, _ALPHA_BITFIELDS) or width * height == 0:
            return None
        masks = struct.unpack_from("<4I", head.ljust(_MASKS_AT + 16, b"\0"), _MASKS_AT)
        if header_bytes < _WITH_OPACITY and compression == _BITFIELDS:
            masks = (*masks[:3], 0)
        return cls((width, abs(height)), height < 0, bits, masks if any(masks) else _USUAL[bits], start)

    @property
    def mode(self) -> str:
        """The kind of pixel, named like Pillow's modes."""
        return "RGBA" if self.masks[3] else "RGB"

    def read(self, file: BinaryIO) -> Samples:
        """Read the pixels as 8-bit RGB with opacity.

        Raises:
            Exception: any exception, if the file is damaged; see `app.services.imaging.formats.damaged`.
        """
        width, height = self.size
        row_bytes = (width * self.bits // 8 + 3) // 4 * 4
        file.seek(self.start)
        rows = np.frombuffer(file.read(height * row_bytes), np.uint8).reshape(height, row_bytes)
        pixels = rows[:, : width * self.bits // 8].view(f"<u{self.bits // 8}")
        pixels = pixels if self.downwards else pixels[::-1]
        out = np.zeros((height, width, 4), np.uint8)
        for channel, mask in enumerate(self.masks):
            if mask:
                _spread(pixels, mask, out[..., channel])
        return Samples(out[..., :3], out[..., 3] if self.masks[3] else None)


def _spread(pixels: NDArray[np.unsignedinteger], mask: int, out: NDArray[np.uint8]) -> None:
    """Write the bits of a mask as numbers from 0 to 255."""
    shift = (mask & -mask).bit_length() - 1
    most = mask >> shift
    if most & (most + 1):
        raise ValueError("no program writes such a mask")
    extra = max(0, most.bit_length() - _TABLE_BITS)
    table = (np.arange((most >> extra) + 1) * 255 // (most >> extra)).astype(np.uint8)
    for row in range(0, len(pixels), _BAND_ROWS):
        band = pixels[row : row + _BAND_ROWS]
        out[row : row + _BAND_ROWS] = table[(band & mask) >> (shift + extra)]


def unknown_bitmap(file: BinaryIO) -> str | None:
    """What a BMP file is that neither `Bitmap` nor Pillow reads; None for any other, damaged ones included.

    Raises:
        Exception: any exception, if the header is damaged.
    """
    file.seek(_HEADER_AT)
    head = file.read(20)
    (header_bytes,) = struct.unpack_from("<I", head)
    if header_bytes == _SHORT_HEADER:
        return None
    bits, compression = struct.unpack_from("<HI", head, 14)
    if header_bytes in _HEADERS and bits in _DEPTHS.get(compression, ()):
        return None
    name = f" ({_NAMES[compression]})" if compression in _NAMES else ""
    return (
        f"a BMP picture with a header of {header_bytes} bytes, {bits} bits for each pixel and compression "
        f"{compression}{name}"
    )
