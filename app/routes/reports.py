"""Reports: a prediction as a document, PDF or HTML."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Annotated, Any, BinaryIO
from uuid import UUID

from fastapi import APIRouter, File, Header, Query, Request, Response, UploadFile
from pydantic import Field, WithJsonSchema

from app.models.identity import Scope
from app.models.problems import InvalidParameters, NotAcceptable, NotFound
from app.models.thresholds import Decision
from app.routes.answers import IMAGE, KEEPING, SERVING, TERMS, UPLOAD, PredictionQuery, answer, keep
from app.routes.bare_scans import BARE_BODIES
from app.routes.bodies import ScanRoute, slot_of
from app.routes.dependencies import Services, ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, require
from app.routes.negotiation import BINARY, HTML, PDF, preferred
from app.routes.pinning import DOCUMENTS_VERSION
from app.services.history.schemas import PredictionSource
from app.services.reports.document import Paper, PredictionReport

router = APIRouter(
    prefix="/api/v1",
    tags=["reports"],
    route_class=ScanRoute,
    dependencies=[require(Scope.PREDICT), DOCUMENTS_VERSION],
    responses=GUARDED,
)

# A report may use the pictures and styles that it contains; it may run no script and load nothing.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)
# The response of every route that returns a report.
REPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The report.",
        "content": {
            PDF: {"schema": BINARY},
            HTML: {"schema": {"type": "string"}},
        },
    },
}


class ReportQuery(PredictionQuery):
    """The options of a report."""

    sample: str | None = Field(None, description="Name of a sample image, instead of a file.")
    paper: Paper = Field(Paper.A4, description="Page size of a PDF.")


@router.post(
    "/reports",
    summary="Create a report of a prediction",
    description="Classifies an image like `/predictions` and returns a document with scan, heat-map, probabilities, "
    "explanation, warnings, model, request id and time. Send the image like there, or name a `sample`. The document is "
    "a PDF, or with `Accept: text/html` a self-contained HTML file.\n\n" + TERMS,
    openapi_extra=BARE_BODIES,
    response_class=Response,
    responses={
        **REPORT,
        **documented(*UPLOAD, *IMAGE, NotFound, NotAcceptable, *SERVING, *KEEPING),
    },
)
async def create_report(
    request: Request,
    parts: ServicesDep,
    options: Annotated[ReportQuery, Query()],
    file: Annotated[UploadFile | None, WithJsonSchema(BINARY), File(description="The image.")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
) -> Response:
    media_type = media_type_of(accept)
    made = await answer(slot_of(request), parts, options, _scan(parts, options, file))
    source = PredictionSource.REPORT if file else PredictionSource.SAMPLE
    [response] = await keep(request, parts, options, source, [made])
    report = PredictionReport(
        prediction=made.prediction,
        display=response.display,
        explanation=made.explanation,
        scan=made.prediction.preview,
        weights=made.metadata.sha256,
        request_id=request.state.request_id,
        feedback_url=feedback_url(parts, response.id) if parts.history and file else None,
        created_at=datetime.now(UTC),
    )
    return await rendered(parts, report, media_type, options.paper)


def media_type_of(accept: str) -> str:
    """The media type of the report that an `Accept` header asks for.

    Raises:
        NotAcceptable: it accepts no type of report.
    """
    media_type = preferred(accept, (PDF, HTML))
    if media_type is None:
        raise NotAcceptable(NotAcceptable.example, accepted=[PDF, HTML])
    return media_type


def feedback_url(parts: Services, record: UUID) -> str:
    """Where a reader can confirm or correct a result."""
    return f"{parts.settings.base_url}/history#{record}"


async def rendered(parts: Services, report: PredictionReport, media_type: str, paper: Paper) -> Response:
    """A report as a response."""
    content, _ = await parts.queue.compute(lambda: _render(report, media_type, paper))
    if media_type == HTML:
        return Response(content, media_type=HTML, headers={"Content-Security-Policy": _POLICY})
    prediction = report.prediction
    outcome = prediction.predicted if prediction.decision is Decision.ANSWER else prediction.decision
    name = f"report-{report.created_at:%Y-%m-%d-%H%M%S}-{outcome}.pdf"
    return Response(content, media_type=PDF, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _render(report: PredictionReport, media_type: str, paper: Paper) -> bytes:
    # Lazy imports: the library for PDF takes a second and 40 MB of memory.
    if media_type == HTML:
        from app.services.reports.html import render_html

        return render_html(report)
    from app.services.reports.pdf import render_pdf

    return render_pdf(report, paper)


def _scan(parts: Services, options: ReportQuery, file: UploadFile | None) -> BinaryIO:
    if options.sample is not None and file is None:
        return BytesIO(parts.gallery.get(options.sample).content)
    if file is not None and options.sample is None:
        return file.file
    fault = "Both a file and a sample were given" if file else "Neither a file nor a sample was given"
    raise InvalidParameters(f"{fault}. Send one image in the form's field `file`, or name a sample with ?sample=….")
