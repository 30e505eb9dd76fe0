"""Studies: DICOM objects and NIfTI volumes of one examination."""

from collections.abc import AsyncIterator, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile

from app.models.identity import Scope
from app.models.problem_body import ProblemBody
from app.models.problems import NotAcceptable, NotFound, Problem, UnsupportedFormat
from app.routes.answers import SERVING, UPLOAD
from app.routes.bodies import StudyRoute, study_files_of
from app.routes.dependencies import Services, ServicesDep
from app.routes.errors import documented, note_problem
from app.routes.events import EVENTS, EventStream, event
from app.routes.forms import storing
from app.routes.guards import GUARDED, require
from app.routes.negotiation import BINARY, JSON, preferred
from app.services.imaging.reading import Limits
from app.services.inference.predictor import Predictor
from app.services.studies.schemas import StudyProgress, StudyResponse

if TYPE_CHECKING:  # lazy import: the libraries are an extra
    from app.services.studies.answering import Step
    from app.services.studies.files import StudyFile
    from app.services.studies.results import StudyResult

# Seconds between two events of progress: a study can have 10,000 files.
_PROGRESS_S = 0.2
_EVENTS_SCHEMA = {
    "description": "The result. With `Accept: text/event-stream` events: `progress` (StudyProgress), then `result` "
    "(StudyResponse) or `problem` (ProblemBody).",
    "content": {
        EVENTS: {
            "schema": {"type": "string"},
            "example": 'event: progress\ndata: {"doing":"slices","done":7,"total":40}\n\n'
            'event: result\ndata: {"model":…}\n\n',
        }
    },
}

router = APIRouter(
    prefix="/api/v1",
    tags=["studies"],
    route_class=StudyRoute,
    dependencies=[require(Scope.PREDICT)],
    responses=GUARDED,
)


@router.post(
    "/studies",
    response_model=StudyResponse,
    summary="Classify a study",
    description="Send the DICOM objects or NIfTI volumes of one examination as `multipart/form-data`, each in a field "
    "`files`, or in ZIP archives: a folder, or a patient's disc. The service groups the slices into series, chooses "
    "the series and slices that the network can read, and answers for each slice, for each series and for the study. "
    "What was not used is in the response, with the reason.\n\nNames and other identifiers in the headers are neither "
    "stored nor logged nor part of the response. The history stores no study: it contains single slices, and the place "
    "of a study is the archive that it comes from.\n\nThe response is JSON, or with `Accept: text/event-stream` a "
    "stream of events that reports progress. Close the connection to cancel.",
    responses={**documented(*UPLOAD, UnsupportedFormat, NotFound, NotAcceptable, *SERVING), 200: _EVENTS_SCHEMA},
)
async def create_study(
    request: Request,
    parts: ServicesDep,
    files: Annotated[list[UploadFile], File(description="The files.", json_schema_extra={"items": BINARY})],
    model: Annotated[str | None, Query(description="Name of the model; the default model if absent.")] = None,
    pictures: Annotated[bool, Query(description="Whether the response contains pictures of each series.")] = False,
) -> StudyResponse | Response:
    from app.services.studies.answering import answer_study

    predictor = parts.registry.predictor(model)
    accepted = preferred(request.headers.get("accept", "*/*"), (JSON, EVENTS))
    if accepted is None:
        raise NotAcceptable("A study is answered in JSON or as a stream of events.", accepted=[JSON, EVENTS])
    study = study_files_of(request)
    limits = Limits(parts.settings.max_study_bytes, parts.settings.max_pixels)
    answered = _answered(parts, predictor, study, answer_study(study, predictor, limits, pictures=pictures))
    if accepted == EVENTS:
        return EventStream(_events(request, answered))
    *_, response = [each async for each in answered if isinstance(each, StudyResponse)]
    return response


async def _answered(
    parts: Services, predictor: Predictor, study: "list[StudyFile]", steps: "Iterator[Step | StudyResult]"
) -> AsyncIterator[StudyProgress | StudyResponse]:
    """The progress of a study, and its response at the end."""
    from app.services.studies.answering import Step
    from app.services.studies.bodies import study_response

    while True:
        # One step at a time, so that other requests have their turn, and a client that goes stops the rest.
        with storing(parts.settings):
            found, _ = await parts.queue.compute(lambda: next(steps))
        if not isinstance(found, Step):
            break
        yield StudyProgress(doing=found.doing, done=found.done, total=found.total)
    if parts.count_study:
        parts.count_study(predictor.metadata.name, found)
    yield study_response(found, [file.name for file in study], predictor.metadata)


async def _events(request: Request, answered: AsyncIterator[StudyProgress | StudyResponse]) -> AsyncIterator[bytes]:
    reported = 0.0
    try:
        async for each in answered:
            if isinstance(each, StudyResponse):
                yield event("result", each)
            elif monotonic() - reported >= _PROGRESS_S:
                reported = monotonic()
                yield event("progress", each)
    except Problem as problem:
        note_problem(request.scope, problem)
        yield event("problem", ProblemBody.of(problem, request.url.path, request.state.request_id))
