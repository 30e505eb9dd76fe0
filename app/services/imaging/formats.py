"""Recognises image formats by a file's content, and rejects files built to be slow to decode."""

from collections.abc import Callable
from typing import BinaryIO

from PIL import TiffImagePlugin

from app.models.problems import UnreadableImage, UnsupportedFormat

ACCEPTED_FORMATS = ("JPEG", "PNG", "WebP", "BMP", "TIFF", "GIF")

HEAD_BYTES = 512
"""How many bytes of a file `recognise` needs."""

_SIGNATURES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("JPEG", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("PNG", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("WebP", lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP"),
    ("BMP", lambda head: head.startswith(b"BM")),
    ("TIFF", lambda head: head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))),
    ("GIF", lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    ("DICOM", lambda head: head[128:132] == b"DICM"),
    ("NIfTI", lambda head: head[344:348] in (b"n+1\0", b"ni1\0")),
    ("gzip (a compressed NIfTI volume?)", lambda head: head.startswith(b"\x1f\x8b")),
    ("PDF", lambda head: head.startswith(b"%PDF-")),
    ("HEIC", lambda head: head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1")),
    ("AVIF", lambda head: head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis")),
    ("JPEG 2000", lambda head: head[4:8] == b"jP  " or head.startswith(b"\xff\x4f\xff\x51")),
    ("JPEG XL", lambda head: head[4:8] == b"JXL " or head.startswith(b"\xff\x0a")),
    ("Photoshop", lambda head: head.startswith(b"8BPS")),
    ("Windows icon", lambda head: head.startswith(b"\0\0\1\0")),
    ("SVG", lambda head: b"<svg" in head),
)
# A scan of a few bytes in a JPEG, or a strip or tile of one pixel in a TIFF, takes as long to decode as a full one.
# Real files stay far below these limits: a dozen scans, one strip per row.
_MAX_JPEG_SCANS = 500
_MAX_TIFF_PARTS = 2**16


def recognise(head: bytes) -> str:
    """Return the format of a file, one of `ACCEPTED_FORMATS`, from its first `HEAD_BYTES` bytes.

    Raises:
        UnreadableImage: the file is empty, or its format is unknown.
        UnsupportedFormat: the format is known but not accepted.
    """
    if not head:
        raise UnreadableImage("The file is empty (0 bytes).", accepted=list(ACCEPTED_FORMATS))
    for name, matches in _SIGNATURES:
        if matches(head):
            if name in ACCEPTED_FORMATS:
                return name
            raise UnsupportedFormat(
                f"The file's format is {name}, which is not accepted. Export the slice as PNG and send that.",
                accepted=list(ACCEPTED_FORMATS),
            )
    raise UnreadableImage(
        "The file's content is not an image of a known format, regardless of its name.",
        accepted=list(ACCEPTED_FORMATS),
    )


def check_parts(file: BinaryIO, format_name: str) -> None:
    """Reject a JPEG with too many scans and a TIFF with too many strips or tiles.

    Raises:
        UnreadableImage: the file has too many parts, or is damaged.
    """
    try:
        count, limit, name = _parts(file, format_name)
        file.seek(0)
    except Exception as error:  # see `damaged`
        raise damaged(format_name) from error
    if count > limit:
        raise UnreadableImage(
            f"The {format_name} file contains more than {limit:,} {name}. Save it again with default options."
        )


def damaged(format_name: str) -> UnreadableImage:
    """The error for a file that cannot be decoded.

    Pillow's decoders raise whatever exception their parser runs into (OSError, SyntaxError, struct.error, …), so
    callers turn every exception of a decoder into this one.
    """
    return UnreadableImage(f"The {format_name} file is damaged or cut off and cannot be decoded. Send it again.")


def _parts(file: BinaryIO, format_name: str) -> tuple[int, int, str]:
    """The number of parts of a file, the limit for its format, and what the parts are called."""
    file.seek(0)
    if format_name == "JPEG":
        # The marker's bytes cannot occur within a scan's data.
        return file.read().count(b"\xff\xda"), _MAX_JPEG_SCANS, "scans"
    if format_name == "TIFF":
        header = file.read(8)
        if b"+" in header[2:4]:  # BigTIFF
            header += file.read(8)
        directory = TiffImagePlugin.ImageFileDirectory_v2(header)
        file.seek(directory.next)
        directory.load(file)
        offsets = [directory.get(tag, ()) for tag in (TiffImagePlugin.STRIPOFFSETS, TiffImagePlugin.TILEOFFSETS)]
        counts = [len(value) if isinstance(value, tuple) else 1 for value in offsets]
        return max(counts), _MAX_TIFF_PARTS, "strips or tiles"
    return 1, 1, "parts"
