"""Looks through the headers of a study's files: which series there are, and what cannot be read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.models.acquisition import MriSequence
from app.models.problems import Problem, UnreadableImage, UnsupportedFormat
from app.services.explanations.words import plural
from app.services.imaging.dicom.header import Header
from app.services.imaging.dicom.suitability import object_faults
from app.services.imaging.reading import Limits, Notice
from app.services.studies.contents import open_content
from app.services.studies.files import StudyFile
from app.services.studies.series import Series, series_of

_ACCEPTED = ("DICOM", "NIfTI", "ZIP")
# A folder of other files has a few kinds of them; the first ones say what was chosen by mistake.
_MOST_REASONS = 3

# Smaller pictures are of functional, diffusion or perfusion series, or previews.
LEAST_SIDE = 96

UNKNOWN_SEQUENCE = Notice(
    "unknown-sequence",
    "It is of a sequence that the network was not trained on; T1 (with and without contrast agent), T2 and FLAIR are "
    "accepted.",
)


@dataclass(frozen=True)
class UnreadFile:
    """A file that is not read.

    Attributes:
        file: its index in the study.
        reasons: at least one.
    """

    file: int
    reasons: tuple[Notice, ...]


@dataclass(frozen=True)
class Survey:
    """What a study contains.

    Attributes:
        series: those that can be read, and those that cannot, with their faults.
        left_out: files that belong to no series.
    """

    series: tuple[Series, ...]
    left_out: tuple[UnreadFile, ...]


def survey(files: list[StudyFile], limits: Limits) -> Iterator[Survey | None]:
    """Read the header of each file.

    Yields:
        None after each file, and the survey at the end.
    """
    readable: list[tuple[int, Header]] = []
    faulty: list[tuple[int, Header]] = []
    faults: dict[int, list[Notice]] = {}
    left_out = []
    for index, file in enumerate(files):
        try:
            with file.open() as opened:
                header = open_content(opened, limits, file.decode).header
            # Tables have 65,536 entries; those of 10,000 files would fill the memory.
            if header.gray_table or header.palette:
                header = replace(header, gray_table=None, palette=None, complete=False)
        except Problem as problem:
            left_out.append(UnreadFile(index, (Notice(problem.slug, problem.detail),)))
        else:
            found = object_faults(header)
            if not found:
                readable.append((index, header))
            elif header.pixels is None:
                left_out.append(UnreadFile(index, tuple(found)))
            else:
                faulty.append((index, header))
                faults[index] = found
        yield None
    truncated = {index for index, header in readable if header.pixels and header.pixels.cut_off}
    read = [_judged(each, truncated) for each in series_of(readable)]
    refused = [
        replace(each, faults=(*faults[each.files[0]], *_series_faults(each, each.faults))) for each in series_of(faulty)
    ]
    order = sorted([*read, *refused], key=lambda each: (each.number is None, each.number or 0, each.files))
    yield Survey(tuple(order), tuple(left_out))


def nothing_to_read(left_out: tuple[UnreadFile, ...]) -> Problem:
    """The problem of a study without any series: what its files are, and what to send instead."""
    reasons = Counter(each.reasons[0] for each in left_out)
    found = [f"{plural(count, 'file')}: {reason.message}" for reason, count in reasons.most_common(_MOST_REASONS)]
    unreadable = {reason.code for reason in reasons} == {UnreadableImage.slug}
    return (UnreadableImage if unreadable else UnsupportedFormat)(
        f"No file of the study can be read. {' '.join(found)} Send the DICOM objects or NIfTI volumes of one "
        "examination, loose or in ZIP archives. Send pictures of other formats as single scans.",
        accepted=list(_ACCEPTED),
    )


def _judged(series: Series, truncated: set[int]) -> Series:
    notices = list(series.notices)
    if truncated & set(series.files):
        notices.append(Notice("truncated", "A file of the series is cut off; what it still holds was read."))
    if series.orientation is None:
        notices.append(
            Notice("orientation-unknown", "The header does not tell the orientation; the slices are read as stored.")
        )
    if series.acquisition.burnt_in:
        notices.append(Notice("burnt-in-annotation", "The header says that the pixels contain text about the patient."))
    faults = _series_faults(series, series.faults)
    return replace(series, faults=tuple(faults), notices=tuple(notices))


def _series_faults(series: Series, found: tuple[Notice, ...]) -> list[Notice]:
    """Faults that the whole series shows, besides those that were found before."""
    faults = list(found)
    if min(series.rows, series.columns) < LEAST_SIDE:
        faults.append(
            Notice(
                "low-resolution",
                f"Its pictures have {series.columns} x {series.rows} pixels; at least {LEAST_SIDE} x {LEAST_SIDE} are "
                "needed.",
            )
        )
    if series.sequence is MriSequence.OTHER:
        faults.append(UNKNOWN_SEQUENCE)
    if not series.slices and series.omitted:
        faults.append(series.omitted[0][1])
    return faults
