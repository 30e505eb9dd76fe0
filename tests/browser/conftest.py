"""Fixtures for tests in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import is_foreign, running_browser
from tests.support.server import RunningServer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, server: RunningServer) -> Iterator[Page]:
    """The page with its samples; no request may go to another server, and no script may fail."""
    page = browser.new_page()
    page.set_default_timeout(60_000)
    foreign, faults = [], []
    page.on("request", lambda request: foreign.append(request.url) if is_foreign(request.url, server) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(server.url)
    page.wait_for_selector("#samples button")
    yield page
    page.close()
    assert (foreign, faults) == ([], [])
