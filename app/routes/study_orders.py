"""Studies that the service fetches from a server of images, instead of receiving them in a form."""

from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from app.models.model_file import ModelMetadata
from app.models.problem_body import FieldFault
from app.models.problems import InvalidParameters, TooLarge
from app.routes.bare_scans import IN_MEMORY_BYTES, media_type_of
from app.routes.dependencies import Services
from app.routes.forms import storing
from app.routes.negotiation import JSON
from app.services.imaging.reading import Limits
from app.services.inference.bodies import BodyInFlight
from app.services.pacs.schemas import StudyOrder
from app.services.studies.schemas import FetchedBody

if TYPE_CHECKING:  # lazy import: the libraries are an extra
    from app.services.studies.files import StudyFile
    from app.services.studies.results import StudyResult
    from app.services.studies.writing.objects import WrittenObject

_MOST_BYTES = 16 * 1024
_HOW = 'Send {"server": "…", "study": "1.2.…"}, or send the files of the study in multipart/form-data.'

# For `openapi_extra`: what the route accepts besides the form.
ORDER_BODY: dict[str, Any] = {"requestBody": {"content": {JSON: {"schema": StudyOrder.model_json_schema()}}}}


@dataclass(frozen=True)
class OrderedStudy:
    """A study that a request named, and what was fetched."""

    order: StudyOrder
    fetched: FetchedBody


async def read_order(request: Request, parts: Services) -> StudyOrder | None:
    """The study that a body in JSON names; None if the body is something else.

    Raises:
        InvalidParameters: the JSON names no study, or no server that the operator has set up.
        TooLarge: it is too long.
    """
    if media_type_of(request) != JSON:
        return None
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > _MOST_BYTES:
            raise TooLarge(f"A body in JSON has at most {_MOST_BYTES:,} bytes. {_HOW}", limit=_MOST_BYTES)
    try:
        order = StudyOrder.model_validate_json(content)
    except ValidationError as error:
        faults = [
            FieldFault(location=".".join(map(str, ("body", *fault["loc"]))), message=fault["msg"])
            for fault in error.errors(include_input=False, include_url=False)
        ]
        detail = "; ".join(f"{fault.location}: {fault.message}" for fault in faults)
        raise InvalidParameters(f"{detail}. {_HOW}", errors=faults) from None
    if order.server not in parts.image_servers:
        known = sorted(parts.image_servers)
        raise InvalidParameters(
            f"body.server: there is no server {order.server!r}. "
            + (f"Known: {', '.join(known)}." if known else "The operator sets servers up with DICOMWEB_SERVERS."),
            accepted=known,
        )
    return order


async def fetch(request: Request, parts: Services, order: StudyOrder, body: BodyInFlight) -> OrderedStudy:
    """Fetch a study, so that FastAPI finds it as a ZIP archive in the field `files` of a form.

    Args:
        request: the request.
        parts: the services.
        order: names the study.
        body: counts the bytes that arrive.

    Raises:
        NotFound, TooLarge, ImageServerFailed, ImageServerTimeout, OSError: see `ImageServer.fetch`.
        QueueFull: all bodies in flight together are too large.
    """
    file = UploadFile(cast(BinaryIO, SpooledTemporaryFile(IN_MEMORY_BYTES)), filename="study.zip")  # noqa: SIM115
    limits = Limits(parts.settings.max_study_bytes, parts.settings.max_pixels)
    try:
        fetched = await parts.image_servers[order.server].fetch(order.study, file.file, limits, body.add)
    except BaseException:
        await file.close()
        raise
    # Where FastAPI looks for a form that was parsed before; the request closes the file.
    request._form = FormData([("files", file)])
    return OrderedStudy(
        order, FetchedBody(server=order.server, objects=fetched.objects, other_series=fetched.other_series, stored=None)
    )


async def store_results(
    parts: Services, order: StudyOrder, found: "StudyResult", study: "list[StudyFile]", metadata: ModelMetadata
) -> "list[WrittenObject]":
    """Store the results of a study in it, on its server; returns the objects.

    Raises:
        ImageServerFailed, ImageServerTimeout: see `ImageServer.store`.
        UnsupportedFormat: the study cannot take up results.
        StorageFull, StorageUnavailable: the study cannot be read again.
    """
    limits = Limits(parts.settings.max_study_bytes, parts.settings.max_pixels)
    written = _written(found, study, limits, metadata)
    results: list[WrittenObject] = []
    with storing(parts.settings):
        # One at a time, so that other requests have their turn.
        while result := (await parts.queue.compute(lambda: next(written, None)))[0]:
            results.append(result)
    if results:
        await parts.image_servers[order.server].store(order.study, [each.content for each in results])
    return results


def _written(
    found: "StudyResult", study: "list[StudyFile]", limits: Limits, metadata: ModelMetadata
) -> "Iterator[WrittenObject]":
    # Lazy import, in the threads that compute: the library for DICOM objects takes a second.
    from app.services.pacs.results import write_results

    yield from write_results(found, study, limits, metadata)
