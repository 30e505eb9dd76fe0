"""Predictions: for an uploaded scan, for a sample image, for several scans."""

import asyncio
from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, File, Path, Request, UploadFile
from pydantic import JsonValue

from app.models.problems import NotFound, Problem
from app.models.responses import BatchItem, BatchResponse, PredictionResponse
from app.routes.answers import IMAGE, SERVING, TERMS, UPLOAD, Computed, Options, answer, body, compute, explain
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented
from app.routes.intake import BatchRoute, ScanRoute, place_of
from app.services.line import WORKERS

router = APIRouter(prefix="/api/v1", tags=["predictions"], route_class=ScanRoute)
batch_router = APIRouter(prefix="/api/v1", tags=["predictions"], route_class=BatchRoute)

# Swagger UI offers a file chooser for lists of files in this form alone.
_BINARY: dict[str, JsonValue] = {"type": "string", "format": "binary"}


@router.post(
    "/predictions",
    summary="Classify a brain MRI",
    description="Send one image as `multipart/form-data`, field `file`: JPEG, PNG, WebP, BMP, TIFF or GIF, judged by "
    "its content.\n\n" + TERMS,
    responses=documented(*UPLOAD, *IMAGE, NotFound, *SERVING),
)
async def create_prediction(
    request: Request,
    parts: ServicesDep,
    options: Options,
    file: Annotated[UploadFile, File(description="The image.")],
) -> PredictionResponse:
    return body(await answer(place_of(request), parts, options, file.file))


@router.post(
    "/samples/{name}/predictions",
    summary="Classify a sample image",
    description="As for an uploaded image; needs no body.\n\n" + TERMS,
    responses=documented(*UPLOAD, NotFound, *SERVING),
)
async def create_sample_prediction(
    request: Request,
    parts: ServicesDep,
    options: Options,
    name: Annotated[str, Path(description="Name of the sample.", examples=["Te-me_0016.jpg"])],
) -> PredictionResponse:
    return body(await answer(place_of(request), parts, options, BytesIO(parts.gallery.get(name).content)))


@batch_router.post(
    "/predictions/batch",
    summary="Classify several brain MRIs",
    description="Send the images as `multipart/form-data`, each in a field `files`. Each gets its own prediction "
    "or its own problem, in order: a bad file never fails the others.\n\n" + TERMS,
    responses=documented(*UPLOAD, NotFound, *SERVING),
)
async def create_prediction_batch(
    request: Request,
    parts: ServicesDep,
    options: Options,
    files: Annotated[list[UploadFile], File(description="The images.", json_schema_extra={"items": _BINARY})],
) -> BatchResponse:
    predictor = parts.registry.predictor(options.model)
    # As many at a time as there are workers: one file is decoded while another is computed.
    free = asyncio.Semaphore(WORKERS)

    async def outcome_of(file: UploadFile) -> Computed | Problem:
        async with free:
            try:
                return await compute(parts, predictor, options, file.file)
            except Problem as problem:
                return problem

    outcomes = await asyncio.gather(*map(outcome_of, files))
    place_of(request).give_back()

    async def item(index: int, outcome: Computed | Problem) -> BatchItem:
        if isinstance(outcome, Problem):
            problem = outcome.body(request.url.path, request.state.request_id)
            return BatchItem(index=index, prediction=None, problem=problem)
        return BatchItem(index=index, prediction=body(await explain(parts, options, outcome)), problem=None)

    results = await asyncio.gather(*(item(index, outcome) for index, outcome in enumerate(outcomes)))
    failed = sum(result.problem is not None for result in results)
    return BatchResponse(succeeded=len(results) - failed, failed=failed, results=results)
