"""The handler for unexpected errors. No known request reaches it, so a route that raises stands in."""

import asyncio
import logging

import httpx
from fastapi import FastAPI

from app.config.choices import LogFormat
from app.config.logging import configure_logging
from app.config.settings import Settings
from app.routes.middleware import RequestContext


def failing_app() -> FastAPI:
    app = FastAPI()
    app.add_middleware(RequestContext)

    @app.get("/fails/{name}")
    async def fails(name: str) -> None:
        patient = "jane-doe"
        raise RuntimeError(f"a fault with {len(patient)} letters")

    return app


def test_an_unexpected_error_is_a_problem_without_details_and_a_log_line_with_them(capsys):
    configure_logging(Settings(log_format=LogFormat.CONSOLE))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(failing_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/fails/jane-doe")

    try:
        response = asyncio.run(ask())
    finally:
        logging.getLogger().handlers.clear()
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == "urn:problem:internal-error"
    assert body["request_id"] == response.headers["x-request-id"]
    assert "letters" not in response.text
    log = capsys.readouterr().err
    assert "a fault with 8 letters" in log
    assert body["request_id"] in log
    assert "/fails/{name}" in log
    assert "doe" not in log.replace('patient = "jane-doe"', "")
