"""Swagger UI and ReDoc, from files of the service's own, so that they work without internet."""

import base64
import hashlib
import re
from importlib.resources import as_file, files

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

_ASSETS = "/static/docs"


def install_docs(app: FastAPI, openapi_url: str) -> None:
    """Serve the pages, and lead a visitor of `/` to the first."""
    router = APIRouter(include_in_schema=False)
    icon = f"{_ASSETS}/favicon.png"
    swagger = _page(
        get_swagger_ui_html(
            openapi_url=openapi_url,
            title=app.title,
            swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{_ASSETS}/swagger-ui.css",
            swagger_favicon_url=icon,
            swagger_ui_parameters={
                "displayRequestDuration": True,
                "tryItOutEnabled": True,
                "defaultModelsExpandDepth": 0,
            },
        )
    )
    redoc = _page(
        get_redoc_html(
            openapi_url=openapi_url,
            title=app.title,
            redoc_js_url=f"{_ASSETS}/redoc.standalone.js",
            redoc_favicon_url=icon,
            with_google_fonts=False,
        )
    )

    @router.get("/docs")
    async def swagger_ui() -> HTMLResponse:
        return swagger

    @router.get("/redoc")
    async def redoc_ui() -> HTMLResponse:
        return redoc

    @router.get("/")
    async def root() -> RedirectResponse:
        return RedirectResponse("/docs")

    app.include_router(router)
    with as_file(files("fastapi_offline") / "static") as assets:
        app.mount(_ASSETS, StaticFiles(directory=assets))


def _page(page: HTMLResponse) -> HTMLResponse:
    """Add a content security policy that lets the page's own inline script run, and nothing from elsewhere."""
    scripts = re.findall(rb"<script>(.*?)</script>", page.body, re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in scripts)
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return page
