"""The API's description, with real responses as examples, and Swagger UI and ReDoc, which work without internet."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Collection, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse

from app.models.classes import DISCLAIMER
from app.routes.assets import install_assets
from app.routes.pinning import ANSWERED_BY, VERSION_HEADER
from app.services.reports.templates import template

TITLE = "Brain Tumor Classification"
DESCRIPTION = f"""\
Classifies a brain MRI as glioma, meningioma, pituitary tumor or no tumor, with calibrated probabilities, a Grad-CAM
heat-map of the regions that support the class, and an explanation in plain words.

**{DISCLAIMER}**

Every error is an `application/problem+json` document (RFC 9457) with a stable `type`. Every response carries
`X-Request-ID`.
"""

TAGS = {
    "predictions": "Classify scans: an upload, a sample image, or several files.",
    "studies": "Classify the slices of an examination: DICOM or NIfTI.",
    "reports": "A prediction as a document.",
    "open inference": "The Open Inference Protocol, version 2, for clients of KServe and Triton. Errors have the "
    "protocol's format.",
    "evaluations": "Measure a model on labelled scans of your own.",
    "samples": "The sample images.",
    "history": "Stored predictions. They exist where the operator keeps a history.",
    "feedback": "A reader's class for a stored prediction.",
    "models": "The classes, and the models with their measured accuracy.",
    "monitoring": "Drift, performance on confirmed cases, and the comparison with a second model.",
    "health": "Whether the process runs and the models are loaded.",
    "service": "What this service accepts and which of its parts are on.",
    "sessions": "Sign in and out. These routes exist where accounts are on.",
    "accounts": "Your account: password, second factor, address.",
    "keys": "Keys with which programs authenticate.",
    "members": "Administration of accounts.",
}
_PLAIN_SUCCESS = "Successful Response"

# Real responses by operation, with pictures and lists shortened; `make docs` writes them.
EXAMPLES_FILE = Path(__file__).with_name("examples.json")


def install_docs(
    app: FastAPI,
    openapi_url: str,
    *,
    accounts: bool,
    models: Callable[[], Collection[str]],
    links: Sequence[tuple[str, str]],
) -> None:
    """Add the examples to the description, and serve it as pages.

    Args:
        app: the application.
        openapi_url: the path of the description.
        accounts: whether clients have to authenticate.
        models: returns the names of the models that the service serves.
        links: addresses of the other pages, each with its label.
    """
    app.openapi = _completed(app.openapi, accounts=accounts, models=models)  # type: ignore[method-assign]
    router = APIRouter(include_in_schema=False)
    with as_file(files("fastapi_offline") / "static") as folder:
        assets = install_assets(app, "/static/docs", folder)
    icon = f"{assets}/favicon.png"
    bar = template("api_links.html").render(links=links)
    swagger = _page(
        get_swagger_ui_html(
            openapi_url=openapi_url,
            title=app.title,
            swagger_js_url=f"{assets}/swagger-ui-bundle.js",
            swagger_css_url=f"{assets}/swagger-ui.css",
            swagger_favicon_url=icon,
            swagger_ui_parameters={
                "displayRequestDuration": True,
                "tryItOutEnabled": True,
                "defaultModelsExpandDepth": 0,
            },
        ),
        bar,
    )
    redoc = _page(
        get_redoc_html(
            openapi_url=openapi_url,
            title=app.title,
            redoc_js_url=f"{assets}/redoc.standalone.js",
            redoc_favicon_url=icon,
            with_google_fonts=False,
        ),
        bar,
    )

    @router.get("/docs")
    async def swagger_ui() -> HTMLResponse:
        return swagger

    @router.get("/redoc")
    async def redoc_ui() -> HTMLResponse:
        return redoc

    app.include_router(router)


def _completed(
    describe: Callable[[], dict[str, Any]], *, accounts: bool, models: Callable[[], Collection[str]]
) -> Callable[[], dict[str, Any]]:
    examples = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))

    def described() -> dict[str, Any]:
        document = describe()
        schemas = document["components"]["schemas"]
        if not accounts:
            document["components"].pop("securitySchemes", None)
        for path in document["paths"].values():
            for operation in path.values():
                if not accounts:
                    operation.pop("security", None)
                _name_models(operation, models())
                _report_version(operation)
                for status, answer in operation["responses"].items():
                    if status.startswith("2") and answer["description"] == _PLAIN_SUCCESS:
                        answer["description"] = _meaning(answer, schemas)
                if operation["operationId"] in examples:
                    [status] = {"200", "201"} & operation["responses"].keys()
                    content = operation["responses"][status]["content"]["application/json"]
                    content["example"] = examples[operation["operationId"]]
        return document

    return described


def _name_models(operation: dict[str, Any], models: Collection[str]) -> None:
    """List the models that a request can name. A history may have records of others."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "model" and operation["tags"] != ["history"]:
            parameter["schema"]["anyOf"][0]["enum"] = sorted(models)


def _report_version(operation: dict[str, Any]) -> None:
    """Describe the header of responses with the version that answered, where a request can have the header too."""
    if any(parameter["name"] == VERSION_HEADER for parameter in operation.get("parameters", [])):
        operation["responses"]["200"].setdefault("headers", {})[VERSION_HEADER] = ANSWERED_BY


def _meaning(answer: dict[str, Any], schemas: dict[str, Any]) -> str:
    """The description of the body of a successful response."""
    for content in answer.get("content", {}).values():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        if name in schemas:
            return str(schemas[name]["description"])
    return "Done. The response has no body."


def _page(page: HTMLResponse, bar: str) -> HTMLResponse:
    """Add the links to the other pages, and a policy that allows the page's own script and nothing from elsewhere."""
    content = bytes(page.body).decode().replace("<body>", f"<body>\n{bar}", 1)
    scripts = re.findall(r"<script>(.*?)</script>", content, re.DOTALL)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in scripts
    )
    policy = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return HTMLResponse(content, headers={"Content-Security-Policy": policy})
