"""The handler for unexpected errors, which no known request reaches, and headers that depend on the settings."""

import asyncio
import logging

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from fastapi.testclient import TestClient
from starlette.routing import Route

from app.config.choices import LogFormat
from app.config.logging import configure_logging
from app.config.settings import Settings
from app.routes.middleware import RequestContext


def failing_app() -> FastAPI:
    app = FastAPI()
    app.add_middleware(RequestContext, tls=False)

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


@pytest.mark.parametrize("tls", [False, True])
def test_browsers_use_only_https_where_the_service_has_it(tls: bool):
    app = FastAPI()
    app.add_middleware(RequestContext, tls=tls)
    assert ("strict-transport-security" in TestClient(app).get("/").headers) == tls


@pytest.mark.parametrize("target", ["http://evil.example/a?b#c", "//evil.example/a?b#c", "/a?b#c"])
def test_a_redirect_never_leads_to_another_host(target: str):
    app = FastAPI(routes=[Route("/", lambda request: RedirectResponse(target))])
    app.add_middleware(RequestContext, tls=False)
    assert TestClient(app).get("/", follow_redirects=False).headers["location"] == "/a?b#c"


def test_a_request_without_memory_for_it_may_be_sent_again_later():
    def fails(_: Request) -> None:
        raise MemoryError

    app = FastAPI(routes=[Route("/", fails)])
    app.add_middleware(RequestContext, tls=False)
    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:problem:out-of-memory")
    assert int(answer.headers["retry-after"]) > 0
