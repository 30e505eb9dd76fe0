"""Evaluations of a model on the client's own scans, of which the service stores nothing."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, File, Header, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from app.models.identity import Scope
from app.models.model_file import ModelMetadata
from app.models.problem_body import ProblemBody
from app.models.problems import Conflict, MalformedRequest, NotAcceptable, NotFound, Problem, TooLarge, UploadTimeout
from app.routes.answers import SERVING, UPLOAD
from app.routes.bodies import BatchRoute, EvaluationRoute, pictures_of
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, require
from app.routes.negotiation import BINARY, HTML, JSON, preferred
from app.routes.pinning import DOCUMENTS_VERSION, note_answer
from app.services.evaluation.schemas import EvaluationReport, EvaluationRequest, MeasuredScan, MeasuredScans
from app.services.explanations.words import listed
from app.services.inference.archives import BatchFile

scans_router = APIRouter(
    prefix="/api/v1",
    tags=["evaluations"],
    route_class=BatchRoute,
    dependencies=[require(Scope.PREDICT), DOCUMENTS_VERSION],
    responses=GUARDED,
)
router = APIRouter(
    prefix="/api/v1",
    tags=["evaluations"],
    route_class=EvaluationRoute,
    dependencies=[require(Scope.PREDICT)],
    responses=GUARDED,
)

# A report may use the plots and styles that it contains; it may run no script and load nothing.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)


class EvaluationQuery(BaseModel):
    """The options of an evaluation."""

    model_config = ConfigDict(extra="forbid")

    model: str | None = Field(None, description="Name of the model; the default model if absent.")
    version: str | None = Field(None, description="Version of the model; its default version if absent.")


@scans_router.post(
    "/evaluations/scans",
    summary="Classify scans for an evaluation",
    description="Send the images as `multipart/form-data`, each in a field `files`; a ZIP archive counts as the files "
    "in it. The response has, for each image, what an evaluation needs: the probabilities, the scores, sequence and "
    "plane, and whether the image is a copy of a training scan. The service stores nothing, also not in the history.",
    responses=documented(*UPLOAD, NotFound, *SERVING),
)
async def measure_evaluation_scans(
    request: Request,
    parts: ServicesDep,
    options: Annotated[EvaluationQuery, Query()],
    files: Annotated[list[UploadFile], File(description="The images.", json_schema_extra={"items": BINARY})],
) -> MeasuredScans:
    from app.services.evaluation.report import measure

    predictor, registry = parts.registry.predictor(options.model, options.version), parts.registry
    note_answer(request, predictor.metadata)
    free = asyncio.Semaphore(parts.queue.threads)

    async def outcome_of(index: int, picture: BatchFile) -> MeasuredScan:
        async with free:
            try:
                file = picture.content()
                measured, _ = await parts.queue.compute(lambda: measure(predictor, registry.training_scans, file))
            except Problem as problem:
                return MeasuredScan(
                    index=index,
                    name=picture.name,
                    probabilities=None,
                    gate_score=None,
                    other_score=None,
                    sequence=None,
                    plane=None,
                    copy_of_training_scan=None,
                    problem=ProblemBody.of(problem, request.url.path, request.state.request_id),
                )
        return MeasuredScan(
            index=index,
            name=picture.name,
            probabilities=measured.probabilities,
            gate_score=measured.gate_score,
            other_score=measured.other_score,
            sequence=measured.acquisition and measured.acquisition.sequence,
            plane=measured.acquisition and measured.acquisition.plane,
            copy_of_training_scan=measured.is_copy,
            problem=None,
        )

    results = await asyncio.gather(*(outcome_of(index, picture) for index, picture in enumerate(pictures_of(request))))
    metadata = predictor.metadata
    return MeasuredScans(model=metadata.name, version=metadata.version, results=tuple(results))


@router.post(
    "/evaluations",
    summary="Evaluate a model on your own scans",
    description="Send the results of `/evaluations/scans`, each with the scan's class and, if known, its patient. The "
    "class `other` is for scans that show none of the classes; they have a table of their own. The report has the "
    "confusion matrix, figures for each class, confidence intervals (by patient if patients are known), calibration, "
    "decisions, prediction sets, and figures for each recognised sequence and plane. With at least 50 scans of each "
    "class it also has a temperature and thresholds fitted to these scans. It is JSON, or with `Accept: text/html` a "
    "self-contained HTML file. The service stores nothing.",
    response_model=EvaluationReport,
    responses={
        200: {"description": "The report.", "content": {HTML: {"schema": {"type": "string"}}}},
        **documented(MalformedRequest, TooLarge, UploadTimeout, NotFound, Conflict, NotAcceptable, *SERVING),
    },
)
async def create_evaluation(
    parts: ServicesDep,
    evaluation: EvaluationRequest,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
) -> Response:
    media_type = preferred(accept, (JSON, HTML))
    if media_type is None:
        raise NotAcceptable("An evaluation is application/json or text/html.", accepted=[JSON, HTML])
    versions = [each.metadata for each in parts.registry.versions(evaluation.model)]
    metadata = next((each for each in versions if each.version == evaluation.version), None)
    if metadata is None:
        raise Conflict(
            f"The results are from version {evaluation.version} of {versions[0].name}, and the service now has "
            f"{listed([each.version for each in versions], 'and')}. Classify the scans again."
        )
    copies_looked_for = parts.registry.training_scans is not None
    content, _ = await parts.queue.compute(lambda: _report(evaluation, metadata, media_type, copies_looked_for))
    headers = {"Content-Security-Policy": _POLICY} if media_type == HTML else {}
    return Response(content, media_type=media_type, headers=headers)


def _report(evaluation: EvaluationRequest, metadata: ModelMetadata, media_type: str, copies_looked_for: bool) -> bytes:
    # Lazy import: most services never create a report.
    from app.services.evaluation.report import report_of

    report = report_of(evaluation.scans, evaluation.left_out, metadata, copies_looked_for=copies_looked_for)
    if media_type == JSON:
        return report.model_dump_json(by_alias=True).encode()
    from app.services.evaluation.html import render_evaluation

    return render_evaluation(report)
