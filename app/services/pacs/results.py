"""The objects with the results of a study, as they go back to a PACS: with the same UIDs each time."""

from collections.abc import Iterator

from app.models.model_file import ModelMetadata
from app.services.imaging.reading import Limits
from app.services.studies.files import StudyFile
from app.services.studies.results import StudyResult
from app.services.studies.schemas import StudyObject
from app.services.studies.writing.objects import WrittenObject, write_objects


def write_results(
    found: StudyResult, files: list[StudyFile], limits: Limits, metadata: ModelMetadata
) -> Iterator[WrittenObject]:
    """All objects with results; none for a study of which nothing was used.

    Args:
        found: the result, with pictures.
        files: of the study.
        limits: on each file.
        metadata: of the model.

    Raises:
        UnsupportedFormat: the study cannot take up results.
    """
    if found.conclusion:
        yield from write_objects(found, files, limits, metadata, set(StudyObject))
