"""Reading of forms, and of the files in them."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser

from app.config.settings import Settings
from app.models.problems import (
    HOW_TO_SEND,
    InvalidParameters,
    MalformedRequest,
    StorageFull,
    StorageUnavailable,
    TooLarge,
)
from app.routes.bare_scans import IN_MEMORY_BYTES, media_type_of, read_bare_scan
from app.services.history.storage import disk_is_full

_MAX_TEXT_FIELDS = 16
_CHARSETS = ("utf-8", "utf8", "us-ascii")

log = structlog.get_logger()


def limit_form_memory() -> None:
    """Make form parsing move files above 256 KB from memory to the folder for uploads, for the whole process."""
    MultiPartParser.spool_max_size = IN_MEMORY_BYTES


async def read_form(request: Request, max_files: int, *, bare: bool) -> None:
    """Parse the form, which FastAPI then finds parsed.

    Args:
        request: the request.
        max_files: the largest number of files.
        bare: whether the route accepts a file without a form too.

    Raises:
        InvalidParameters: the form is not in UTF-8.
        MalformedRequest, TooLarge: the form cannot be read.
        OSError: a file cannot be stored.
    """
    try:
        if bare:
            await read_bare_scan(request)
        _require_utf8(request)
        if media_type_of(request) == "application/x-www-form-urlencoded":
            # Rejected without reading it, since 150 MB of `&` take 38 s to parse.
            raise MalformedRequest(f"A form of the type application/x-www-form-urlencoded has no files. {HOW_TO_SEND}")
        await request.form(max_files=max_files, max_fields=_MAX_TEXT_FIELDS)
    except HTTPException as error:
        if "Too many files" in error.detail:
            raise TooLarge(
                f"The request has too many files; at most {max_files} are accepted.", limit=max_files
            ) from error
        raise MalformedRequest(f"{error.detail} {HOW_TO_SEND}") from error


def _require_utf8(request: Request) -> None:
    """Reject a form in another character set: some fail on some names, others make text that no response can hold.

    Raises:
        InvalidParameters: the form states another character set.
    """
    _, options = parse_options_header(request.headers.get("content-type", ""))
    charset = options.get(b"charset", b"utf-8").decode("latin-1")
    if charset.lower() not in _CHARSETS:
        raise InvalidParameters(
            f"The form's character set is {charset[:40]!r}. Only utf-8 is accepted.", accepted=["utf-8"]
        )


@contextmanager
def storing(settings: Settings) -> Iterator[None]:
    """Raise `StorageFull` where temporary files do not fit on the disk, `StorageUnavailable` where none can be made."""
    retry_after = int(settings.upload_timeout_s)
    try:
        yield
    except OSError as error:
        if disk_is_full(error):
            raise StorageFull(
                "The upload could not be stored: the disk is full. Try again later, or send a smaller file.",
                retry_after=retry_after,
            ) from error
        # The folder is gone, or no more files can be opened.
        log.error("upload_not_stored", reason=error.strerror)
        raise StorageUnavailable(
            "The upload could not be stored. Try again later, or send a smaller file.", retry_after=retry_after
        ) from error
