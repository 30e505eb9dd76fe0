"""Writes the result of a study as DICOM objects of that study."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from pydicom.dataset import Dataset

from app.models.model_file import ModelMetadata
from app.models.problems import UnsupportedFormat
from app.services.imaging.reading import Limits
from app.services.studies.files import StudyFile
from app.services.studies.results import StudyResult
from app.services.studies.schemas import StudyObject
from app.services.studies.writing.document import document
from app.services.studies.writing.equipment import NewSeries, SeriesNumber
from app.services.studies.writing.heat import heated_series, heated_slices
from app.services.studies.writing.origin import Origin, origin_of, used_series
from app.services.studies.writing.report import TITLE, study_pdf
from app.services.studies.writing.secondary_capture import picture
from app.services.studies.writing.segmentation import can_be_segmented, segmentation
from app.services.studies.writing.structured_report import structured_report


@dataclass(frozen=True)
class WrittenObject:
    """A DICOM object as a file: what it holds, its name and its content."""

    kind: StudyObject
    name: str
    content: bytes


def write_objects(
    result: StudyResult,
    files: list[StudyFile],
    limits: Limits,
    metadata: ModelMetadata,
    wanted: Collection[StudyObject],
) -> Iterator[WrittenObject]:
    """Write the result of a study as DICOM objects, one at a time.

    Args:
        result: of the study.
        files: of the study.
        limits: on each file.
        metadata: of the model.
        wanted: what is written.

    Raises:
        UnsupportedFormat: the study cannot take up results.
    """
    origin = origin_of(result, files, limits)
    try:
        yield from _objects(result, files, limits, metadata, origin, wanted)
    except (ValueError, TypeError, OverflowError) as error:  # highdicom rejects some values that break the standard
        raise UnsupportedFormat(
            "The headers of the study break the rules of DICOM, so no result can be written into it. Ask for JSON."
        ) from error


def packing(objects: Iterable[WrittenObject]) -> Iterator[bytes | None]:
    """Pack objects in a ZIP archive.

    Yields:
        None after each object, and the archive at the end.
    """
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for each in objects:
            archive.writestr(each.name, each.content)
            yield None
    yield content.getvalue()


def _objects(
    result: StudyResult,
    files: list[StudyFile],
    limits: Limits,
    metadata: ModelMetadata,
    origin: Origin,
    wanted: Collection[StudyObject],
) -> Iterator[WrittenObject]:
    if StudyObject.SR in wanted:
        yield _written(StudyObject.SR, "report.dcm", structured_report(result, origin, metadata))
    if StudyObject.PDF in wanted:
        pdf = study_pdf(result, metadata, datetime.now(UTC))
        burnt_in = any(each.series.acquisition.burnt_in for each in used_series(result))
        yield _written(StudyObject.PDF, "document.dcm", document(pdf, TITLE, origin, metadata, burnt_in=burnt_in))
    if StudyObject.HEATMAPS in wanted:
        yield from _heatmaps(result, files, limits, metadata, origin)


def _heatmaps(
    result: StudyResult, files: list[StudyFile], limits: Limits, metadata: ModelMetadata, origin: Origin
) -> Iterator[WrittenObject]:
    for number, (found, slices) in enumerate(heated_series(result), 1):
        pictures = NewSeries.of(SeriesNumber.PICTURES + number, f"AI heat: {found.name}", origin, metadata)
        heated = []
        for at, (each, drawn) in enumerate(heated_slices(found, slices, files, limits, metadata), 1):
            heated.append(each)
            made = picture(found, each, drawn, origin, metadata, pictures, at)
            yield _written(StudyObject.HEATMAPS, f"heat-map-{number}-{at}.dcm", made)
        if can_be_segmented(found, slices, origin):
            # One series each: of several segmentations in a series, OHIF shows the last.
            areas = NewSeries.of(SeriesNumber.SEGMENTATIONS + number, f"AI heat area: {found.name}", origin, metadata)
            segments = segmentation(found, heated, origin, metadata, areas)
            if segments:
                yield _written(StudyObject.HEATMAPS, f"segmentation-{number}.dcm", segments)


def _written(kind: StudyObject, name: str, made: Dataset) -> WrittenObject:
    content = BytesIO()
    made.save_as(content, enforce_file_format=True)
    return WrittenObject(kind, name, content.getvalue())
