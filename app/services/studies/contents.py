"""Opens a file of a study, whatever its format, and gives its header and its frames in one form."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.models.problems import Problem, UnsupportedFormat
from app.services.imaging.dicom.frames import decode_frames
from app.services.imaging.dicom.header import Header
from app.services.imaging.dicom.objects import DicomObject, open_object
from app.services.imaging.dicom.streams import StreamDecoder
from app.services.imaging.formats import DICOM, HEAD_BYTES, recognise
from app.services.imaging.reading import Limits
from app.services.studies.files import StudyFile
from app.services.studies.nifti import is_nifti, open_volume

# 10,000 files that cannot be read would take 1.7 s, in which a thread answers nobody else.
_MOST_LOOKED_AT = 100


@dataclass(frozen=True)
class Content:
    """The content of a file.

    Attributes:
        header: its header.
        frames: decodes the frames of these numbers, one at a time; a problem where one cannot be decoded.
        is_volume: whether it is a NIfTI volume.
    """

    header: Header
    frames: Callable[[Collection[int]], Iterator[tuple[int, NDArray[np.generic] | Problem]]]
    is_volume: bool = False


def identity_of(files: Sequence[StudyFile], limits: Limits) -> bytes:
    """SHA-256 of what a study is recognised by; 32 bytes.

    That is the identifier in the header of its DICOM objects, or without one the content of its first readable file.
    A study whose first 100 files cannot be read has the SHA-256 of nothing.
    """
    for file in files[:_MOST_LOOKED_AT]:
        with suppress(Problem), file.open() as opened:
            if study := open_content(opened, limits, file.decode).header.study:
                return hashlib.sha256(study.encode(errors="surrogatepass")).digest()
            opened.seek(0)
            return hashlib.file_digest(opened, "sha256").digest()  # type: ignore[arg-type]  # it has no `readinto`
    return hashlib.sha256().digest()


def open_content(file: BinaryIO, limits: Limits, decode: StreamDecoder, known: Header | None = None) -> Content:
    """Read the header of a DICOM object or a NIfTI volume; no pixel is decoded.

    Args:
        file: open for reading, seekable.
        limits: on the file.
        decode: decodes the code streams of its frames.
        known: its header, if it was read before; it is read again only where it is not complete.

    Raises:
        UnreadableImage, UnsupportedFormat, TooLarge: the file cannot be read, or is of another format.
    """
    if known and known.complete:
        return Content(known, partial(decode_frames, DicomObject(known, file), decode=decode))
    head = _head_of(file)
    if is_nifti(head):
        volume = open_volume(file, limits)
        return Content(volume.header, volume.frames, is_volume=True)
    format_name = recognise(head)
    if format_name != DICOM:
        raise UnsupportedFormat(f"This is a {format_name} picture. A study consists of DICOM objects or NIfTI volumes.")
    opened = open_object(file, limits)
    return Content(opened.header, partial(decode_frames, opened, decode=decode))


def is_volume(file: BinaryIO) -> bool:
    """Whether a file is a NIfTI volume."""
    return is_nifti(_head_of(file))


def _head_of(file: BinaryIO) -> bytes:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return head
