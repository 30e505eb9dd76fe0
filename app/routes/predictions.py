"""Predictions: of an uploaded scan, of a sample image, of several scans."""

import asyncio
from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, File, Path, Request, UploadFile
from pydantic import WithJsonSchema

from app.models.identity import Scope
from app.models.problem_body import ProblemBody
from app.models.problems import NotFound, Problem
from app.routes.answers import (
    IMAGE,
    KEEPING,
    SERVING,
    TERMS,
    UPLOAD,
    Computed,
    Options,
    answer,
    compute,
    explain,
    keep,
)
from app.routes.bare_scans import BARE_BODIES
from app.routes.bodies import BatchRoute, ScanRoute, pictures_of, slot_of
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented, note_problem
from app.routes.guards import GUARDED, require
from app.routes.negotiation import BINARY
from app.routes.pinning import DOCUMENTS_VERSION
from app.services.explanations.answer import Answer
from app.services.history.schemas import PredictionSource
from app.services.inference.archives import BatchFile
from app.services.inference.schemas import BatchItem, BatchResponse, PredictionResponse

router = APIRouter(
    prefix="/api/v1",
    tags=["predictions"],
    route_class=ScanRoute,
    dependencies=[require(Scope.PREDICT), DOCUMENTS_VERSION],
    responses=GUARDED,
)
batch_router = APIRouter(
    prefix="/api/v1",
    tags=["predictions"],
    route_class=BatchRoute,
    dependencies=[require(Scope.PREDICT), DOCUMENTS_VERSION],
    responses=GUARDED,
)


@router.post(
    "/predictions",
    summary="Classify a brain MRI",
    description="Send one image as `multipart/form-data` in the field `file`: JPEG, PNG, WebP, BMP, TIFF, GIF or DICOM."
    " The service recognises the format from the content. The image may also be the body itself, with `Content-Type: "
    'image/*`, or be in JSON, `{"file": …}`, in base64 or as a data URL. The limits are the same.\n\n' + TERMS,
    openapi_extra=BARE_BODIES,
    responses=documented(*UPLOAD, *IMAGE, NotFound, *SERVING, *KEEPING),
)
async def create_prediction(
    request: Request,
    parts: ServicesDep,
    options: Options,
    file: Annotated[UploadFile, WithJsonSchema(BINARY), File(description="The image.")],
) -> PredictionResponse:
    made = await answer(slot_of(request), parts, options, file.file)
    [response] = await keep(request, parts, options, PredictionSource.UPLOAD, [made])
    return response


@router.post(
    "/samples/{name}/predictions",
    summary="Classify a sample image",
    description="Like `/predictions`, for one of the sample images; the request has no body.\n\n" + TERMS,
    responses=documented(*UPLOAD, NotFound, *SERVING, *KEEPING),
)
async def create_sample_prediction(
    request: Request,
    parts: ServicesDep,
    options: Options,
    name: Annotated[str, Path(description="Name of the sample.", examples=["Te-me_0016.jpg"])],
) -> PredictionResponse:
    made = await answer(slot_of(request), parts, options, BytesIO(parts.gallery.get(name).content))
    [response] = await keep(request, parts, options, PredictionSource.SAMPLE, [made])
    return response


@batch_router.post(
    "/predictions/batch",
    summary="Classify several brain MRIs",
    description="Send the images as `multipart/form-data`, each in a field `files`. A ZIP archive counts as the files "
    "in it, in the order of their paths, without hidden files. The response has a prediction or a problem for each "
    "image, in the same order; an unusable file does not affect the others.\n\n" + TERMS,
    responses=documented(*UPLOAD, NotFound, *SERVING, *KEEPING),
)
async def create_prediction_batch(
    request: Request,
    parts: ServicesDep,
    options: Options,
    files: Annotated[list[UploadFile], File(description="The images.", json_schema_extra={"items": BINARY})],
) -> BatchResponse:
    rollout = parts.registry.rollout(options.model, options.version)
    rollout.default.check(options.method, options.target)
    # As many at a time as there are worker threads: one file is decoded during the forward pass of another.
    free = asyncio.Semaphore(parts.queue.threads)

    async def outcome_of(picture: BatchFile) -> Computed | Problem:
        async with free:
            try:
                return await compute(parts, rollout, options, picture.content())
            except Problem as problem:
                return problem

    pictures = pictures_of(request)
    outcomes = await asyncio.gather(*map(outcome_of, pictures))
    slot_of(request).release()

    async def answer_to(outcome: Computed | Problem) -> Answer | Problem:
        return outcome if isinstance(outcome, Problem) else await explain(parts, options, outcome)

    answers = await asyncio.gather(*map(answer_to, outcomes))
    given = [made for made in answers if isinstance(made, Answer)]
    kept = iter(await keep(request, parts, options, PredictionSource.BATCH, given))
    results = []
    for index, (picture, made) in enumerate(zip(pictures, answers, strict=True)):
        if isinstance(made, Problem):
            note_problem(request.scope, made)
            problem = ProblemBody.of(made, request.url.path, request.state.request_id)
            results.append(BatchItem(index=index, name=picture.name, prediction=None, problem=problem))
        else:
            results.append(BatchItem(index=index, name=picture.name, prediction=next(kept), problem=None))
    return BatchResponse(succeeded=len(given), failed=len(results) - len(given), results=results)
