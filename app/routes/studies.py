"""Studies: DICOM objects and NIfTI volumes of one examination."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, File, Query, Request, UploadFile

from app.models.identity import Scope
from app.models.problems import NotFound, UnsupportedFormat
from app.routes.answers import SERVING, UPLOAD
from app.routes.bodies import StudyRoute, study_files_of
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, require
from app.routes.negotiation import BINARY
from app.services.imaging.reading import Limits
from app.services.studies.schemas import StudyResponse

if TYPE_CHECKING:  # lazy import: the libraries are an extra
    from app.services.studies.results import StudyResult

router = APIRouter(
    prefix="/api/v1",
    tags=["studies"],
    route_class=StudyRoute,
    dependencies=[require(Scope.PREDICT)],
    responses=GUARDED,
)


@router.post(
    "/studies",
    summary="Classify a study",
    description="Send the DICOM objects or NIfTI volumes of one examination as `multipart/form-data`, each in a field "
    "`files`, or in ZIP archives: a folder, or a patient's disc. The service groups the slices into series, chooses "
    "the series and slices that the network can read, and answers for each slice, for each series and for the study. "
    "What was not used is in the response, with the reason. Names and other identifiers in the headers are neither "
    "stored nor logged nor part of the response. The history stores no study.",
    responses=documented(*UPLOAD, UnsupportedFormat, NotFound, *SERVING),
)
async def create_study(
    request: Request,
    parts: ServicesDep,
    files: Annotated[list[UploadFile], File(description="The files.", json_schema_extra={"items": BINARY})],
    model: Annotated[str | None, Query(description="Name of the model; the default model if absent.")] = None,
) -> StudyResponse:
    from app.services.studies.answering import Step, answer_study
    from app.services.studies.bodies import study_response

    predictor = parts.registry.predictor(model)
    limits = Limits(parts.settings.max_study_bytes, parts.settings.max_pixels)
    study = study_files_of(request)
    steps = answer_study(study, predictor, limits)
    # One step at a time, so that other requests have their turn, and a client that goes stops the rest.
    found: Step | StudyResult = Step("headers", 0, len(study))
    while isinstance(found, Step):
        found, _ = await parts.queue.compute(lambda: next(steps))
    return study_response(found, [file.name for file in study], predictor.metadata)
