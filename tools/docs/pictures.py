"""The pictures of the documentation, taken from the running service."""

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pypdfium2
from PIL import Image

from tests.support.browser import running_browser

_PANEL_HEIGHT = 320
_GAP = 8


def photograph_page(url: str, sample: str, target: Path) -> None:
    """Save a screenshot of the start page with the result of a sample."""
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 1180, "height": 1000}, color_scheme="light")
        page.goto(url)
        page.locator(f'[data-name="{sample}"]').click()
        page.locator(".answer").wait_for()
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(500)
        page.screenshot(path=target)


def print_report(client: httpx.Client, sample: str, target: Path) -> None:
    """Save the first page of a sample's report."""
    report = client.post("/api/v1/reports", params={"sample": sample}).content
    pypdfium2.PdfDocument(report)[0].render(scale=1.3).to_pil().save(target, optimize=True)


def draw_heatmaps(answers: list[dict[str, Any]], target: Path) -> None:
    """Save the heat-maps of several predictions side by side."""
    panels = []
    for answer in answers:
        data = base64.b64decode(answer["heatmap"]["overlay"].partition(",")[2])
        with Image.open(BytesIO(data)) as overlay:
            width = round(overlay.width * _PANEL_HEIGHT / overlay.height)
            panels.append(overlay.convert("RGB").resize((width, _PANEL_HEIGHT), Image.Resampling.BICUBIC))
    strip = Image.new("RGB", (sum(panel.width + _GAP for panel in panels) - _GAP, _PANEL_HEIGHT), "white")
    x = 0
    for panel in panels:
        strip.paste(panel, (x, 0))
        x += panel.width + _GAP
    strip.save(target, optimize=True)
