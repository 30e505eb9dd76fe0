"""What all pages have in common, in a real browser: navigation, menu, unknown addresses, print."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.models.problems import MEDIA_TYPE
from tests.conftest import SAMPLES_DIR
from tests.support.browser import CHROMIUM
from tests.support.server import RunningServer

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")


def test_every_page_has_the_same_navigation(page: Page, server: RunningServer):
    links = page.get_by_role("navigation").get_by_role("link")
    names = links.all_inner_texts()
    for path, name in {"/": "Classify", "/evaluate": "Evaluate", "/model": "Model", "/nothing": None}.items():
        page.goto(server.url + path)
        assert links.all_inner_texts() == names
        assert page.locator("[aria-current=page]").all_inner_texts() == ([name] if name else [])


def test_a_phone_has_a_menu(page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    menu, link = page.get_by_role("button", name="Menu"), page.get_by_role("link", name="Evaluate")
    expect(link).to_be_hidden()
    menu.press("Enter")
    expect(link).to_be_visible()
    link.press("Escape")
    expect(link).to_be_hidden()
    expect(menu).to_be_focused()


def test_an_unknown_address_is_a_page_in_a_browser_and_a_problem_elsewhere(page: Page, server: RunningServer):
    response = page.goto(f"{server.url}/nothing")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    assert httpx.get(f"{server.url}/nothing").headers["content-type"] == MEDIA_TYPE
    api = httpx.get(f"{server.url}/api/v1/nothing", headers={"Accept": "text/html"})
    assert api.headers["content-type"] == MEDIA_TYPE


def test_print_shows_the_result_only(page: Page):
    page.set_input_files("#files", SAMPLES_DIR / "Te-me_0016.jpg")
    expect(page.locator(".answer")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(":is(button, input, nav, .samples):visible")).to_have_count(0)
    expect(page.locator(".notice")).to_be_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
