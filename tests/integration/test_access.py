"""With accounts on, every route except a few requires authentication."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from playwright.sync_api import expect
from starlette.routing import Mount

from app.config.settings import PROJECT_DIR, Settings
from app.main import create_app
from app.routes.guards import GuardedRoute
from tests.support.browser import CHROMIUM, running_browser
from tests.support.people import UNKNOWN_ID, People, kind
from tests.support.server import RunningServer

OPEN = {
    "GET /",
    "GET /model",
    "GET /evaluate",
    "GET /docs",
    "GET /redoc",
    "GET /openapi.json",
    "GET /api/v1/capabilities",
    "GET /guide",
    "GET /health/live",
    "GET /health/ready",
    "GET /v2/health/live",
    "GET /v2/health/ready",
    "POST /api/v1/sessions",
    "POST /api/v1/sessions/second-factor",
    "POST /api/v1/accounts",
    "POST /api/v1/password-resets",
    "POST /api/v1/password-resets/completion",
}
OPEN_FOLDERS = ("/static/page/", "/static/docs/", "/guide")


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("closed")
    with RunningServer(
        wait=False, AUTH="on", DATA_DIR=str(folder / "data"), UPLOADS_DIR=str(folder / "uploads")
    ) as server:
        server.wait_for("/health/live")
        yield server


def routes_of(app: FastAPI) -> Iterator[str]:
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            assert str(route.path).startswith(OPEN_FOLDERS)
        else:
            yield from (f"{method} {route.path_format}" for method in sorted((route.methods or set()) - {"HEAD"}))


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return list(routes_of(create_app(Settings(uploads_dir=tmp_path_factory.mktemp("uploads")))))


def test_every_open_route_exists(routes: list[str]):
    assert set(routes) >= OPEN


def test_guarded_routes_check_before_they_read_the_body(tmp_path: Path):
    """A guard on a route that is not a `GuardedRoute` would run too late: FastAPI reads bodies first."""
    for route in iter_route_contexts(create_app(Settings(uploads_dir=tmp_path)).routes):
        original = route.original_route
        if isinstance(original, APIRoute) and original.path.startswith(("/api/", "/v2/models")):
            assert isinstance(original, GuardedRoute), original.path


def test_every_other_route_requires_authentication(closed: RunningServer, routes: list[str]):
    with closed.client() as client:
        for route in sorted(set(routes) - OPEN):
            method, path = route.split()
            answer = client.request(method, re.sub(r"\{\w+\}", UNKNOWN_ID, path))
            assert answer.status_code == 401, route
            # The Open Inference Protocol has errors of its own form.
            assert (answer.json().keys() == {"error"}) == path.startswith("/v2")
            assert answer.json().get("type", "urn:problem:sign-in-required") == "urn:problem:sign-in-required"
            assert answer.headers["www-authenticate"] == "Bearer"


def test_an_unauthenticated_upload_is_rejected_before_its_body(closed: RunningServer):
    """An unauthenticated client takes no slot in the queue and no disk space."""
    head = "POST /api/v1/predictions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", closed.port), timeout=30) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 401")


def test_openapi_lists_the_security_schemes(closed: RunningServer):
    with closed.client() as client:
        document = client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"].keys() == {"session", "key"}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            stated = operation.get("security")
            assert stated == (None if f"{method.upper()} {path}" in OPEN else [{"session": []}, {"key": []}])


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")
def test_a_key_works_in_swagger_ui(people: People):
    key = people.key(people.person(), "read")["key"]
    with running_browser() as browser:
        page = browser.new_page()
        page.goto(f"{people.server.url}/docs#/models/list_classes")
        page.get_by_role("button", name="Authorize").first.click()
        page.locator("#auth-bearer-value").fill(key)
        page.locator(".auth-container:has(#auth-bearer-value) button.authorize").click()
        page.locator(".auth-container button.btn-done").last.click()
        page.locator("#operations-models-list_classes").get_by_role("button", name="Execute").click()
        expect(
            page.locator(
                "#operations-models-list_classes .live-responses-table td.response-col_status:not(.col_header)"
            )
        ).to_have_text("200")


class TestOff:
    """With accounts off, nothing requires authentication."""

    def test_account_routes_are_not_found(self, server: RunningServer):
        with server.client() as client:
            for method, path in (
                ("POST", "/api/v1/sessions"),
                ("GET", "/api/v1/sessions/current"),
                ("POST", "/api/v1/accounts"),
                ("GET", "/api/v1/members"),
            ):
                answer = client.request(method, path)
                assert kind(answer) == "not-found"
                assert "AUTH=off" in answer.json()["detail"]
            assert client.get("/api/v1/classes", headers={"Authorization": "Bearer nonsense"}).status_code == 200

    @pytest.mark.parametrize(
        ("headers", "accepted"),
        [
            ({}, True),
            ({"Sec-Fetch-Site": "same-origin"}, True),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "https://my-app.example.org"}, True),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
            ({"Sec-Fetch-Site": "cross-site"}, False),
            ({"Origin": "https://evil.example"}, False),
            ({"Origin": "null", "Authorization": "Bearer nonsense"}, False),
        ],
        ids=str,
    )
    def test_only_the_own_pages_and_listed_front_ends_may_send(
        self, client: httpx.Client, headers: dict[str, str], accepted: bool
    ):
        answer = client.post("/api/v1/samples/none/predictions", headers=headers)
        assert kind(answer) == ("not-found" if accepted else "cross-site-request")
        assert accepted or "CORS_ORIGINS" in answer.json()["detail"]

    def test_database_packages_are_not_imported(self):
        program = (
            "import sys; from app.config.settings import Settings; from app.main import create_app; "
            "create_app(Settings()); "
            "sys.exit(', '.join({'sqlalchemy', 'alembic', 'pwdlib', 'pyotp'} & {*sys.modules}) or None)"
        )
        ended = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True)
        assert (ended.returncode, ended.stderr) == (0, "")
