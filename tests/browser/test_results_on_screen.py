"""The page shows exactly the words of the response: headline, sentences, percentages and positions, per sample."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.config.settings import PROJECT_DIR
from tests.conftest import sample_paths
from tests.support.browser import CHROMIUM, running_browser
from tests.support.server import RunningServer

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")

PERCENT = re.compile(r"(?:over |under )?\d+(?:\.\d+)? %")
PLACE = re.compile(r"near the centre|(?:on|in) the (?:upper|lower|left|right)[a-z -]*")
# A number of a result that a script formats itself: digits with a percent sign, or rounding.
FORMATTING = re.compile(r"toFixed|toPrecision|Math\.round|\} %")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(browser: Browser, server: RunningServer) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(server.url)
    page.wait_for_selector("#samples button")
    yield page
    page.close()


def words_of(value: Any) -> str:
    """All texts of a response, at any depth."""
    if isinstance(value, dict):
        return " ".join(map(words_of, value.values()))
    if isinstance(value, list):
        return " ".join(map(words_of, value))
    return str(value) if isinstance(value, str) and not value.startswith("data:") else ""


@pytest.mark.parametrize("path", sample_paths(), ids=lambda path: path.stem)
def test_numbers_and_places_on_the_screen_are_those_of_the_response(page: Page, path: Path):
    with page.expect_response(re.compile(r"/predictions\?")) as sent:
        page.locator(f'[data-name="{path.name}"]').click()
    response = sent.value.json()
    shown = response["display"]
    expect(page.locator("#status")).to_have_text(f"{shown['summary']}.")
    expect(page.locator(".answer")).to_have_text(shown["headline"])
    sentences = (shown["decision"], shown["prediction_set"], shown["agreement"])
    expect(page.locator(".sure")).to_have_text(" ".join(filter(None, sentences)))
    expect(page.locator("#focus")).to_have_text(shown["heatmap"])
    expect(page.locator("#heat")).to_have_attribute("alt", shown["heatmap_title"])
    assert page.locator(".bars .share").all_inner_texts() == [entry["probability"] for entry in shown["classes"]]
    assert page.locator(".timing").inner_text() == " · ".join((shown["model"], shown["image"], shown["timing"]))

    # Without the ends of the scale of colours, which every heat-map for the place has.
    screen = page.locator("#scan").inner_text().replace(page.locator("#scale").inner_text(), "")
    words = words_of(response)
    assert set(PERCENT.findall(screen)) <= set(PERCENT.findall(words))
    places = set(PLACE.findall(screen))
    assert places <= set(PLACE.findall(words))
    # Exactly one position, if there is heat, and one format for probabilities.
    positions = set(PLACE.findall(shown["heatmap"])) | set(PLACE.findall(page.locator("#focus").inner_text()))
    assert len(positions) == (response["heatmap"]["focus"] is not None)
    assert shown["heatmap"] in response["explanation"]["text"]
    assert "100.0 %" not in screen


@pytest.mark.parametrize("name", ["result", "viewer", "table", "history"])
def test_scripts_of_results_format_no_numbers(name: str):
    assert FORMATTING.findall((PROJECT_DIR / "app" / "page" / f"{name}.js").read_text()) == []
