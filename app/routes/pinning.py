"""The header X-Model-Version: in a request the version of the model that is to answer, in a response the one that did.

A gateway or a service mesh can add a header to requests, and read one of responses, but not their address and body.
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Header, Request, Response
from fastapi.params import Depends as DependsMarker

from app.models.model_file import ModelMetadata
from app.models.problems import InvalidParameters

VERSION_HEADER = "X-Model-Version"
ANSWERED_BY = {
    "description": "The version of the model that answered; absent if several did.",
    "schema": {"type": "string"},
}


async def _document(
    _version: Annotated[
        str | None,
        Header(
            alias=VERSION_HEADER,
            description="Version of the model, for gateways that add headers to requests. The same as `version` in the "
            "address; if both are given, they must be equal.",
        ),
    ] = None,
) -> None:
    """Only documents the header: it has an effect before the body is read, which FastAPI does before this call."""


DOCUMENTS_VERSION: DependsMarker = Depends(_document)


def pinned(request: Request, named: str | None) -> str | None:
    """The version that the request asks for.

    Args:
        request: the request, perhaps with the header.
        named: the version that it names otherwise.

    Raises:
        InvalidParameters: the two differ.
    """
    versions = list(dict.fromkeys(filter(None, (named, *request.headers.getlist(VERSION_HEADER)))))
    if len(versions) > 1:
        raise InvalidParameters(
            f"The request names several versions of the model: {', '.join(versions)[:200]}. Send the same one in "
            f"`version` and in the header {VERSION_HEADER}, or only one of them."
        )
    return versions[0] if versions else None


def pin_query(request: Request) -> None:
    """Put the version of the header into the query, where the route looks for it.

    Raises:
        InvalidParameters: the query has another version.
    """
    named = request.query_params.get("version")
    version = pinned(request, named)
    if version and named is None:
        query = request.scope["query_string"]
        request.scope["query_string"] = b"&".join(filter(None, (query, urlencode({"version": version}).encode())))


def note_answer(request: Request, metadata: ModelMetadata) -> None:
    """Note which version of a model answers a request, or a part of it."""
    request.state.answered_by = {*getattr(request.state, "answered_by", ()), metadata.version}


def report_answer(request: Request, response: Response) -> None:
    """Report the version that answered, if it was one, in the header of the response."""
    versions: set[str] = getattr(request.state, "answered_by", set())
    if len(versions) == 1:
        [response.headers[VERSION_HEADER]] = versions
