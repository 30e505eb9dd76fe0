"""Folders of files at an address that contains a hash of their content, so that browsers store them for good."""

import hashlib
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

_DIGITS = 16


class _LastingFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file that browsers store for a year without asking again."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def install_assets(app: FastAPI, base: str, folder: Path) -> str:
    """Serve a folder below `base`; returns its address, which changes with the content of any file."""
    address = f"{base}/{_content_hash(folder)}"
    app.mount(address, _LastingFiles(directory=folder))
    return address


def _content_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:_DIGITS]
