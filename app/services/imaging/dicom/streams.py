"""The code streams of frames: their transfer syntaxes, and errors that name these."""

from collections.abc import Callable
from typing import TypeAlias

from pydicom import uid

from app.models.problems import TooLarge, UnreadableImage
from app.services.imaging.dicom.header import PixelFormat

JPEG = (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1)
JPEG_LS = (uid.JPEGLSLossless, uid.JPEGLSNearLossless)
JPEG_2000 = (uid.JPEG2000Lossless, uid.JPEG2000, uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K)
RLE = uid.RLELossless

StreamDecoder: TypeAlias = Callable[[bytes, PixelFormat], bytes]
"""`codecs.decode_stream`, or that of a `Decoder`, which is for files of strangers."""


def syntax_name(syntax: str) -> str:
    """The name of a transfer syntax that the standard or a manufacturer has defined."""
    return uid.UID(syntax).name if syntax.startswith("1.2.840.10008.") else "unknown"


def damaged_frame(pixels: PixelFormat) -> UnreadableImage:
    """The error for a frame that cannot be decoded."""
    return UnreadableImage(
        f"A frame of the DICOM file is damaged or cut off and cannot be decoded {_syntax(pixels)}. Send the file again."
    )


def slow_frame(size: int, seconds: float, pixels: PixelFormat) -> UnreadableImage:
    """The error for a frame of `size` bytes that takes more seconds of processor time than it may."""
    return UnreadableImage(
        f"A frame of the DICOM file takes too long to decode {_syntax(pixels)}. A frame of {size:,} bytes may take "
        f"{seconds:g} s of processor time. Send the file without compression.",
        limit=seconds,
    )


def large_frame(limit: int, pixels: PixelFormat) -> TooLarge:
    """The error for a frame that takes more memory, in bytes, than it may."""
    return TooLarge(
        f"Decoding a frame of the DICOM file takes more memory than the {limit / 1e6:.4g} MB that are accepted "
        f"{_syntax(pixels)}. Send the file without compression.",
        limit=limit,
    )


def _syntax(pixels: PixelFormat) -> str:
    return f"(transfer syntax: {syntax_name(pixels.syntax)})"
