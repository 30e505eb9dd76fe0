"""The history: list, export and delete predictions."""

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from app.models.identity import Scope
from app.models.problems import DatabaseUnavailable, InvalidParameters, NotFound, StorageUnavailable
from app.routes.dependencies import HistoryDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, GuardedRoute, IdentityDep, address_of, require
from app.routes.negotiation import BINARY
from app.services.history.display import display_of
from app.services.history.schemas import (
    Cursor,
    Deleted,
    ExportFormat,
    ExportQuery,
    PictureSize,
    RecordBody,
    RecordPage,
    RecordQuery,
)

if TYPE_CHECKING:
    from app.services.history.records import Record

_RESPONSES = {**GUARDED, **documented(NotFound, InvalidParameters)}
router = APIRouter(
    prefix="/api/v1/history",
    tags=["history"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.READ)],
    responses=_RESPONSES,
)
# Keys cannot delete: a stolen key must not destroy data.
deletion_router = APIRouter(
    prefix="/api/v1/history",
    tags=["history"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.READ, in_person=True)],
    responses=_RESPONSES,
)

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


def _body(request: Request, record: "Record") -> RecordBody:
    path = request.app.url_path_for("get_record_picture", record=record.stored.id) if record.picture else None
    return RecordBody(
        **record.stored.model_dump(),
        feedback=record.feedback,
        display=display_of(record.stored),
        picture=path and str(path),
    )
