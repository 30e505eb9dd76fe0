"""Routes that read bodies: what a request needs before its body is read, and a slot of the queue after that."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, ExitStack
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

from fastapi import Request, Response
from pydantic import Field, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from app.config.settings import Settings
from app.models.identity import SignedInBy
from app.models.problems import (
    MalformedRequest,
    TooLarge,
    UnsupportedFormat,
)
from app.routes.bare_scans import decode_bare_scan, media_type_of, store_body
from app.routes.dependencies import Services, services
from app.routes.events import EventStream
from app.routes.forms import read_form, storing
from app.routes.guards import GuardedRoute, Handler, address_of, identity_of, membership_of
from app.routes.negotiation import JSON
from app.routes.pinning import pin_query, pinned, report_answer
from app.routes.receiving import receiving
from app.routes.study_orders import OrderedStudy, fetch, read_order
from app.routes.texts import check_json
from app.services.imaging.formats import DICOM_INSTALLED, NEEDS_DICOM
from app.services.imaging.reading import Limits
from app.services.inference.archives import BatchFile, unpack
from app.services.inference.predictor import Predictor
from app.services.inference.queue import Slot
from app.services.open_inference.inputs import Inference, InferenceLimits, plan, read_inference
from app.services.open_inference.messages import InferCall, read_infer_call
from app.services.trust.views import MAX_VIEWS

if TYPE_CHECKING:
    from app.services.studies.files import StudyFile

# Boundaries, part headers and text fields around the files themselves, or JSON around tensors.
_OVERHEAD_BYTES = 64 * 1024
CLIENT_CLOSED_REQUEST = 499
# Further files of a study come in ZIP archives.
_MAX_STUDY_PARTS = 100
# Parses the parameter `views` as FastAPI does.
_VIEWS = TypeAdapter(Annotated[int, Field(ge=1, le=MAX_VIEWS)])

T = TypeVar("T")


class ScanRoute(GuardedRoute):
    """A route that classifies one scan.

    A route class, because FastAPI reads the body before it calls dependencies, and rate limits, queue and size limits
    have to come first.
    """

    # Whether a route with a file accepts the file as the body too, without a form.
    accepts_bare: ClassVar[bool] = True

    @staticmethod
    def max_files(settings: Settings) -> int:
        """The largest number of files in one request."""
        return 1

    @staticmethod
    def max_file_bytes(settings: Settings) -> int:
        """The largest number of bytes of a file; all files together have at most `max_files` times as many."""
        return settings.max_upload_bytes

    def handler(self) -> Handler:
        """Wrap FastAPI's handler."""
        handle = super().handler()

        async def admitted(request: Request) -> Response:
            parts = services(request)
            parts.registry.require_ready()
            pin_query(request)
            # Every view counts as a prediction.
            views = _views(request)
            limit_headers = await _count(request, parts, views)
            max_files = self.max_files(parts.settings)
            file_bytes = self.max_file_bytes(parts.settings)
            limit = max_files * file_bytes + _OVERHEAD_BYTES
            if media_type_of(request) == JSON:
                limit += _base64_overhead(parts.settings)
            too_large = TooLarge(
                f"The request is too large: at most {max_files} {'file' if max_files == 1 else 'files'} of "
                f"{file_bytes / 1e6:g} MB each are accepted.",
                limit=limit,
            )
            parts.queue.require_free()
            async with AsyncExitStack() as held:
                request = held.enter_context(receiving(request, limit, too_large))
                opened = held.enter_context(ExitStack())
                held.push_async_callback(request.close)
                try:
                    with storing(parts.settings):
                        await self._receive(request, parts, opened)
                    # Only now, so that an upload that stalls delays nobody.
                    request.state.slot = held.enter_context(parts.queue.slot())
                    with storing(parts.settings):
                        files = await self._prepare(request, parts, opened)
                    if files > 1:
                        # A batch counts once for each file; the first was counted before the body was read.
                        limit_headers = await _count(request, parts, views * (files - 1))
                    response = await _unless_disconnected(request, handle(request))
                    response.headers.update(limit_headers)
                    report_answer(request, response)
                    if isinstance(response, EventStream):
                        response.hold(held.pop_all())
                    return response
                except ClientDisconnect:
                    # The client has disconnected; the status is for the log.
                    return Response(status_code=CLIENT_CLOSED_REQUEST)

        return admitted

    async def _receive(self, request: Request, parts: Services, opened: ExitStack) -> None:
        """Receive the form, which FastAPI then finds parsed."""
        bare = self.accepts_bare and self.body_field is not None
        await read_form(request, self.max_files(parts.settings), bare=bare)

    async def _prepare(self, request: Request, parts: Services, opened: ExitStack) -> int:
        """Decode or unpack what was received, for the handler; returns the number of files."""
        await decode_bare_scan(request, parts)
        return 1


class BatchRoute(ScanRoute):
    """A route that classifies several scans, in ZIP archives or not; `pictures_of` returns them."""

    accepts_bare = False

    @staticmethod
    def max_files(settings: Settings) -> int:
        """The largest number of files in one request."""
        return settings.max_batch_files

    async def _prepare(self, request: Request, parts: Services, opened: ExitStack) -> int:
        form = await request.form()
        files = [(file.filename or "", file.file) for file in form.getlist("files") if isinstance(file, UploadFile)]
        limits = Limits(parts.settings.max_upload_bytes, parts.settings.max_pixels)
        most = self.max_files(parts.settings)
        pictures, _ = await parts.queue.compute(lambda: unpack(files, limits, most, opened))
        request.state.pictures = pictures
        return len(pictures)


class StudyRoute(ScanRoute):
    """A route that classifies a study; `study_files_of` returns its files."""

    accepts_bare = False

    @staticmethod
    def max_files(settings: Settings) -> int:
        """The largest number of files, ZIP archives counted as one: each takes memory or an open file."""
        return _MAX_STUDY_PARTS

    @staticmethod
    def max_file_bytes(settings: Settings) -> int:
        """The share of a file in the largest study."""
        return settings.max_study_bytes // _MAX_STUDY_PARTS

    async def _receive(self, request: Request, parts: Services, opened: ExitStack) -> None:
        order = await read_order(request, parts)
        request.state.ordered = None
        if order:
            work = fetch(request, parts, order, opened.enter_context(parts.bodies.body()))
            request.state.ordered = await _unless_disconnected(request, work)
        else:
            await super()._receive(request, parts, opened)

    async def _prepare(self, request: Request, parts: Services, opened: ExitStack) -> int:
        if not DICOM_INSTALLED:
            raise UnsupportedFormat(NEEDS_DICOM)
        # Lazy import: the libraries are an extra.
        from app.services.studies.files import files_of

        form = await request.form()
        sent = [(file.filename or "", file.file) for file in form.getlist("files") if isinstance(file, UploadFile)]
        limits = Limits(parts.settings.max_study_bytes, parts.settings.max_pixels)
        decode = parts.decoder.decode_stream
        request.state.study, _ = await parts.queue.compute(lambda: files_of(sent, limits, opened, decode))
        return 1


class InferenceRoute(ScanRoute):
    """A route of the Open Inference Protocol that classifies images; `inference_of` returns what it received."""

    @staticmethod
    def max_files(settings: Settings) -> int:
        """The largest number of images in one request."""
        return settings.max_batch_files

    async def _receive(self, request: Request, parts: Services, opened: ExitStack) -> None:
        version = pinned(request, request.path_params.get("version"))
        request.state.rollout = parts.registry.rollout(request.path_params["name"], version)
        if (encoding := request.headers.get("content-encoding", "identity").lower()) != "identity":
            raise UnsupportedFormat(
                f"The body is compressed ({encoding[:20]!r}), which is not accepted. Send it without compression."
            )
        request.state.body = (await store_body(request)).file
        opened.callback(request.state.body.close)

    async def _prepare(self, request: Request, parts: Services, opened: ExitStack) -> int:
        settings, header = parts.settings, request.headers.get("inference-header-content-length")
        limits = InferenceLimits(
            max_images=self.max_files(settings),
            max_json_bytes=settings.max_upload_bytes + _base64_overhead(settings) + _OVERHEAD_BYTES,
        )
        body, rollout = request.state.body, request.state.rollout

        def read() -> tuple[Inference, Predictor]:
            inference = read_inference(body, header, rollout.default, limits)
            # The response names one version, so all its images have that of the first.
            return inference, rollout.of(inference.jobs[0].content)

        (inference, predictor), _ = await parts.queue.compute(read)
        request.state.inference, request.state.predictor = inference, predictor
        return len(inference.jobs)


class CallRoute(ScanRoute):
    """A route of the Open Inference Protocol over gRPC that classifies images.

    Its body is a message, which is in memory as a whole.
    """

    @staticmethod
    def max_message_bytes(settings: Settings) -> int:
        """The largest number of bytes of a message."""
        return settings.max_upload_bytes + _OVERHEAD_BYTES

    async def _receive(self, request: Request, parts: Services, opened: ExitStack) -> None:
        request.state.message = await request.body()

    async def _prepare(self, request: Request, parts: Services, opened: ExitStack) -> int:
        def read() -> tuple[InferCall, Inference, Predictor]:
            call = read_infer_call(request.state.message)
            rollout = parts.registry.rollout(call.model.name, pinned(request, call.model.version))
            inference = plan(call.request, call.tensor, rollout.default, parts.settings.max_batch_files)
            return call, inference, rollout.of(inference.jobs[0].content)

        (request.state.call, inference, predictor), _ = await parts.queue.compute(read)
        request.state.inference, request.state.predictor = inference, predictor
        return len(inference.jobs)


class SmallBodyRoute(GuardedRoute):
    """A route whose body has at most `max_bytes` bytes."""

    max_bytes: ClassVar[int]

    def handler(self) -> Handler:
        """Wrap FastAPI's handler."""
        handle = self.handler_of_read()

        async def admitted(request: Request) -> Response:
            too_large = TooLarge(
                f"The request is too large: at most {self.max_bytes:,} bytes are accepted.", limit=self.max_bytes
            )
            with receiving(request, self.max_bytes, too_large) as request:
                try:
                    self.check_body(await request.body())
                except ClientDisconnect:
                    return Response(status_code=CLIENT_CLOSED_REQUEST)
                return await handle(request)

        return admitted

    def handler_of_read(self) -> Handler:
        """The handler of requests whose body was read."""
        return super().handler()

    def check_body(self, body: bytes) -> None:
        """Check a body that was read."""


class ModelCallRoute(SmallBodyRoute):
    """A route of the Open Inference Protocol over gRPC about a model."""

    max_bytes = 16 * 1024


class JsonRoute(SmallBodyRoute):
    """A route whose body is JSON."""

    def check_body(self, body: bytes) -> None:
        """Check that a body is JSON: FastAPI hides why it cannot be read behind one general message."""
        try:
            check_json(body.decode())
        except UnicodeDecodeError:
            raise MalformedRequest("The body is not text in UTF-8. Send JSON.") from None


class FeedbackRoute(JsonRoute):
    """A route that receives feedback, or a label and a note."""

    max_bytes = 16 * 1024


class AccountRoute(JsonRoute):
    """A route about accounts, which answers 404 if accounts are off."""

    max_bytes = 16 * 1024

    def handler(self) -> Handler:
        """Wrap FastAPI's handler."""
        handle = super().handler()

        async def admitted(request: Request) -> Response:
            membership_of(request)
            return await handle(request)

        return admitted


class EvaluationRoute(JsonRoute):
    """A route that computes the report of an evaluation, in a slot of the queue."""

    max_bytes = 4 * 1024 * 1024

    def handler_of_read(self) -> Handler:
        """Wrap the handler."""
        handle = super().handler_of_read()

        async def in_slot(request: Request) -> Response:
            with services(request).queue.slot():
                return await handle(request)

        return in_slot


def slot_of(request: Request) -> Slot:
    """The slot in the queue that the request holds."""
    slot: Slot = request.state.slot
    return slot


def pictures_of(request: Request) -> list[BatchFile]:
    """The pictures of a batch."""
    pictures: list[BatchFile] = request.state.pictures
    return pictures


def study_files_of(request: Request) -> "list[StudyFile]":
    """The files of a study."""
    files: list[StudyFile] = request.state.study
    return files


def inference_of(request: Request) -> tuple[Predictor, Inference]:
    """The predictor that answers, and what the request asks of it."""
    predictor: Predictor = request.state.predictor
    inference: Inference = request.state.inference
    return predictor, inference


def call_of(request: Request) -> InferCall:
    """The message of a call over gRPC."""
    call: InferCall = request.state.call
    return call


def ordered_study_of(request: Request) -> OrderedStudy | None:
    """The study that the request named; None if the request contained the study."""
    ordered: OrderedStudy | None = request.state.ordered
    return ordered


def _base64_overhead(settings: Settings) -> int:
    """The bytes that the largest file takes more in base64, which has four for three."""
    return settings.max_upload_bytes // 3


def _views(request: Request) -> int:
    """The number of views requested; 1 if the parameter is invalid, which FastAPI rejects later."""
    try:
        return _VIEWS.validate_python(request.query_params.get("views", 1))
    except ValidationError:
        return 1


async def _count(request: Request, parts: Services, cost: int = 1) -> dict[str, str]:
    """Count a request towards its client's rate limits; returns the headers that report them.

    Raises:
        TooManyRequests: a limit is exceeded.
    """
    if parts.rates is None:
        return {}
    from app.services.throttling.addresses import network_of

    identity = identity_of(request)
    callers = {"address": network_of(address_of(request))}
    if identity.account:
        callers["account"] = str(identity.account)
    if identity.by is SignedInBy.KEY:
        callers["key"] = str(identity.credential)
    return await parts.rates.count(callers, cost)


async def _unless_disconnected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Wait for the work's result; cancel the work if the client disconnects first.

    Raises:
        ClientDisconnect: the client has disconnected.
    """
    task = asyncio.create_task(work)
    disconnect = asyncio.create_task(_disconnected(request.receive))
    try:
        await asyncio.wait({task, disconnect}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        disconnect.result()  # raises if the rest of an unread body exceeds a limit
        raise ClientDisconnect
    finally:
        task.cancel()
        disconnect.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
