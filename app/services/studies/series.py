"""Groups the frames of many files into series, in the order of their positions in the patient."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from app.models.acquisition import MriSequence
from app.services.imaging.dicom.header import AcquisitionTags, Frame, Header, Vector
from app.services.imaging.dicom.orientation import Orientation, orientation_of
from app.services.imaging.dicom.sequences import sequence_of
from app.services.imaging.dicom.suitability import map_of
from app.services.imaging.reading import Notice

# Positions closer than this, in millimetres, are the same.
_SAME_PLACE = 0.05


@dataclass(frozen=True)
class SeriesSlice:
    """A frame of a file as a slice of a series.

    Attributes:
        file: index of the file in the study.
        header: of the file.
        frame: the frame.
        position: along the normal of the series, in millimetres; None if unknown.
    """

    file: int
    header: Header
    frame: Frame
    position: float | None


@dataclass(frozen=True, kw_only=True)
class Series:
    """Slices that were made together, with one orientation and one size.

    Attributes:
        number: as numbered by the scanner; None if unknown.
        study: what its study is recognised by; compared only.
        sequence: None where the header does not tell.
        orientation: of its slices; None if unknown.
        rows, columns: stored size of a slice.
        spacing: distance of rows and of columns, in millimetres; None if unknown.
        distance: of neighbouring slices, in millimetres; None if unknown.
        acquisition: how it was made.
        slices: ordered by position, or by the scanner's number where that is unknown.
        omitted: slices that are not read, with the reason.
        faults: why the series cannot be read; empty if it can.
        notices: what a reader should know.
    """

    number: int | None
    study: str
    sequence: MriSequence | None
    orientation: Orientation | None
    rows: int
    columns: int
    spacing: Vector | None
    distance: float | None
    acquisition: AcquisitionTags
    slices: tuple[SeriesSlice, ...]
    omitted: tuple[tuple[SeriesSlice, Notice], ...] = ()
    faults: tuple[Notice, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def files(self) -> list[int]:
        """Indices of its files, in order."""
        return sorted({each.file for each in (*self.slices, *(omitted for omitted, _ in self.omitted))})


@dataclass
class _Group:
    header: Header
    slices: list[SeriesSlice] = field(default_factory=list)
    omitted: list[tuple[SeriesSlice, Notice]] = field(default_factory=list)


def series_of(headers: Iterable[tuple[int, Header]]) -> list[Series]:
    """Group frames into series.

    Args:
        headers: index and header of each file with pictures.

    Returns:
        The series in the order of their numbers. Objects of one series with several orientations, sizes or echo times
        become several series.
    """
    groups: dict[object, _Group] = {}
    planes: defaultdict[object, set[object]] = defaultdict(set)
    for file, header in headers:
        # Objects without identifiers belong to no other object.
        name = (header.study, header.series or f"file {file}")
        for frame in header.frames:
            key = (name, *_likeness(header, frame))
            orientation = orientation_of(frame.orientation)
            planes[name].add(orientation.plane if orientation else None)
            group = groups.setdefault(key, _Group(header))
            made = SeriesSlice(file, header, frame, _position(frame, orientation))
            meaning = map_of(frame)
            if meaning:
                group.omitted.append((made, Notice("derived-map", f"It is {meaning}.")))
            else:
                group.slices.append(made)
    found = [_ordered(group, len(planes[key[0]]) if isinstance(key, tuple) else 1) for key, group in groups.items()]
    return sorted(found, key=lambda each: (each.number is None, each.number or 0, each.files))


def _likeness(header: Header, frame: Frame) -> tuple[object, ...]:
    pixels = header.pixels
    assert pixels is not None
    cosines = tuple(round(each, 1) + 0.0 for each in frame.orientation) if frame.orientation else None
    return pixels.rows, pixels.columns, cosines, frame.echo_time


def _position(frame: Frame, orientation: Orientation | None) -> float | None:
    if frame.position is None or orientation is None:
        return None
    return float(np.dot(frame.position, orientation.normal))


def _ordered(group: _Group, planes: int) -> Series:
    header = group.header
    pixels = header.pixels
    assert pixels is not None
    slices = sorted(group.slices, key=_order)
    first = (slices or [each for each, _ in group.omitted])[0].frame
    repeats, kept = _without_repeats(slices)
    positions = [each.position for each in kept if each.position is not None]
    series = Series(
        number=header.series_number,
        study=header.study,
        sequence=sequence_of(header.acquisition),
        orientation=orientation_of(first.orientation),
        rows=pixels.rows,
        columns=pixels.columns,
        spacing=first.spacing,
        distance=float(np.median(np.diff(positions))) if len(positions) > 1 else None,
        acquisition=header.acquisition,
        slices=tuple(kept),
        omitted=(*group.omitted, *repeats),
    )
    if planes >= len(_LOCALIZER_PLANES):
        reason = Notice("localizer", "It has slices in three planes, as a localizer (scout) has.")
        series = replace(series, faults=(reason,))
    # Of one place only, they may be copies of one file.
    if len(kept) > 1 and len(slices) >= _DYNAMIC * len(kept):
        message = f"It has {len(slices) // len(kept)} pictures of each place, as a series over time has."
        series = replace(series, faults=(*series.faults, Notice("time-series", message)))
    return series


_LOCALIZER_PLANES = ("axial", "coronal", "sagittal")
# Repetitions of each place from which a series is one over time: fewer are echoes or acquisitions of one contrast.
_DYNAMIC = 4


def _order(each: SeriesSlice) -> tuple[object, ...]:
    number = each.header.instance_number
    instance = number if number is not None else each.file
    place = (each.position is None, round(each.position / _SAME_PLACE) if each.position is not None else 0)
    return (*place, each.frame.dynamic, instance, each.file, each.frame.number)


def _without_repeats(slices: list[SeriesSlice]) -> tuple[list[tuple[SeriesSlice, Notice]], list[SeriesSlice]]:
    """Slices at a place that an earlier one shows, and the others."""
    repeats: list[tuple[SeriesSlice, Notice]] = []
    kept: list[SeriesSlice] = []
    reason = Notice("repeated", "Another slice of the series shows the same place; the first one is read.")
    for each in slices:
        last = kept[-1].position if kept else None
        if each.position is not None and last is not None and abs(each.position - last) < _SAME_PLACE:
            repeats.append((each, reason))
        else:
            kept.append(each)
    return repeats, kept
