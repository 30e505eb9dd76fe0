"""The history: what was predicted, to look through, take away and delete."""

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
# A key can be stolen: it reads, and destroys nothing.
deletion_router = APIRouter(
    prefix="/api/v1/history",
    tags=["history"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.READ, in_person=True)],
    responses=_RESPONSES,
)

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_MEDIA_TYPES = {
    ExportFormat.JSON: "application/json",
    ExportFormat.CSV: "text/csv",
    ExportFormat.ZIP: "application/zip",
}


@router.get(
    "",
    summary="List what was predicted",
    description="Newest first, for each account its own. `next` of a page is the `cursor` of the one after it. Where "
    "accounts are off, everyone has one history.",
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
    summary="Take the history away",
    description="All of it, or what the filters choose, newest first: as JSON, as CSV, or as a ZIP archive that has "
    "both in it, and the pictures that were kept.",
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
    # Imported where it is asked for: it brings the history's own imports, which a service without one need not pay.
    from app.services.history.export import export

    await history.note_export(identity.account, address_of(request), query.format)
    now = datetime.now(UTC)
    # What is predicted meanwhile stays out, so that all parts of an archive have the same records.
    chosen = query.model_copy(update={"until": min(query.until or now, now)})
    pieces = export(query.format, lambda: history.pages(identity.account, chosen), history.picture)
    # The first piece is made before the answer begins: what fails until then is told as a problem.
    first = await run_in_threadpool(next, pieces)
    return StreamingResponse(
        chain((first,), pieces),
        media_type=_MEDIA_TYPES[query.format],
        headers={"Content-Disposition": f'attachment; filename="history.{query.format}"'},
    )


# A UUID alone, so that `export` beside it is no record, and has no methods of one.
@router.get(
    "/{record:uuid}",
    summary="Show a prediction",
    description="One record of the history. Another account's is answered as one that never was.",
)
async def get_record(request: Request, history: HistoryDep, identity: IdentityDep, record: UUID) -> RecordBody:
    return _body(request, await history.get(identity.account, record))


@router.get(
    "/{record:uuid}/picture",
    summary="Show the picture of a prediction",
    description="As it was kept with `KEEP_IMAGES=on`: JPEG, at most 1024 pixels a side, or a thumbnail of it.",
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
    size: Annotated[PictureSize, Query(description="How large.")] = PictureSize.FULL,
) -> Response:
    found = await history.get(identity.account, record)
    picture = await run_in_threadpool(history.picture, found, thumbnail=size is PictureSize.THUMBNAIL)
    return Response(picture, media_type="image/jpeg")


@deletion_router.delete(
    "/{record:uuid}",
    summary="Delete a prediction",
    description="For good, with its picture.",
    status_code=204,
)
async def delete_record(request: Request, history: HistoryDep, identity: IdentityDep, record: UUID) -> None:
    await history.delete(identity.account, record, address_of(request))


@deletion_router.delete(
    "",
    summary="Delete the history",
    description="All that was predicted until now, for good.",
)
async def delete_records(request: Request, history: HistoryDep, identity: IdentityDep) -> Deleted:
    return Deleted(deleted=await history.delete_all(identity.account, address_of(request)))


def _body(request: Request, record: "Record") -> RecordBody:
    path = request.app.url_path_for("get_record_picture", record=record.kept.id) if record.picture else None
    return RecordBody(
        **record.kept.model_dump(),
        feedback=record.feedback,
        display=display_of(record.kept),
        picture=path and str(path),
    )
