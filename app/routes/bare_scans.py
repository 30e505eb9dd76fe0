"""Scans sent without a form: the file itself as the body, or JSON with the file as base64 or a data URL."""

from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from fastapi import Request
from pydantic import Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from app.models.problems import InvalidParameters
from app.models.strict import Strict
from app.routes.dependencies import Services
from app.routes.negotiation import BINARY, JSON
from app.services.inference.encoded import from_base64

# Smaller files stay in memory. Most scans do, and a batch of 16 takes at most 4 MB.
IN_MEMORY_BYTES = 256 * 1024
_FIELD = "file"
_HOW = (
    f'Send {{"{_FIELD}": "…"}} with the image in base64 or as a data URL, or send the image as a file in '
    "multipart/form-data, as `curl -F file=@scan.jpg` does."
)


class ScanInJson(Strict):
    """A scan in JSON."""

    file: str = Field(description="The image in base64, or as a data URL in base64.")


# For `openapi_extra`: what a route accepts besides the form.
BARE_BODIES: dict[str, Any] = {
    "requestBody": {
        "content": {
            "image/*": {"schema": BINARY},
            "application/octet-stream": {"schema": BINARY},
            JSON: {"schema": ScanInJson.model_json_schema()},
        }
    }
}


def media_type_of(request: Request) -> str:
    """The media type of a request's body, in lower case and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_bare_scan(request: Request) -> None:
    """Read a body that is an image or JSON, so that FastAPI finds it as the file of a form.

    Raises:
        OSError: the file cannot be stored.
    """
    media_type = media_type_of(request)
    if media_type in (JSON, "application/octet-stream") or media_type.startswith("image/"):
        _put(request, await store_body(request))


async def decode_bare_scan(request: Request, parts: Services) -> None:
    """Replace JSON, read by `read_bare_scan`, by the image in it.

    Raises:
        InvalidParameters: the JSON holds no image in base64.
        OSError: the file cannot be stored.
    """
    sent = (await request.form()).get(_FIELD)
    if media_type_of(request) != JSON or not isinstance(sent, UploadFile):
        return
    try:
        # On a worker thread, where few are decoded at a time: a text of 13 MB takes 0.16 s and 22 MB more memory.
        file, _ = await parts.queue.compute(lambda: _decoded(sent.file))
    finally:
        await request.close()
    _put(request, file)


def _put(request: Request, file: UploadFile) -> None:
    # Where FastAPI looks for a form that was parsed before.
    request._form = FormData([(_FIELD, file)])


async def store_body(request: Request) -> UploadFile:
    """Store a request's body: a small one in memory, a larger one in the folder for uploads.

    Raises:
        OSError: it cannot be stored.
    """
    file = _new_file()
    try:
        async for piece in request.stream():
            await file.write(piece)
        await file.seek(0)
    except BaseException:
        await file.close()
        raise
    return file


def _decoded(sent: BinaryIO) -> UploadFile:
    try:
        text = ScanInJson.model_validate_json(sent.read()).file
    except ValidationError:
        raise InvalidParameters(f"The body is not JSON with only the text field `{_FIELD}`. {_HOW}") from None
    file = _new_file()
    try:
        file.file.write(from_base64(text))
    except ValueError as error:
        raise InvalidParameters(f"body.{_FIELD}: {error}. {_HOW}") from None
    file.file.seek(0)
    return file


def _new_file() -> UploadFile:
    return UploadFile(cast(BinaryIO, SpooledTemporaryFile(IN_MEMORY_BYTES)))
