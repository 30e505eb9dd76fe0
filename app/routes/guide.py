"""The guide: the documentation as a site that works without internet, served at `/guide`."""

import base64
import hashlib
import os
import re
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app.models.problems import NotFound

# `make guide` builds the site here.
GUIDE_DIR = Path(__file__).parents[1] / "guide"

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
# Hash of the style sheet that the theme's search box adds to its shadow root. It changes with Zensical's version; the
# guide's browser test then fails, and the browser's message contains the new hash.
_SEARCH_STYLE = "sha256-NwSx/R2V/U4jnW0Tq5pQ53Y/rzPVJ4dqE7D6UTA/J1k="  # pragma: allowlist secret


def install_guide(app: FastAPI, folder: Path = GUIDE_DIR) -> None:
    """Serve the site; if it is not built, a problem document that explains how to build it."""
    built = (folder / "index.html").is_file()

    @app.get("/guide", include_in_schema=False)
    async def guide() -> RedirectResponse:
        # The links of its pages are relative to the folder.
        return RedirectResponse("/guide/")

    app.mount("/guide", _GuideFiles(directory=folder, html=True) if built else _not_built, name="guide")


async def _not_built(scope: Scope, receive: Receive, send: Send) -> None:
    raise NotFound("The guide has not been built here. Run `make guide`, or read the folder `docs/` of the repository.")


class _GuideFiles(StaticFiles):
    """Files that browsers may store but must revalidate, each page with its own content security policy."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file with its headers."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        if str(full_path).endswith(".html"):
            response.headers["Content-Security-Policy"] = _policy(Path(full_path).read_bytes())
        return response


def _policy(page: bytes) -> str:
    """The policy that allows a page its own inline scripts, and files only from this service."""
    digests = (hashlib.sha256(script).digest() for script in dict.fromkeys(_INLINE_SCRIPT.findall(page)))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' '{_SEARCH_STYLE}'; "
        "img-src 'self' data:; connect-src 'self'; worker-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
