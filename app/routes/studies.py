"""Studies: DICOM objects and NIfTI volumes of one examination."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile

from app.models.identity import Scope
from app.models.model_file import ModelMetadata
from app.models.problem_body import ProblemBody
from app.models.problems import (
    ImageServerFailed,
    ImageServerTimeout,
    NotAcceptable,
    NotFound,
    Problem,
    UnsupportedFormat,
)
from app.routes.answers import SERVING, UPLOAD
from app.routes.bodies import StudyRoute, ordered_study_of, study_files_of
from app.routes.dependencies import Services, ServicesDep
from app.routes.errors import documented, note_problem
from app.routes.events import EVENTS, EventStream, event
from app.routes.forms import storing
from app.routes.guards import GUARDED, require
from app.routes.negotiation import BINARY, FHIR, JSON, ZIP, preferred
from app.routes.pinning import DOCUMENTS_VERSION, note_answer
from app.routes.study_orders import ORDER_BODY, store_results
from app.services.explanations.words import listed
from app.services.imaging.reading import Limits
from app.services.inference.predictor import Predictor
from app.services.studies.schemas import StudyObject, StudyProgress, StudyResponse

if TYPE_CHECKING:  # lazy import: the libraries are an extra
    from app.services.studies.answering import Step
    from app.services.studies.files import StudyFile
    from app.services.studies.results import StudyResult
    from app.services.studies.writing.objects import WrittenObject

# Seconds between two events of progress: a study can have 10,000 files.
_PROGRESS_S = 0.2
_ANSWERS = {
    "description": "The result. With `Accept: text/event-stream` events: `progress` (StudyProgress), then `result` "
    "(StudyResponse) or `problem` (ProblemBody); with `application/fhir+json` FHIR resources; with `application/zip` "
    "DICOM objects.",
    "content": {
        EVENTS: {
            "schema": {"type": "string"},
            "example": 'event: progress\ndata: {"doing":"slices","done":7,"total":40}\n\n'
            'event: result\ndata: {"model":…}\n\n',
        },
        FHIR: {"schema": {"type": "object", "description": "A `Bundle` of FHIR R4."}},
        ZIP: {"schema": BINARY},
    },
}

router = APIRouter(
    prefix="/api/v1",
    tags=["studies"],
    route_class=StudyRoute,
    dependencies=[require(Scope.PREDICT), DOCUMENTS_VERSION],
    responses=GUARDED,
)


@router.post(
    "/studies",
    response_model=StudyResponse,
    summary="Classify a study",
    description="Send the DICOM objects or NIfTI volumes of one examination as `multipart/form-data`, each in a field "
    "`files`, or in ZIP archives: a folder, or a patient's disc. The service groups the slices into series, chooses "
    "the series and slices that the network can read, and answers for each slice, for each series and for the study. "
    "What was not used is in the response, with the reason.\n\nOr name a study in JSON, which the service then fetches "
    "by QIDO-RS and WADO-RS from a server that its operator has set up; with `store: true` it stores the results there "
    "by STOW-RS.\n\nNames and other identifiers in the headers are neither stored nor logged nor part of the response "
    "in JSON. The history stores no study: it contains single slices, and the place of a study is the archive that it "
    "comes from.\n\nThe response is JSON, or with `Accept: "
    "text/event-stream` a stream of events that reports progress. Close the connection to cancel.\n\nFor a study of "
    "DICOM objects, `Accept: application/zip` returns DICOM objects that belong to the same patient and study, in new "
    "series: a structured report (TID 1500), a PDF, and the heat-maps as a segmentation and as pictures in colour. "
    "`Accept: application/fhir+json` returns a transaction of FHIR R4: a DiagnosticReport, an Observation for the "
    "study and for each series, and the Device.",
    openapi_extra=ORDER_BODY,
    responses={
        **documented(
            *UPLOAD,
            UnsupportedFormat,
            NotFound,
            NotAcceptable,
            *SERVING,
            ImageServerFailed,
            ImageServerTimeout,
        ),
        200: _ANSWERS,
    },
)
async def create_study(
    request: Request,
    parts: ServicesDep,
    files: Annotated[list[UploadFile], File(description="The files.", json_schema_extra={"items": BINARY})],
    model: Annotated[str | None, Query(description="Name of the model; the default model if absent.")] = None,
    version: Annotated[str | None, Query(description="Version of the model; its default version if absent.")] = None,
    pictures: Annotated[bool, Query(description="Whether the response contains pictures of each series.")] = False,
    objects: Annotated[
        list[StudyObject] | None, Query(description="The DICOM objects of a response in ZIP; all if absent.")
    ] = None,
) -> StudyResponse | Response:
    from app.services.studies.answering import answer_study
    from app.services.studies.bodies import study_response
    from app.services.studies.contents import identity_of

    rollout = parts.registry.rollout(model, version)
    offers = (JSON, EVENTS, FHIR, ZIP)
    accepted = preferred(request.headers.get("accept", "*/*"), offers)
    if accepted is None:
        raise NotAcceptable(f"A study is answered as {listed(offers)}.", accepted=list(offers))
    study = study_files_of(request)
    limits = Limits(parts.settings.max_study_bytes, parts.settings.max_pixels)
    wanted = list(StudyObject) if objects is None else objects
    ordered = ordered_study_of(request)
    with storing(parts.settings):
        predictor, _ = await parts.queue.compute(lambda: rollout.of(lambda: identity_of(study, limits)))
    stored = ordered is not None and ordered.order.store
    note_answer(request, predictor.metadata)
    drawn = pictures or stored or (accepted == ZIP and StudyObject.PDF in wanted)
    answered = _answered(parts, predictor, answer_study(study, predictor, limits, pictures=drawn))
    names = [file.name for file in study]

    results: list[WrittenObject] = []

    async def body_of(found: "StudyResult") -> StudyResponse:
        shown = (
            found if pictures else replace(found, series=tuple(replace(each, pictures=None) for each in found.series))
        )
        body = study_response(shown, names, predictor.metadata)
        if ordered is None:
            return body
        if not stored:
            return body
        results.extend(await store_results(parts, ordered.order, found, study, predictor.metadata))
        return body.model_copy(update={"fetched": ordered.fetched.model_copy(update={"stored": len(results)})})

    if accepted == EVENTS:
        return EventStream(_events(request, answered, body_of))
    *_, result = [each async for each in answered if not isinstance(each, StudyProgress)]
    body = await body_of(result)
    if accepted == JSON:
        return body
    if accepted == FHIR:
        writing = _bundle(result, study, limits, predictor.metadata)
    elif results:
        writing = _archive(each for each in results if each.kind in wanted)
    else:
        writing = _archive(_objects(result, study, limits, predictor.metadata, wanted))
    content = None
    while content is None:
        with storing(parts.settings):
            content, _ = await parts.queue.compute(lambda: next(writing))
    headers = {"Content-Disposition": 'attachment; filename="results.zip"'} if accepted == ZIP else {}
    return Response(content, media_type=accepted, headers=headers)


# Lazy imports, in the threads that compute: the library for DICOM objects takes a second.
def _objects(
    result: "StudyResult",
    study: "list[StudyFile]",
    limits: Limits,
    metadata: ModelMetadata,
    wanted: Collection[StudyObject],
) -> "Iterator[WrittenObject]":
    from app.services.studies.writing.objects import write_objects

    yield from write_objects(result, study, limits, metadata, wanted)


def _archive(objects: "Iterator[WrittenObject]") -> Iterator[bytes | None]:
    """A ZIP archive of DICOM objects, after None for each object."""
    from app.services.studies.writing.objects import packing

    yield from packing(objects)


def _bundle(
    result: "StudyResult", study: "list[StudyFile]", limits: Limits, metadata: ModelMetadata
) -> Iterator[bytes | None]:
    """A bundle of FHIR resources as JSON."""
    from app.services.studies.writing.fhir import fhir_bundle
    from app.services.studies.writing.origin import origin_of

    bundle = fhir_bundle(result, origin_of(result, study, limits), metadata)
    yield bundle.model_dump_json(by_alias=True, exclude_none=True).encode()


async def _answered(
    parts: Services, predictor: Predictor, steps: "Iterator[Step | StudyResult]"
) -> "AsyncIterator[StudyProgress | StudyResult]":
    """The progress of a study, and its result at the end."""
    from app.services.studies.answering import Step

    while True:
        # One step at a time, so that other requests have their turn, and a client that goes stops the rest.
        with parts.count_failures(predictor.metadata), storing(parts.settings):
            found, _ = await parts.queue.compute(lambda: next(steps))
        if not isinstance(found, Step):
            break
        yield StudyProgress(doing=found.doing, done=found.done, total=found.total)
    if parts.count_study:
        parts.count_study(predictor.metadata, found)
    yield found


async def _events(
    request: Request,
    answered: "AsyncIterator[StudyProgress | StudyResult]",
    body_of: "Callable[[StudyResult], Awaitable[StudyResponse]]",
) -> AsyncIterator[bytes]:
    reported = 0.0
    try:
        async for each in answered:
            if not isinstance(each, StudyProgress):
                yield event("result", await body_of(each))
            elif monotonic() - reported >= _PROGRESS_S:
                reported = monotonic()
                yield event("progress", each)
    except Problem as problem:
        note_problem(request.scope, problem)
        yield event("problem", ProblemBody.of(problem, request.url.path, request.state.request_id))
