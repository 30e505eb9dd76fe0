"""The service's own pages: plain HTML, CSS and modules from the package, nothing from elsewhere."""

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
    """Serve the page for scans at `/`, the one on the model at `/model`, and what they load."""
    router = APIRouter(include_in_schema=False)
    scan, model = (_page(f"{name}.html") for name in ("index", "model"))

    @router.get("/")
    async def scan_page() -> HTMLResponse:
        return scan

    @router.get("/model")
    async def model_page() -> HTMLResponse:
        return model

    app.include_router(router)
    app.mount("/static/page", StaticFiles(directory=_FOLDER), name="page")


def _page(name: str) -> HTMLResponse:
    text = (_FOLDER / name).read_text().replace("{{disclaimer}}", escape(DISCLAIMER))
    return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})
