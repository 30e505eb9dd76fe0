"""The service's own pages: plain HTML, CSS and modules from the package, nothing from elsewhere."""

from html import escape
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from app.config.settings import Settings, Switch
from app.models.classes import DISCLAIMER
from app.routes.guards import is_signed_in

_FOLDER = Path(__file__).parents[1] / "page"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
# What every page has besides where accounts are on: who is signed in, and signing in anew when the session has ended.
_SESSION = '<script type="module" src="/static/page/session.js"></script>\n'
_SIGN_OUT = ' <button type="button" id="sign-out">Sign out</button>'


def install_page(app: FastAPI, settings: Settings) -> None:
    """Serve the pages, and what they load.

    Where accounts are on, whoever is not signed in is shown the page for signing in, at whatever address it is, and
    the other one there once that is done.
    """
    router = APIRouter(include_in_schema=False)
    with_accounts = settings.auth is Switch.ON
    sign_in = _page("sign-in", _parts(settings, "/sign-in"))

    def add(path: str, name: str) -> None:
        page = _page(name, _parts(settings, path))

        @router.get(path, name=f"{name}_page")
        async def show(request: Request) -> HTMLResponse:
            return page if not with_accounts or await is_signed_in(request) else sign_in

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
    app.mount("/static/page", StaticFiles(directory=_FOLDER), name="page")


def _parts(settings: Settings, path: str) -> dict[str, str]:
    """What a page has that follows from the settings."""
    with_accounts = settings.auth is Switch.ON
    links = [("/", "Read a scan"), ("/model", "The model"), ("/evaluate", "Evaluate"), ("/docs", "API")]
    if settings.drift is Switch.ON:
        links.insert(2, ("/drift", "Drift"))
    if with_accounts:
        links.insert(1, ("/account", "Account"))
    if settings.keeps_history:
        links.insert(1, ("/history", "History"))
    return {
        "disclaimer": escape(DISCLAIMER),
        "links": " ".join(f'<a href="{to}">{label}</a>' for to, label in links if to != path)
        + (_SIGN_OUT if with_accounts else ""),
        "session": _SESSION if with_accounts else "",
        "keeping": _keeping(settings),
        "history": Switch.ON if settings.keeps_history else Switch.OFF,
        "days": str(settings.history_days),
        "sign_up": settings.sign_up,
        "mail": "on" if settings.smtp_url else "off",
    }


def _keeping(settings: Settings) -> str:
    if not settings.keeps_history:
        return "which stores it nowhere"
    if settings.keep_images is Switch.OFF:
        return "which keeps the answer in your history, but neither the image nor its name"
    return "which keeps the answer and the image, encrypted, in your history, but not the file's name"


def _page(name: str, parts: dict[str, str]) -> HTMLResponse:
    text = (_FOLDER / f"{name}.html").read_text()
    for part, value in parts.items():
        text = text.replace(f"{{{{{part}}}}}", value)
    return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})
