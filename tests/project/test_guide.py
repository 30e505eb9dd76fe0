"""The documentation site: built strictly, complete, served at /guide, and independent of other hosts."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect

from app.config.settings import PROJECT_DIR
from app.models.problems import MEDIA_TYPE
from app.routes.errors import install_error_handlers
from app.routes.guide import GUIDE_DIR, install_guide
from app.routes.middleware import RequestContext
from tests.support.browser import CHROMIUM, running_browser
from tests.support.server import RunningServer

PAGES = (
    "",
    "MODEL_CARD/",
    "docs/explanation/architecture/",
    "docs/explanation/benchmarks/",
    "docs/how-to/nextjs/",
    "docs/reference/settings/",
    "docs/tutorials/first-prediction/",
    "research/documentation/findings/",
)


class Links(HTMLParser):
    """The files that a page loads, its links and its anchors."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in ("src", "href", "srcset", "data", "action", "poster") and value:
                (self.links if tag == "a" else self.loaded).append(value)


@pytest.fixture(scope="module")
def site() -> dict[str, Links]:
    """Every page of the site, by its path. The fixture builds the site; a warning fails the build."""
    subprocess.run([sys.executable, "-m", "tools.docs.guide"], cwd=PROJECT_DIR, check=True)
    return {
        f"/guide/{path.relative_to(GUIDE_DIR).as_posix().removesuffix('index.html')}": Links(path)
        for path in GUIDE_DIR.rglob("*.html")
    }


@pytest.fixture(scope="module")
def server(site: dict[str, Links]) -> Iterator[RunningServer]:
    with RunningServer(wait=False) as running:
        running.wait_for("/health/live")
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, server: RunningServer) -> Iterator[Page]:
    """A page that fails the test if it sends a request to another host or its console has an error."""
    page = browser.new_page()
    faults: list[str] = []
    page.on("request", lambda request: None if _own(request.url, server) else faults.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.close()
    assert faults == []


class TestSite:
    def test_it_has_every_document(self, site):
        for document in (*PROJECT_DIR.glob("*.md"), *(PROJECT_DIR / "docs").rglob("*.md")):
            path = document.relative_to(PROJECT_DIR).with_suffix("").as_posix()
            assert f"/guide/{path}/".replace("/README/", "/") in site, path

    def test_nothing_is_loaded_from_another_host(self, site):
        for name, page in site.items():
            for url in page.loaded:
                assert not urlsplit(url).netloc, (name, url)
        for style in GUIDE_DIR.rglob("*.css"):
            assert not re.search(r"url\([\"']?(?:https?:)?//", style.read_text()), style

    def test_every_internal_link_and_anchor_exists(self, site):
        for name, page in site.items():
            for url in page.links + page.loaded:
                parts = urlsplit(urljoin(name, url))
                # The logo leads to the service.
                if parts.netloc or parts.path == "/" or name == "/guide/404.html":
                    continue
                target = unquote(parts.path)
                if target in site:
                    assert not parts.fragment or unquote(parts.fragment) in site[target].anchors, (name, url)
                else:
                    assert (GUIDE_DIR / target.removeprefix("/guide/")).is_file(), (name, url)


class TestServing:
    @pytest.mark.parametrize(
        ("path", "media_type"),
        [
            ("", "text/html; charset=utf-8"),
            ("docs/how-to/deploy/", "text/html; charset=utf-8"),
            ("docs/speed.png", "image/png"),
            ("search.json", "application/json"),
        ],
    )
    def test_files_have_their_type_and_are_revalidated(self, server, path, media_type):
        with server.client() as client:
            response = client.get(f"/guide/{path}")
            assert (response.status_code, response.headers["content-type"]) == (200, media_type)
            assert response.headers["cache-control"] == "no-cache"
            assert response.headers["x-content-type-options"] == "nosniff"
            again = client.get(f"/guide/{path}", headers={"If-None-Match": response.headers["etag"]})
            assert again.status_code == 304

    def test_the_policy_allows_no_other_host_and_no_inline_code_without_a_hash(self, server):
        with server.client() as client:
            policy = client.get("/guide/").headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "//" not in policy
        assert policy.startswith("default-src 'none'")

    def test_the_address_without_a_slash_leads_to_the_site(self, server):
        with server.client() as client:
            assert client.get("/guide", follow_redirects=True).url.path == "/guide/"

    @pytest.mark.parametrize("path", ["nothing/", "..%2f..%2fmain.py", "%00", "a" * 3000])
    def test_no_other_file_is_reached(self, server, path):
        with server.client() as client:
            assert client.get(f"/guide/{path}").status_code == 404

    @pytest.mark.parametrize("path", ["/guide", "/guide/docs/how-to/deploy/"])
    def test_a_guide_that_is_not_built_is_a_problem_that_says_how_to_build_it(self, tmp_path, path):
        app = FastAPI()
        install_error_handlers(app)
        app.add_middleware(RequestContext, tls=False)
        install_guide(app, tmp_path)
        response = TestClient(app).get(path)
        assert (response.status_code, response.headers["content-type"]) == (404, MEDIA_TYPE)
        assert "make guide" in response.json()["detail"]


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")
class TestBrowser:
    @pytest.mark.parametrize("path", PAGES)
    def test_a_page_works_under_its_policy(self, page, server, path):
        page.goto(f"{server.url}/guide/{path}")
        expect(page.locator("h1").first).to_be_visible()

    @pytest.mark.parametrize("path", PAGES)
    def test_a_page_fits_a_telephone(self, page, server, path):
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(f"{server.url}/guide/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    def test_the_search_finds_a_setting(self, page, server):
        # The search answers once its index has been fetched.
        page.goto(f"{server.url}/guide/", wait_until="networkidle")
        page.keyboard.press("/")
        search = page.get_by_role("combobox")
        expect(search).to_be_focused()
        search.press_sequentially("RATE_PER_ADDRESS", delay=20)
        expect(page.get_by_text("Rate limits").first).to_be_visible()


def _own(url: str, server: RunningServer) -> bool:
    return url.startswith((server.url, "data:", "blob:"))
