"""Reports: a prediction to keep, as PDF or HTML."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Annotated, BinaryIO

from fastapi import APIRouter, File, Header, Query, Request, Response, UploadFile
from pydantic import Field, WithJsonSchema

from app.models.identity import Scope
from app.models.problems import InvalidParameters, NotAcceptable, NotFound
from app.routes.answers import IMAGE, KEEPING, SERVING, TERMS, UPLOAD, PredictionQuery, answer, body, keep
from app.routes.bodies import ScanRoute, slot_of
from app.routes.dependencies import Services, ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, require
from app.services.history.schemas import PredictionSource
from app.services.reports.document import Paper, PredictionReport

router = APIRouter(
    prefix="/api/v1", tags=["reports"], route_class=ScanRoute, dependencies=[require(Scope.PREDICT)], responses=GUARDED
)

_PDF, _HTML = "application/pdf", "text/html"
# Swagger UI offers a file chooser for what may be left out in this form alone.
_BINARY = {"type": "string", "format": "binary"}
# A report shows its own pictures and styles, and runs and loads nothing.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


class ReportQuery(PredictionQuery):
    """The options of a report."""

    sample: str | None = Field(None, description="Name of a sample image, in the place of a file.")
    paper: Paper = Field(Paper.A4, description="Size of a PDF's pages.")


@router.post(
    "/reports",
    summary="Make a report of a prediction",
    description="Classifies an image as `/predictions` does, and answers with a document to keep: scan and heat-map, "
    "probabilities, explanation, warnings, model, request id, time. Send the image as `multipart/form-data`, field "
    "`file`, or name a `sample`. It is a PDF, or with `Accept: text/html` an HTML file that needs nothing beside it."
    "\n\n" + TERMS,
    response_class=Response,
    responses={
        200: {
            "description": "The report.",
            "content": {
                _PDF: {"schema": {"type": "string", "format": "binary"}},
                _HTML: {"schema": {"type": "string"}},
            },
        },
        **documented(*UPLOAD, *IMAGE, NotFound, NotAcceptable, *SERVING, *KEEPING),
    },
)
async def create_report(
    request: Request,
    parts: ServicesDep,
    options: Annotated[ReportQuery, Query()],
    file: Annotated[UploadFile | None, WithJsonSchema(_BINARY), File(description="The image.")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
) -> Response:
    media_type = preferred(accept, (_PDF, _HTML))
    if media_type is None:
        raise NotAcceptable(NotAcceptable.example, accepted=[_PDF, _HTML])
    made = await answer(slot_of(request), parts, options, _scan(parts, options, file))
    response = body(made)
    report = PredictionReport(
        prediction=made.prediction,
        display=response.display,
        explanation=made.explanation,
        model=made.metadata,
        request_id=request.state.request_id,
        feedback_url=f"{parts.settings.base_url}/history#{made.id}" if parts.history and file else None,
        created_at=datetime.now(UTC),
    )
    content, _ = await parts.queue.compute(lambda: _render(report, media_type, options.paper))
    await keep(request, parts, PredictionSource.REPORT, [(made, response)])
    if media_type == _HTML:
        return Response(content, media_type=_HTML, headers={"Content-Security-Policy": _POLICY})
    name = f"report-{report.request_id}.pdf"
    return Response(content, media_type=_PDF, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _render(report: PredictionReport, media_type: str, paper: Paper) -> bytes:
    # Imported where a report is asked for: the library for PDF takes a second, and 40 MB.
    if media_type == _HTML:
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


def preferred(accept: str, offers: tuple[str, ...]) -> str | None:
    """Of the media types on offer the one that an `Accept` header likes best, or None: the first of equals.

    The most specific range that a type falls into decides, as RFC 9110 has it (section 12.5.1).
    """
    quality: dict[str, float] = {}
    for entry in accept.split(","):
        media_range, *parameters = (part.strip().lower() for part in entry.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        try:
            quality[media_range] = float(weights[0]) if weights else 1.0
        except ValueError:
            continue

    def liking(offer: str) -> float:
        for media_range in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
            if media_range in quality:
                return quality[media_range]
        return 0.0

    best = max(offers, key=liking)
    return best if liking(best) > 0 else None
