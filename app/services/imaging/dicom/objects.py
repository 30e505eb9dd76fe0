"""Opens DICOM objects: finds the pixel data, reads the header, and keeps only what `Header` lists."""

import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from pydicom.dataset import Dataset, FileDataset
from pydicom.filereader import read_dataset, read_partial
from pydicom.tag import BaseTag, Tag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from app.models.problems import Problem, UnreadableImage
from app.services.imaging.bounds import check_shape
from app.services.imaging.dicom.extract import TAGS, header_of
from app.services.imaging.dicom.header import Header
from app.services.imaging.dicom.library import prepare_pydicom
from app.services.imaging.dicom.suitability import is_picture_class
from app.services.imaging.formats import DICOM, HEAD_BYTES, damaged
from app.services.imaging.inflating import inflated
from app.services.imaging.reading import Limits, check_size

prepare_pydicom()

# The parser reads twice or more for an element. Enhanced objects of 2,000 frames take some 200,000 reads.
_MOST_READS = 300_000
_PIXEL_TAGS = frozenset(map(Tag, ("PixelData", "FloatPixelData", "DoubleFloatPixelData")))
_UNDEFINED = 0xFFFFFFFF
_ITEM, _DELIMITER = (0xFFFE, 0xE000), (0xFFFE, 0xE0DD)
_LONG_FORMS = (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN", b"SQ", b"UT", b"UC", b"UR")
_META_START = 144


@dataclass(frozen=True)
class DicomObject:
    """An opened object.

    Attributes:
        header: what was taken from its header.
        content: the file in which the positions of `header.pixels` are; another one if the object was deflated.
    """

    header: Header
    content: BinaryIO


class BudgetedFile:
    """A file that can be read only so often, so that no file, however it is built, takes the parser long."""

    def __init__(self, file: BinaryIO) -> None:
        """Wrap a file, open for reading and seekable."""
        self._file = file
        self._left = _MOST_READS
        self.seek = file.seek
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        """Read as `file.read` does.

        Raises:
            UnreadableImage: the file was read too often.
        """
        self._left -= 1
        if self._left < 0:
            raise UnreadableImage("The DICOM file has too many elements. Export it again with default options.")
        return self._file.read(size)

    def close(self) -> None:
        """Leave the file open: its owner closes it."""


def read_attributes(file: BinaryIO, limits: Limits, names: Sequence[str]) -> Dataset:
    """Read some attributes of a DICOM object that are stored before its pixels.

    Args:
        file: open for reading, seekable.
        limits: on the bytes of the file.
        names: keywords of the attributes; others are not read.

    Raises:
        TooLarge: the file has, or unpacks to, too many bytes.
        UnreadableImage: the file is not a DICOM object, or is damaged.
    """
    check_size(file, limits)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    try:
        _, dataset, _, _ = _parsed(file, head, limits, [Tag(name) for name in names])
    except Problem:
        raise
    except Exception as error:  # as below
        raise damaged(DICOM) from error
    return dataset


def open_object(file: BinaryIO, limits: Limits) -> DicomObject:
    """Read the header of a DICOM object; no pixel is decoded.

    Args:
        file: open for reading, seekable; with or without preamble and meta information.
        limits: on the bytes of the file, and of its content where that is deflated, and on the pixels of a frame.

    Raises:
        TooLarge: the file has, or unpacks to, too many bytes, or its frames have too many pixels.
        UnreadableImage: the file is not a DICOM object, or is damaged.
    """
    check_size(file, limits)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    try:
        content, dataset, implicit, little = _parsed(file, head, limits, TAGS)
        start, length = _pixel_data(content, implicit=implicit, little=little)
        syntax = str(getattr(getattr(dataset, "file_meta", None), "TransferSyntaxUID", "")) or _plain(implicit, little)
        if syntax == DeflatedExplicitVRLittleEndian:
            syntax = str(ExplicitVRLittleEndian)
        cut_off = _is_cut_off(content, start, length, little=little)
        header = header_of(
            dataset, syntax=syntax, start=start, length=length, cut_off=cut_off, deflated=content is not file
        )
    except Problem:
        raise
    except Exception as error:  # as decoders of pictures do, its parser raises many kinds
        raise damaged(DICOM) from error
    if header.pixels is None:
        storage = header.acquisition.storage
        if not storage or (is_picture_class(storage) and not header.encrypted):
            raise damaged(DICOM)
    else:
        check_shape((header.pixels.columns, header.pixels.rows), limits.max_pixels)
    return DicomObject(header, content)


def _parsed(
    file: BinaryIO, head: bytes, limits: Limits, tags: list[BaseTag | int]
) -> tuple[BinaryIO, Dataset, bool, bool]:
    """The content whose position is that of the pixel data, its attributes, and its encoding."""
    deflated = head[128:132] == b"DICM" and str(DeflatedExplicitVRLittleEndian).encode() in head
    content = _inflated(file, head, limits) if deflated else file
    budgeted = cast(BinaryIO, BudgetedFile(content))
    if deflated:
        dataset: Dataset = read_dataset(budgeted, False, True, stop_when=_at_pixels, specific_tags=tags)
        return content, dataset, False, True
    found: FileDataset = read_partial(budgeted, stop_when=_at_pixels, force=True, specific_tags=tags)
    implicit, little = found.original_encoding
    return content, found, bool(implicit), little is not False


def _at_pixels(tag: BaseTag, _: str | None, __: int) -> bool:
    return tag in _PIXEL_TAGS


def _inflated(file: BinaryIO, head: bytes, limits: Limits) -> BinaryIO:
    """The data set of a deflated object, without its meta information."""
    [meta_length] = struct.unpack_from("<I", head, 140)
    file.seek(_META_START + meta_length)
    return inflated(file, -zlib.MAX_WBITS, limits, "DICOM file")


def _pixel_data(content: BinaryIO, *, implicit: bool, little: bool) -> tuple[int, int | None]:
    """Position and length of the pixel data, at whose element the file is; the length is None if encapsulated.

    Returns:
        `(0, 0)` where there is none.
    """
    element = content.read(12)
    order = "<" if little else ">"
    if len(element) < 8 or Tag(struct.unpack_from(f"{order}HH", element)) not in _PIXEL_TAGS:
        return 0, 0
    start = content.tell() - len(element)
    if not implicit and element[4:6] in _LONG_FORMS:
        [length] = struct.unpack_from(f"{order}I", element, 8)
        return start + 12, None if length == _UNDEFINED else length
    if implicit:
        [length] = struct.unpack_from(f"{order}I", element, 4)
    else:
        [length] = struct.unpack_from(f"{order}H", element, 6)
    return start + 8, None if length == _UNDEFINED else length


def _is_cut_off(content: BinaryIO, start: int, length: int | None, *, little: bool) -> bool:
    """Whether the file ends before its pixel data do."""
    if length is not None:
        return start + length > content.seek(0, os.SEEK_END)
    budgeted = BudgetedFile(content)
    content.seek(start)
    while len(item := budgeted.read(8)) == 8:
        group, element, size = struct.unpack("<HHI" if little else ">HHI", item)
        if (group, element) != _ITEM:
            return (group, element) != _DELIMITER
        content.seek(size, os.SEEK_CUR)
    return True


def _plain(implicit: bool, little: bool) -> str:
    if not little:
        return str(ExplicitVRBigEndian)
    return str(ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian)
