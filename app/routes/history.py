"""The history: list, reopen, annotate, export and delete predictions."""

from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from app.models.classes import TumorClass
from app.models.identity import Scope
from app.models.problems import (
    DatabaseUnavailable,
    InvalidParameters,
    MalformedRequest,
    NotAcceptable,
    NotFound,
    QueueFull,
    StorageUnavailable,
    TooLarge,
    UploadTimeout,
)
from app.models.thresholds import HeatmapMethod
from app.routes.bodies import FeedbackRoute
from app.routes.dependencies import HistoryDep, Services, ServicesDep, services
from app.routes.errors import documented
from app.routes.guards import GUARDED, GuardedRoute, IdentityDep, address_of, require
from app.routes.negotiation import BINARY
from app.routes.reports import REPORT, feedback_url, media_type_of, rendered
from app.services.explanations.result import Result
from app.services.explanations.words import author_words, display
from app.services.history.display import comparison_body, display_of, measured
from app.services.history.schemas import (
    Cursor,
    Deleted,
    ExportFormat,
    ExportQuery,
    PictureSize,
    RecordBody,
    RecordChange,
    RecordPage,
    RecordQuery,
)
from app.services.reports.document import Paper, PredictionReport

if TYPE_CHECKING:
    from app.services.history.queries import Record
    from app.services.history.records import Records
    from app.services.inference.predictor import Prediction

_RESPONSES = {**GUARDED, **documented(NotFound, InvalidParameters)}
router = APIRouter(
    prefix="/api/v1/history",
    tags=["history"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.READ)],
    responses=_RESPONSES,
)
change_router = APIRouter(
    prefix="/api/v1/history",
    tags=["history"],
    route_class=FeedbackRoute,
    dependencies=[require(Scope.PREDICT)],
    responses={**_RESPONSES, **documented(MalformedRequest, TooLarge, UploadTimeout)},
)
# Keys cannot delete: a stolen key must not destroy data.
deletion_router = APIRouter(
    prefix="/api/v1/history",
    tags=["history"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.READ, in_person=True)],
    responses=_RESPONSES,
)

Method = Annotated[
    HeatmapMethod | None,
    Query(description="What the heat-map shows; if absent, `grad-cam` with a `target`, or else as in the record."),
]
Target = Annotated[TumorClass | None, Query(description="The class that the heat-map of `grad-cam` explains.")]

_BINARY = {"schema": BINARY}
_MEDIA_TYPES = {
    ExportFormat.JSON: "application/json",
    ExportFormat.CSV: "text/csv",
    ExportFormat.ZIP: "application/zip",
}


@router.get(
    "",
    summary="List predictions",
    description="Predictions of your account, newest first. Pass `next` of a page as `cursor` to get the next page. If "
    "accounts are off, all clients share one history.",
)
async def list_records(
    request: Request, history: HistoryDep, identity: IdentityDep, query: Annotated[RecordQuery, Query()]
) -> RecordPage:
    after = Cursor.decoded(query.cursor) if query.cursor else None
    records, following = await history.page(identity.account, query, after, query.limit)
    return RecordPage(
        records=[_body(request, record) for record in records], next=following.encoded() if following else None
    )


@router.get(
    "/export",
    summary="Export the history",
    description="All records, or those that match the filters, newest first: as JSON, as CSV, or as a ZIP archive of "
    "both and the stored pictures.",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The history.",
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "text/csv": {"schema": {"type": "string"}},
                "application/zip": _BINARY,
            },
        },
    },
)
async def export_records(
    request: Request, history: HistoryDep, identity: IdentityDep, query: Annotated[ExportQuery, Query()]
) -> StreamingResponse:
    # Lazy import: the module imports SQLAlchemy, which a service without a history does not need.
    from app.services.history.export import export

    await history.note_export(identity.account, address_of(request), query.format)
    now = datetime.now(UTC)
    # Predictions made during the export stay out, so that all files in an archive have the same records.
    chosen = query.model_copy(update={"until": min(query.until or now, now)})
    pieces = export(query.format, lambda: history.pages(identity.account, chosen), history.picture)
    # The first piece is computed before the response begins, so that an early failure becomes a problem response.
    first = await run_in_threadpool(next, pieces)
    return StreamingResponse(
        chain((first,), pieces),
        media_type=_MEDIA_TYPES[query.format],
        headers={"Content-Disposition": f'attachment; filename="history.{query.format}"'},
    )


# Matches only UUIDs: otherwise `export` would match too, and allow DELETE.
@router.get(
    "/{record:uuid}",
    summary="Get a prediction",
    description="One record of the history. 404 also for records of other accounts.",
)
async def get_record(request: Request, history: HistoryDep, identity: IdentityDep, record: UUID) -> RecordBody:
    return _body(request, await history.get(identity.account, record))


@router.get(
    "/{record:uuid}/picture",
    summary="Get the picture of a prediction",
    description="The picture stored with `KEEP_IMAGES=on`, or its thumbnail: JPEG, at most 1024 pixels a side.",
    response_class=Response,
    responses={
        200: {"description": "The picture.", "content": {"image/jpeg": _BINARY}},
        **documented(DatabaseUnavailable, StorageUnavailable),
    },
)
async def get_record_picture(
    history: HistoryDep,
    identity: IdentityDep,
    record: UUID,
    size: Annotated[PictureSize, Query(description="Size of the picture.")] = PictureSize.FULL,
) -> Response:
    found = await history.get(identity.account, record)
    picture = await run_in_threadpool(history.picture, found, thumbnail=size is PictureSize.THUMBNAIL)
    return Response(picture, media_type="image/jpeg")


@router.get(
    "/{record:uuid}/overlay",
    summary="Get the heat-map of a prediction",
    description="The stored picture with the heat-map over it, drawn from the stored numbers: PNG, at most 1024 pixels "
    "a side. Without a stored picture the heat-map is on black.",
    response_class=Response,
    responses={
        200: {"description": "The picture with the heat-map.", "content": {"image/png": _BINARY}},
        **documented(QueueFull, DatabaseUnavailable, StorageUnavailable),
    },
)
async def get_record_overlay(
    parts: ServicesDep,
    history: HistoryDep,
    identity: IdentityDep,
    record: UUID,
    method: Method = None,
    target: Target = None,
) -> Response:
    with parts.queue.slot():
        found = await history.get(identity.account, record)
        prediction, _ = await _reopened(parts, history, found, method, target)
    if prediction.heatmap is None:
        raise NotFound("No heat-map can be drawn for this record: its `overlay` is null.")
    return Response(prediction.heatmap.overlay, media_type="image/png")


@router.get(
    "/{record:uuid}/report",
    summary="Get the report of a prediction",
    description="The document that `/reports` creates, from the stored numbers and picture, with your label, note and "
    "feedback: a PDF, or with `Accept: text/html` a self-contained HTML file. The service writes the explanation.",
    response_class=Response,
    responses={**REPORT, **documented(NotAcceptable, QueueFull, DatabaseUnavailable, StorageUnavailable)},
)
async def get_record_report(
    request: Request,
    parts: ServicesDep,
    history: HistoryDep,
    identity: IdentityDep,
    record: UUID,
    method: Method = None,
    target: Target = None,
    paper: Annotated[Paper, Query(description="Page size of a PDF.")] = Paper.A4,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
) -> Response:
    # Lazy import: the module imports SQLAlchemy, which a service without a history does not need.
    from app.services.history.reopening import additions

    media_type = media_type_of(accept)
    with parts.queue.slot():
        found = await history.get(identity.account, record)
        prediction, has_picture = await _reopened(parts, history, found, method, target)
        stored, explanation = found.stored, await parts.built_in.explain(prediction)
        report = PredictionReport(
            prediction=prediction,
            display=display(
                Result.of(prediction),
                model=stored.model,
                image=stored.image,
                timing=stored.timing_ms,
                external=measured(stored, parts.registry.external(stored.model.name, stored.model.version)),
                author=author_words(explanation.source, explanation.model),
            ),
            explanation=explanation,
            scan=prediction.preview if has_picture else None,
            weights=found.weights,
            reader=additions(found),
            request_id=request.state.request_id,
            feedback_url=feedback_url(parts, stored.id),
            created_at=stored.created_at,
        )
        return await rendered(parts, report, media_type, paper)


@change_router.patch(
    "/{record:uuid}",
    summary="Label a prediction",
    description="Set a label and a note of your own. They are deleted with the record.",
)
async def change_record(
    request: Request, history: HistoryDep, identity: IdentityDep, record: UUID, change: RecordChange
) -> RecordBody:
    return _body(request, await history.change(identity.account, record, change))


@deletion_router.delete(
    "/{record:uuid}",
    summary="Delete a prediction",
    description="Permanently, with its picture.",
    status_code=204,
)
async def delete_record(request: Request, history: HistoryDep, identity: IdentityDep, record: UUID) -> None:
    await history.delete(identity.account, record, address_of(request))


@deletion_router.delete(
    "",
    summary="Delete the history",
    description="Permanently: all predictions until now, with their pictures.",
)
async def delete_records(request: Request, history: HistoryDep, identity: IdentityDep) -> Deleted:
    return Deleted(deleted=await history.delete_all(identity.account, address_of(request)))


async def _reopened(
    parts: Services,
    history: "Records",
    record: "Record",
    method: HeatmapMethod | None,
    target: TumorClass | None,
) -> tuple["Prediction", bool]:
    """The prediction of a record, and whether its picture was stored and can be read."""
    from app.services.history.reopening import reopened

    picture = None
    if record.picture:
        with suppress(NotFound):
            picture = await run_in_threadpool(history.picture, record)
    metadata = parts.registry.catalogue.get(record.stored.model.name)
    prediction, _ = await parts.queue.compute(lambda: reopened(record, metadata, picture, method, target))
    return prediction, picture is not None


def _body(request: Request, record: "Record") -> RecordBody:
    from app.services.history.reopening import heatmaps_of

    stored, registry = record.stored, services(request).registry
    methods = heatmaps_of(record, registry.catalogue.get(stored.model.name))

    def path(route: str) -> str:
        return str(request.app.url_path_for(route, record=stored.id))

    return RecordBody(
        **stored.model_dump(exclude={"comparisons"}),
        comparisons=list(map(comparison_body, stored.comparisons)),
        label=record.label,
        note=record.note,
        feedback=record.feedback,
        display=display_of(stored, registry.external(stored.model.name, stored.model.version)),
        picture=path("get_record_picture") if record.picture else None,
        overlay=path("get_record_overlay") if methods else None,
        heatmap_methods=methods,
        report=path("get_record_report"),
    )
