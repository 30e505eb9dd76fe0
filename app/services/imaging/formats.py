"""Recognises image formats by a file's content, and rejects files built to be slow to decode."""

import struct
from collections.abc import Callable
from importlib.util import find_spec
from typing import BinaryIO

from app.models.problems import UnreadableImage, UnsupportedFormat
from app.services.imaging.bitmap import unknown_bitmap
from app.services.imaging.tiff import part_offsets, read_directory, unknown_coding

HEAD_BYTES = 1024
"""How many bytes of a file `recognise` needs."""

DICOM = "DICOM"
# The libraries of the extra `dicom`.
DICOM_INSTALLED = all(map(find_spec, ("pydicom", "imagecodecs", "nibabel", "highdicom")))

_AS_PNG = "Export the slice as PNG and send that."
NEEDS_DICOM = (
    "The libraries for DICOM and NIfTI are not installed. The operator of this server can add them with "
    "`pip install 'brain-tumor-classification[dicom]'`."
)
"""What to do where `DICOM_INSTALLED` is false."""
_ONE_SLICE = "Export one slice of the volume as PNG and send that."
_AS_STUDY = f"Send it as a study, to `POST /api/v1/studies`. Or: {_ONE_SLICE}"
_SAVE = "Save the picture as PNG and send that."
_UNPACK = "Unpack it and send the pictures."
_ZIP = (
    "Send a ZIP of pictures as a batch: to `POST /api/v1/predictions/batch`, in a field `files`. For a single "
    "prediction unpack it and send one picture."
)
_HEVC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")


def is_zip(head: bytes) -> bool:
    """Whether a file is a ZIP archive, from its first `HEAD_BYTES` bytes; Office documents are, technically."""
    return head.startswith((b"PK\3\4", b"PK\5\6")) and b"[Content_Types].xml" not in head


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


def _is_bare_dicom(head: bytes) -> bool:
    """Whether a file starts with an element of DICOM's group 2 or 8, of either byte order, without the preamble."""
    if head.startswith((b"\x02\0", b"\x08\0")):
        element, length = struct.unpack_from("<HI", head.ljust(8, b"\0"), 2)
    elif head.startswith((b"\0\x02", b"\0\x08")):
        element, length = struct.unpack_from(">HI", head.ljust(8, b"\0"), 2)
    else:
        return False
    explicit = head[4:6].isalpha() and head[4:6].isupper()
    return len(head) >= 8 and element <= 0x2000 and (explicit or (length <= HEAD_BYTES and length % 2 == 0))


def _is_enveloped(head: bytes) -> bool:
    """Whether a file is encrypted in the Cryptographic Message Syntax, as DICOM's secure files are (PS3.15)."""
    return head[:1] == b"\x30" and bytes.fromhex("06092a864886f70d010703") in head[:64]


_PICTURE_SIGNATURES: dict[str, Callable[[bytes], bool]] = {
    "JPEG": _starts(b"\xff\xd8\xff"),
    "PNG": _starts(b"\x89PNG\r\n\x1a\n"),
    "WebP": lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP",
    "BMP": _starts(b"BM"),
    "TIFF": _starts(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "GIF": _starts(b"GIF87a", b"GIF89a"),
}
PICTURE_FORMATS = tuple(_PICTURE_SIGNATURES)
ACCEPTED_FORMATS = (*PICTURE_FORMATS, DICOM) if DICOM_INSTALLED else PICTURE_FORMATS
# The format in the sentence "This is …", how to recognise it, and what to do.
_OTHER_SIGNATURES: tuple[tuple[str, Callable[[bytes], bool], str], ...] = (
    ("a NIfTI volume", lambda head: head[344:348] in (b"n+1\0", b"ni1\0") or head[4:7] == b"n+2", _AS_STUDY),
    ("an Analyze volume", _starts(struct.pack("<i", 348), struct.pack(">i", 348)), _ONE_SLICE),
    ("an NRRD volume", _starts(b"NRRD000"), _ONE_SLICE),
    ("a MetaImage volume", _starts(b"ObjectType =", b"ObjectType="), _ONE_SLICE),
    ("a MAT-file (MATLAB)", _starts(b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file"), _ONE_SLICE),
    ("an HDF5 file", _starts(b"\x89HDF\r\n\x1a\n"), _ONE_SLICE),
    ("a NumPy array", _starts(b"\x93NUMPY"), _ONE_SLICE),
    ("a gzip file, as compressed NIfTI volumes are", _starts(b"\x1f\x8b"), _AS_STUDY),
    ("a FITS file", _starts(b"SIMPLE  ="), _AS_PNG),
    ("a ZIP archive", is_zip, _ZIP),
    ("an Office document", _starts(b"PK\3\4"), _SAVE),
    ("a RAR archive", _starts(b"Rar!\x1a\x07"), _UNPACK),
    ("a 7z archive", _starts(b"7z\xbc\xaf\x27\x1c"), _UNPACK),
    ("a tar archive", lambda head: head[257:262] == b"ustar", _UNPACK),
    ("a PDF document", lambda head: b"%PDF-" in head, _SAVE),
    ("a PostScript document", _starts(b"%!PS"), _SAVE),
    ("a HEIC picture", lambda head: head[4:8] == b"ftyp" and head[8:12] in _HEVC_BRANDS, _SAVE),
    ("an AVIF picture", lambda head: head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"), _SAVE),
    ("a video", lambda head: head[4:8] == b"ftyp" or head.startswith((b"\x1a\x45\xdf\xa3", b"\0\0\1\xba")), _AS_PNG),
    ("a video (AVI)", lambda head: head.startswith(b"RIFF") and head[8:12] == b"AVI ", _AS_PNG),
    ("a JPEG 2000 picture", lambda head: head[4:8] == b"jP  " or head.startswith(b"\xff\x4f\xff\x51"), _SAVE),
    ("a JPEG XL picture", lambda head: head[4:8] == b"JXL " or head.startswith(b"\xff\x0a"), _SAVE),
    ("a JPEG XR picture", _starts(b"II\xbc\x01"), _SAVE),
    ("a Photoshop picture", _starts(b"8BPS"), _SAVE),
    ("a Windows icon", _starts(b"\0\0\1\0"), _SAVE),
    ("a PNM picture", lambda head: head[:1] == b"P" and head[1:2] in b"1234567" and head[2:3].isspace(), _SAVE),
    ("an OpenEXR picture", _starts(b"\x76\x2f\x31\x01"), _SAVE),
    ("an SVG drawing", lambda head: b"<svg" in head, _SAVE),
    ("a web page", lambda head: head.lstrip().lower().startswith((b"<!doctype html", b"<html")), _SAVE),
    ("an encrypted file (Cryptographic Message Syntax)", _is_enveloped, "Decrypt it before you send it."),
)
# A scan of a few bytes in a JPEG, or a strip or tile of one pixel in a TIFF, takes as long to decode as a full one, and
# Pillow copies all EXIF segments again for each further one. Real files stay far below these limits: a dozen scans, one
# segment for each 64 KB of metadata, one strip per row.
_MAX_JPEG_SCANS = 500
_MAX_JPEG_SEGMENTS = 1000
_MAX_TIFF_PARTS = 2**16
# JPEG markers: frame headers are C0 to CF, except those of tables (C4, CC) and the reserved C8.
_LOSSLESS_FRAMES = (0xC3, 0xC7, 0xCB, 0xCF)
_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
_JPEG_LS = 0xF7
_SCAN = 0xDA
# Markers without a segment, and an escaped FF, which is no marker.
_WITHOUT_LENGTH = (0x00, 0x01, *range(0xD0, 0xDA))
_FILL = 0xFF


def recognise(head: bytes) -> str:
    """Return the format of a file, one of `ACCEPTED_FORMATS`, from its first `HEAD_BYTES` bytes.

    Raises:
        UnreadableImage: the file is empty, or its format is unknown.
        UnsupportedFormat: the format is known but not accepted.
    """
    if not head:
        raise UnreadableImage("The file is empty (0 bytes).", accepted=list(ACCEPTED_FORMATS))
    # First, since the preamble of a DICOM file may be the beginning of a TIFF file.
    if head[128:132] == b"DICM":
        return _dicom()
    for name, matches in _PICTURE_SIGNATURES.items():
        if matches(head):
            return name
    for name, matches, advice in _OTHER_SIGNATURES:
        if matches(head):
            raise _unsupported(name, advice)
    # The last, since it is recognised by a few bytes only.
    if _is_bare_dicom(head):
        return _dicom()
    raise UnreadableImage(
        "The file's content is not an image of a known format, regardless of its name.",
        accepted=list(ACCEPTED_FORMATS),
    )


def _dicom() -> str:
    if not DICOM_INSTALLED:
        raise _unsupported("a DICOM file", f"{NEEDS_DICOM} Or export the slice as PNG and send that.")
    return DICOM


def check_parts(file: BinaryIO, format_name: str) -> None:
    """Reject files of too many parts, such as the scans of a JPEG, and codings that cannot be decoded.

    Raises:
        UnsupportedFormat: the file has a coding that is not accepted.
        UnreadableImage: the file has too many parts, or is damaged.
    """
    coding = None
    count, limit, name = 1, 1, "parts"
    try:
        if format_name == "JPEG":
            file.seek(0)
            content = file.read()
            coding, segments = _jpeg_header(content)
            # The marker's bytes cannot occur within a scan's data.
            scans = content.count(b"\xff\xda")
            if scans > _MAX_JPEG_SCANS:
                count, limit, name = scans, _MAX_JPEG_SCANS, "scans"
            else:
                count, limit, name = segments, _MAX_JPEG_SEGMENTS, "segments before its pixels"
        elif format_name == "TIFF":
            directory = read_directory(file)
            count, limit, name = len(part_offsets(directory)), _MAX_TIFF_PARTS, "strips or tiles"
            coding = unknown_coding(file, directory) if count <= limit else None
        elif format_name == "BMP":
            coding = unknown_bitmap(file)
        file.seek(0)
    except MemoryError:
        raise
    except Exception as error:  # see `damaged`
        raise damaged(format_name) from error
    if coding:
        raise _unsupported(coding, "Save the picture as PNG (up to 16 bits) or as an ordinary JPEG, and send that.")
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


def _unsupported(name: str, advice: str) -> UnsupportedFormat:
    return UnsupportedFormat(f"This is {name}, which is not accepted. {advice}", accepted=list(ACCEPTED_FORMATS))


def _jpeg_header(content: bytes) -> tuple[str | None, int]:
    """What a JPEG is that no decoder here reads, from the first frame header, or None; and the number of its segments.

    Segments count up to the first scan and up to one more than `_MAX_JPEG_SEGMENTS`, and each fill byte counts as one.
    """
    position, count = 2, 0
    # As Pillow does, skip what is no segment.
    while count <= _MAX_JPEG_SEGMENTS and (position := content.find(b"\xff", position)) >= 0:
        marker = content[position + 1]
        if marker == _SCAN:
            break
        if marker == _JPEG_LS:
            return "a JPEG-LS picture", count
        if marker in _FRAMES:
            bits = content[position + 4]
            kind = "a lossless JPEG" if marker in _LOSSLESS_FRAMES else "a JPEG"
            if bits != 8 or marker in _LOSSLESS_FRAMES:
                return f"{kind} of {bits} bits per sample", count
        if marker == _FILL:
            position += 1
        elif marker in _WITHOUT_LENGTH:
            position += 2
        else:
            position += 2 + int.from_bytes(content[position + 2 : position + 4])
        count += 1
    return None, count
