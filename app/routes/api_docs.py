"""The API's description, with real responses as examples, and Swagger UI and ReDoc, which work without internet."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from app.models.classes import DISCLAIMER

TITLE = "Brain Tumor Classification"
DESCRIPTION = f"""\
Classifies a brain MRI as glioma, meningioma, pituitary tumor or no tumor, with calibrated probabilities, a Grad-CAM
heat-map of the regions that support the class, and an explanation in plain words.

**{DISCLAIMER}**

Every error is an `application/problem+json` document (RFC 9457) with a stable `type`. Every response carries
`X-Request-ID`.
"""

# Real responses by operation, with pictures and lists shortened; `make docs` writes them.
EXAMPLES_FILE = Path(__file__).with_name("examples.json")

_ASSETS = "/static/docs"


def install_docs(app: FastAPI, openapi_url: str, *, accounts: bool) -> None:
    """Add the examples to the description, and serve it as pages.

    Args:
        app: the application.
        openapi_url: the path of the description.
        accounts: whether clients have to authenticate.
    """
    app.openapi = _completed(app.openapi, accounts=accounts)  # type: ignore[method-assign]
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

    app.include_router(router)
    with as_file(files("fastapi_offline") / "static") as assets:
        app.mount(_ASSETS, StaticFiles(directory=assets))


def _completed(describe: Callable[[], dict[str, Any]], *, accounts: bool) -> Callable[[], dict[str, Any]]:
    examples = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))

    def described() -> dict[str, Any]:
        document = describe()
        for path in document["paths"].values():
            for operation in path.values():
                if "security" in operation and not accounts and {} not in operation["security"]:
                    operation["security"].append({})
                if operation["operationId"] in examples:
                    [status] = {"200", "201"} & operation["responses"].keys()
                    content = operation["responses"][status]["content"]["application/json"]
                    content["example"] = examples[operation["operationId"]]
        return document

    return described


def _page(page: HTMLResponse) -> HTMLResponse:
    """Add a content security policy that allows the page's own inline script, and nothing from other servers."""
    scripts = re.findall(rb"<script>(.*?)</script>", page.body, re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in scripts)
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return page
