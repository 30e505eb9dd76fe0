"""The service's own page, at `/`: plain HTML, CSS and modules from the package, nothing from elsewhere."""

from html import escape
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from app.models.tumor import DISCLAIMER

_FOLDER = Path(__file__).parents[1] / "page"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def install_page(app: FastAPI) -> None:
    """Serve the page and its assets."""
    router = APIRouter(include_in_schema=False)
    text = (_FOLDER / "index.html").read_text().replace("{{disclaimer}}", escape(DISCLAIMER))

    @router.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})

    app.include_router(router)
    app.mount("/static/page", StaticFiles(directory=_FOLDER), name="page")
