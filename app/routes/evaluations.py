"""Evaluations: a model on a site's own scans. Nothing of them is kept."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, File, Header, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.models.identity import Scope
from app.models.model_file import ModelMetadata
from app.models.problems import Conflict, MalformedRequest, NotAcceptable, NotFound, Problem, TooLarge, UploadTimeout
from app.routes.answers import SERVING, UPLOAD
from app.routes.bodies import BatchRoute, EvaluationRoute
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, require
from app.routes.reports import preferred
from app.services.evaluation.schemas import EvaluationReport, EvaluationRequest, MeasuredScan, MeasuredScans
from app.services.inference.queue import WORKERS

scans_router = APIRouter(
    prefix="/api/v1",
    tags=["evaluations"],
    route_class=BatchRoute,
    dependencies=[require(Scope.PREDICT)],
    responses=GUARDED,
)
router = APIRouter(
    prefix="/api/v1",
    tags=["evaluations"],
    route_class=EvaluationRoute,
    dependencies=[require(Scope.PREDICT)],
    responses=GUARDED,
)

_JSON, _HTML = "application/json", "text/html"
# A report shows its own plots and styles, and runs and loads nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
_BINARY: dict[str, JsonValue] = {"type": "string", "format": "binary"}


class EvaluationQuery(BaseModel):
    """Which model to ask."""

    model_config = ConfigDict(extra="forbid")

    model: str | None = Field(None, description="Name of the model; the default one where absent.")


@scans_router.post(
    "/evaluations/scans",
    summary="Classify scans for an evaluation",
    description="Send the images as `multipart/form-data`, each in a field `files`. Of each comes back what an "
    "evaluation needs and nothing else: the probabilities, the gate's score, whether it is a copy of a training scan. "
    "Nothing is kept, in no history either.",
    responses=documented(*UPLOAD, NotFound, *SERVING),
)
async def measure_evaluation_scans(
    request: Request,
    parts: ServicesDep,
    options: Annotated[EvaluationQuery, Query()],
    files: Annotated[list[UploadFile], File(description="The images.", json_schema_extra={"items": _BINARY})],
) -> MeasuredScans:
    from app.services.evaluation.report import measure

    predictor, registry = parts.registry.predictor(options.model), parts.registry
    free = asyncio.Semaphore(WORKERS)

    async def outcome_of(index: int, file: UploadFile) -> MeasuredScan:
        async with free:
            try:
                measured, _ = await parts.queue.compute(lambda: measure(predictor, registry.training_scans, file.file))
            except Problem as problem:
                return MeasuredScan(
                    index=index,
                    probabilities=None,
                    gate_score=None,
                    copy_of_training_scan=None,
                    problem=problem.body(request.url.path, request.state.request_id),
                )
        return MeasuredScan(
            index=index,
            probabilities=measured.probabilities,
            gate_score=measured.gate_score,
            copy_of_training_scan=measured.is_copy,
            problem=None,
        )

    results = await asyncio.gather(*(outcome_of(index, file) for index, file in enumerate(files)))
    metadata = predictor.metadata
    return MeasuredScans(model=metadata.name, version=metadata.version, results=tuple(results))


@router.post(
    "/evaluations",
    summary="Evaluate a model on your own scans",
    description="Send what `/evaluations/scans` gave of each scan, with its class and, if known, its patient. Comes "
    "back: the confusion matrix, each class, intervals (by patient where there are patients), calibration, decisions "
    "and prediction sets, and, from 50 scans of each class on, a temperature and thresholds fitted to them. It is "
    "JSON, or with `Accept: text/html` an HTML file that needs nothing beside it. Nothing is kept.",
    response_model=EvaluationReport,
    responses={
        200: {"description": "The report.", "content": {_HTML: {"schema": {"type": "string"}}}},
        **documented(MalformedRequest, TooLarge, UploadTimeout, NotFound, Conflict, NotAcceptable, *SERVING),
    },
)
async def create_evaluation(
    parts: ServicesDep,
    evaluation: EvaluationRequest,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
) -> Response:
    media_type = preferred(accept, (_JSON, _HTML))
    if media_type is None:
        raise NotAcceptable("An evaluation is application/json or text/html.", accepted=[_JSON, _HTML])
    metadata = parts.registry.describe(evaluation.model)
    if metadata.version != evaluation.version:
        raise Conflict(
            f"The figures are of version {evaluation.version} of {metadata.name}; version {metadata.version} is served "
            "now. Classify the scans again."
        )
    copies_looked_for = parts.registry.training_scans is not None
    content, _ = await parts.queue.compute(lambda: _report(evaluation, metadata, media_type, copies_looked_for))
    headers = {"Content-Security-Policy": _POLICY} if media_type == _HTML else {}
    return Response(content, media_type=media_type, headers=headers)


def _report(evaluation: EvaluationRequest, metadata: ModelMetadata, media_type: str, copies_looked_for: bool) -> bytes:
    # Imported where a report is asked for.
    from app.services.evaluation.report import report_of

    report = report_of(evaluation.scans, evaluation.left_out, metadata, copies_looked_for=copies_looked_for)
    if media_type == _JSON:
        return report.model_dump_json(by_alias=True).encode()
    from app.services.evaluation.html import render_evaluation

    return render_evaluation(report)
