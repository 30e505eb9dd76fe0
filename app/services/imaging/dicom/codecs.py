"""Decodes code streams, after a check that they give a frame of the stated size.

The service imports it only in the process that decodes: its libraries are written in C and C++.
"""

# Each function is a library of its own, which is loaded here and not in the time of the first frame.
from imagecodecs import jpeg2k_decode, jpeg8_decode, jpegls_decode

from app.models.problems import UnreadableImage
from app.services.imaging.dicom.header import PixelFormat
from app.services.imaging.dicom.rle import decode_rle
from app.services.imaging.dicom.streams import JPEG_2000, JPEG_LS, RLE

# Scans of a progressive JPEG; see `app.services.imaging.formats`.
_MOST_SCANS = 100
# The last marker of all three, and bytes in which it has to be: one byte of padding follows, or few.
_END, _PADDING = b"\xff\xd9", 16
# Markers: start of a frame in JPEG and JPEG-LS, and the size in JPEG 2000.
_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0), 0xF7)
_SIZE = b"\xff\x4f\xff\x51"
_SIZE_WITHIN, _SIZE_BYTES = 2048, 42


def decode_stream(coded: bytes, pixels: PixelFormat) -> bytes:
    """Decode the code stream of one frame.

    Args:
        coded: the code stream.
        pixels: how its object stores pixels.

    Returns:
        The frame without compression, little endian, the colours of a pixel together; they are RGB unless RLE is the
        compression.

    Raises:
        UnreadableImage: the code stream is cut off, or its size is not the one of `pixels`.
        Exception: any exception, if it is damaged.
    """
    if pixels.syntax == RLE:
        return decode_rle(coded, pixels)
    if _END not in coded[-_PADDING:]:
        raise UnreadableImage("The DICOM file is damaged: the compressed pixels of a frame are cut off. Send it again.")
    expected = pixels.rows, pixels.columns, pixels.samples
    if coded_size(coded) != expected or coded.count(b"\xff\xda") > _MOST_SCANS:
        raise UnreadableImage(
            "The DICOM file is damaged: its compressed pixels have another size than its header says."
        )
    if pixels.syntax in JPEG_2000:
        values = jpeg2k_decode(coded)
    elif pixels.syntax in JPEG_LS:
        values = jpegls_decode(coded)
    elif pixels.samples == 1:
        values = jpeg8_decode(coded)
    else:
        stored = "RGB" if pixels.photometric == "RGB" else "YCBCR"
        values = jpeg8_decode(coded, colorspace=stored, outcolorspace="RGB")
    shape = expected if pixels.samples == 3 else expected[:2]
    if values.shape != shape:
        raise ValueError(f"decoded to {values.shape}")
    octets = pixels.bits_allocated // 8
    return bytes(values.astype(f"<u{octets}", copy=False).tobytes())


def coded_size(coded: bytes) -> tuple[int, int, int] | None:
    """Rows, columns and samples of a code stream; None if they cannot be found."""
    start = coded.find(_SIZE, 0, _SIZE_WITHIN)
    if start >= 0 and len(coded) >= start + _SIZE_BYTES:
        width, height, left, top = (int.from_bytes(coded[start + at : start + at + 4]) for at in (8, 12, 16, 20))
        return height - top, width - left, int.from_bytes(coded[start + 40 : start + 42])
    position = 2
    while coded[position : position + 1] == b"\xff" and len(coded) >= position + 10:
        marker = coded[position + 1]
        if marker in _FRAMES:
            height, width = (int.from_bytes(coded[position + at : position + at + 2]) for at in (5, 7))
            return height, width, coded[position + 9]
        position += 1 if marker == 0xFF else 2 + int.from_bytes(coded[position + 2 : position + 4])
    return None
