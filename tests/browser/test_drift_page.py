"""The drift page, in a real browser."""

import time
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.integration.test_monitoring import environment, noise, send, wait_until
from tests.support.browser import CHROMIUM, running_browser
from tests.support.server import RunningServer

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")
PATIENCE_S = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that has classified noise images and checked for drift twice."""
    with RunningServer(wait=True, **environment(tmp_path_factory.mktemp("drift"))) as server, server.client() as client:
        for seed in range(34):
            send(client, noise(seed))
            if seed == 23:
                wait_until(client, 24)
                wait_for_checks(client, 1)
        wait_for_checks(client, 2)
        yield server


def wait_for_checks(client: httpx.Client, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while len(client.get("/api/v1/monitoring/drift", params={"model": "cnn"}).json()["past"]) < count:
        assert time.monotonic() < deadline, f"there are not {count} checks"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def page(server: RunningServer) -> Iterator[Page]:
    """The page for the model with drift; no script may fail."""
    faults: list[str] = []
    with running_browser() as browser:
        page = browser.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{server.url}/drift")
        page.get_by_label("Model").select_option("cnn")
        yield page
    assert faults == []


def test_the_alarm_is_shown(page: Page):
    expect(page.locator("#status")).to_contain_text("Alarm.")
    expect(page.get_by_role("img", name="brightness")).to_be_visible()
    expect(page.get_by_role("row", name="features")).to_be_visible()
    expect(page.get_by_role("img", name="P-value of the sequential test over")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(page: Page, scheme):
    page.emulate_media(color_scheme=scheme)
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []


def test_it_fits_a_phone(page: Page):
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_start_page_links_to_it(page: Page, server: RunningServer):
    assert 'href="/drift"' in httpx.get(server.url).text


def test_monitoring_restarts_after_confirmation(page: Page):
    page.get_by_role("button", name="Restart monitoring").click()
    page.get_by_role("dialog").get_by_role("button", name="Restart monitoring").click()
    expect(page.locator("#status")).to_contain_text("Collecting.")
