"""Reads a single DICOM object as a scan, like a picture of any other format."""

from dataclasses import replace
from typing import BinaryIO

from app.models.problems import Problem, UnsupportedFormat
from app.services.imaging.dicom.codecs import decode_stream
from app.services.imaging.dicom.frames import decode_frames
from app.services.imaging.dicom.objects import open_object
from app.services.imaging.dicom.orientation import orientation_of
from app.services.imaging.dicom.pixels import picture_of
from app.services.imaging.dicom.suitability import map_of, object_faults
from app.services.imaging.formats import DICOM, damaged
from app.services.imaging.reading import Limits, Notice, Scan


def read_dicom(file: BinaryIO, limits: Limits) -> Scan:
    """Read a DICOM object; of several frames, the middle one.

    Args:
        file: open for reading, seekable.
        limits: checked before decoding.

    Raises:
        UnreadableImage: the file is damaged.
        UnsupportedFormat: the object is no MR picture of a head, or is stored in a way that is not accepted.
        TooLarge: the object has too many bytes or pixels.
    """
    opened = open_object(file, limits)
    header = opened.header
    if faults := object_faults(header):
        raise UnsupportedFormat("This DICOM file is not accepted. " + " ".join(fault.message for fault in faults))
    assert header.pixels is not None
    if header.pixels.cut_off:
        raise damaged(DICOM)
    pictures = [frame for frame in header.frames if map_of(frame) is None]
    frame = pictures[len(pictures) // 2]
    [(_, stored)] = decode_frames(opened, [frame.number], decode_stream)
    if isinstance(stored, Problem):
        raise stored
    scan, _ = picture_of(stored, header, frame, limits.max_pixels)
    notices = [*scan.notices, *notices_of(header.acquisition.burnt_in, frame.orientation)]
    if len(header.frames) > 1:
        notices.append(
            Notice(
                "middle-frame",
                f"The DICOM file contains {len(header.frames)} frames; only the one in the middle was read, number "
                f"{frame.number + 1}. Send the file as a study to have all of them read.",
            )
        )
    return replace(scan, notices=tuple(notices))


def notices_of(burnt_in: bool, cosines: tuple[float, ...] | None) -> list[Notice]:
    """What a reader should know about the picture of an object."""
    notices = []
    orientation = orientation_of(cosines)
    if orientation:
        notices.append(Notice("orientation", f"Orientation, from the DICOM header: {orientation.words}."))
    if burnt_in:
        notices.append(
            Notice("burnt-in-annotation", "The DICOM header says that the pixels contain text about the patient.")
        )
    return notices
