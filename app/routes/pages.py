"""The service's own pages: rendered once at start, with scripts and styles from the package only."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import cast

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from app import __version__
from app.config.choices import Switch
from app.config.settings import Settings
from app.models.classes import DISCLAIMER
from app.models.problems import MEDIA_TYPE
from app.routes.assets import install_assets
from app.routes.guards import session_of
from app.routes.guide import GUIDE_DIR
from app.routes.negotiation import HTML, preferred
from app.services.accounts.schemas import LONGEST_PASSWORD, SHORTEST_PASSWORD
from app.services.evaluation.schemas import MAX_SCANS
from app.services.history.schemas import LONGEST_LABEL, LONGEST_NOTE
from app.services.imaging.formats import ACCEPTED_FORMATS, DICOM_INSTALLED
from app.services.reports.templates import template

_FOLDER = Path(__file__).parents[1] / "page"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
# Limits that scripts need before a request; the server checks them again.
_LIMITS = {
    "evaluationScans": MAX_SCANS,
    "passwordMin": SHORTEST_PASSWORD,
    "passwordMax": LONGEST_PASSWORD,
    "label": LONGEST_LABEL,
    "note": LONGEST_NOTE,
}

# Addresses that need no account.
_PUBLIC = ("/guide/", "/docs")


def install_page(app: FastAPI, settings: Settings) -> None:
    """Serve the pages and the files they load.

    With accounts, every address shows the sign-in page until the user has signed in, then the account page until the
    account has a second factor if the service requires one, and then its own page.
    """
    router = APIRouter(include_in_schema=False)
    with_accounts = settings.auth is Switch.ON
    assets = install_assets(app, "/static/page", _FOLDER)
    sign_in = _page("sign-in", "/sign-in", settings, assets, signed_in=False)
    account = _page("account", "/account", settings, assets, signed_in=with_accounts)

    def add(path: str, name: str) -> None:
        page = _page(name, path, settings, assets, signed_in=with_accounts)

        @router.get(path, name=f"{name}_page")
        async def show(request: Request) -> HTMLResponse:
            if not with_accounts:
                return page
            identity = await session_of(request)
            if identity is None:
                return sign_in
            return page if identity.scopes else account

    add("/", "index")
    add("/model", "model")
    add("/evaluate", "evaluate")
    if settings.keeps_history:
        add("/history", "history")
    if settings.drift is Switch.ON:
        add("/drift", "drift")
    if with_accounts:
        add("/account", "account")
        add("/members", "members")

        @router.get("/sign-in")
        async def sign_in_page() -> HTMLResponse:
            return sign_in

    app.include_router(router)
    _install_not_found(app, settings, assets)


def _install_not_found(app: FastAPI, settings: Settings, assets: str) -> None:
    """Show a page instead of the problem document to a browser that opens an address where nothing is."""
    to_problem = cast("Callable[[Request, Exception], Awaitable[Response]]", app.exception_handlers[HTTPException])
    with_accounts = settings.auth is Switch.ON
    page, page_signed_out = (
        _page("not-found", "", settings, assets, signed_in=signed_in, status=HTTPStatus.NOT_FOUND)
        for signed_in in (with_accounts, False)
    )

    @app.exception_handler(HTTPStatus.NOT_FOUND)
    async def not_found(request: Request, error: HTTPException) -> Response:
        problem = await to_problem(request, error)
        accept = request.headers.get("accept", "*/*")
        if request.url.path.startswith("/api/") or preferred(accept, (MEDIA_TYPE, HTML)) != HTML:
            return problem
        return page if with_accounts and await session_of(request) else page_signed_out


def _page(
    name: str, path: str, settings: Settings, assets: str, *, signed_in: bool, status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    """Render a page of `app/templates/pages` for its address; `assets` is the address of scripts and styles."""
    links = navigation(settings)
    if settings.auth is Switch.ON and not signed_in:
        # The others show the sign-in page.
        links = [link for link in links if link[0] in _PUBLIC]
    text = template(f"pages/{name}.html").render(
        name=name,
        assets=assets,
        product="Brain Tumor Classification",
        version=__version__,
        disclaimer=DISCLAIMER,
        path=path,
        links=links,
        scripts=["menu", *(["session"] if signed_in else []), *([name] if (_FOLDER / f"{name}.js").is_file() else [])],
        signed_in=signed_in,
        history=settings.keeps_history,
        gemini=settings.gemini_api_key is not None,
        history_days=settings.history_days,
        keep_images=settings.keep_images is Switch.ON,
        sign_up=settings.sign_up,
        mail=settings.smtp_url is not None,
        secure_cookies=settings.secure_cookies,
        limits={"threads": settings.prediction_threads, **_LIMITS},
        formats=ACCEPTED_FORMATS,
        dicom=DICOM_INSTALLED,
        max_study=f"{settings.max_study_mb:g} MB",
        max_upload=f"{settings.max_upload_mb:g} MB and {settings.max_megapixels:g} megapixels",
    )
    return HTMLResponse(text, status, headers={"Content-Security-Policy": _POLICY})


def navigation(settings: Settings) -> list[tuple[str, str]]:
    """The addresses in the navigation of every page, each with its label."""
    shown = {
        ("/", "Classify"): True,
        ("/history", "History"): settings.keeps_history,
        ("/evaluate", "Evaluate"): True,
        ("/model", "Model"): True,
        ("/drift", "Drift"): settings.drift is Switch.ON,
        ("/members", "Members"): settings.auth is Switch.ON,
        ("/account", "Account"): settings.auth is Switch.ON,
        ("/guide/", "Guide"): (GUIDE_DIR / "index.html").is_file(),
        ("/docs", "API"): settings.api_docs,
    }
    return [link for link, is_shown in shown.items() if is_shown]
