"""The sample images."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response

from app.models.classes import FACTS
from app.models.identity import Scope
from app.models.problems import InvalidParameters, NotFound
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, GuardedRoute, require
from app.routes.negotiation import BINARY
from app.services.inference.schemas import SampleInfo, SampleList

router = APIRouter(
    prefix="/api/v1/samples",
    tags=["samples"],
    route_class=GuardedRoute,
    dependencies=[require(Scope.READ)],
    responses=GUARDED,
)

# Public pictures, which pages of other origins may show.
_HEADERS = {"Cache-Control": "private, max-age=86400", "Cross-Origin-Resource-Policy": "cross-origin"}


@router.get(
    "", summary="List the sample images", description="MRIs of every class, from the test part of the data set."
)
async def list_samples(request: Request, parts: ServicesDep) -> SampleList:
    return SampleList(
        samples=[
            SampleInfo(
                name=sample.name,
                tumor=sample.tumor,
                label=FACTS[sample.tumor].label,
                width=sample.width,
                height=sample.height,
                bytes=len(sample.content),
                url=str(request.app.url_path_for("get_sample", name=sample.name)),
            )
            for sample in parts.gallery.all()
        ]
    )


@router.get(
    "/{name}",
    summary="Get a sample image",
    description="The image file. A request with its entity tag in `If-None-Match` is answered with 304.",
    response_class=Response,
    responses={
        200: {"description": "The image.", "content": {"image/jpeg": {"schema": BINARY}}},
        304: {"description": "Not modified."},
        **documented(NotFound, InvalidParameters),
    },
)
async def get_sample(
    parts: ServicesDep,
    name: Annotated[str, Path(description="Name of the sample.", examples=["Te-me_0016.jpg"])],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    sample = parts.gallery.get(name)
    headers = {"ETag": sample.etag, **_HEADERS}
    known = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    if sample.etag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(sample.content, media_type="image/jpeg", headers=headers)
