"""The page that evaluates the model on a folder of scans, in a real browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.config.settings import PROJECT_DIR
from app.models.site_file import SiteFile
from app.services.evaluation.schemas import EvaluationReport
from tests.conftest import SAMPLES_DIR
from tests.support.browser import CHROMIUM, running_browser
from tests.support.scans import fresh_scans
from tests.support.server import RunningServer

ARTEFACTS = PROJECT_DIR / "artefacts"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, server: RunningServer) -> Iterator[Page]:
    """The page; no request may go to another server, and no script may fail."""
    page = browser.new_page()
    foreign, faults = [], []
    page.on(
        "request",
        lambda request: None if request.url.startswith((server.url, "blob:")) else foreign.append(request.url),
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{server.url}/evaluate")
    page.wait_for_selector("#model option", state="attached")
    yield page
    page.close()
    assert (foreign, faults) == ([], [])


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scans")
    fresh_scans(folder, per_class=52)
    [glioma] = sorted((folder / "glioma").rglob("*.png"))[:1]
    (folder / "pituitary" / "pituitary-2" / "mislabelled.png").write_bytes(glioma.read_bytes())
    (folder / "notumor" / "copy.jpg").write_bytes((SAMPLES_DIR / "Te-no_0021.jpg").read_bytes())
    (folder / "notumor" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "Mustermann.txt").write_text("a list")
    return folder


def saved(page: Page, button: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(download.value.path()).read_text()


def test_a_folder_is_evaluated(page: Page, scans: Path):
    sent: list[str] = []
    page.on("request", lambda request: sent.append(str(request.post_data_buffer)))
    page.select_option("#model", "cnn")
    page.set_input_files("#folder", scans)
    expect(page.locator("#status")).to_contain_text("Glioma 52, Meningioma 52, No tumor 54, Pituitary tumor 53.")
    page.get_by_role("button", name="Evaluate 211 scans").press("Enter")
    expect(page.get_by_role("progressbar", name=re.compile(r"of 211 scans, \d+ (s|min) left"))).to_be_visible()
    expect(page.locator("#result-title")).to_be_focused(timeout=300_000)
    expect(page.locator("#status")).to_have_text("209 scans evaluated, 3 files excluded.")
    expect(page.locator("#report")).to_contain_text("copy.jpg")
    expect(page.locator("#report")).to_contain_text("Mustermann.txt")
    assert page.get_by_role("row", name=re.compile("^Scans")).locator("td").all_inner_texts() == ["209", "210"]
    misread = page.locator(".entries li").filter(has_text="pituitary-2/mislabelled.png")
    expect(misread).to_contain_text("Pituitary tumor read as")
    assert misread.locator("img").evaluate("picture => picture.naturalWidth") > 0
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "evaluate.png", full_page=True)
    assert Axe().run(page).violations_count == 0

    report = EvaluationReport.model_validate_json(saved(page, "Save as JSON"))
    assert (report.measured.images, len(report.left_out)) == (209, 3)
    assert report.by_patient is not None and report.by_patient.patients == 20
    assert SiteFile.model_validate(json.loads(saved(page, "Save the site file"))).model == "cnn"
    assert "on 209 scans of 20 patients" in saved(page, "Save the report")
    [header, *rows] = saved(page, "Save the list of scans").splitlines()
    assert header == "number,file,class,patient,predicted,excluded"
    assert len(rows) == 212
    assert not [body for body in sent if "Mustermann" in body or "copy.jpg" in body]


def test_an_evaluation_can_be_cancelled(page: Page, scans: Path):
    page.set_input_files("#folder", scans)
    page.locator("#start").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#status")).to_have_text("Cancelled. Nothing was stored.")
    expect(page.locator("#start")).to_be_focused()
    expect(page.locator("#progress")).to_be_hidden()
    expect(page.locator("#result")).to_be_hidden()


def test_a_folder_without_classes(page: Page, tmp_path: Path):
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    page.set_input_files("#folder", tmp_path)
    expect(page.locator("#status")).to_contain_text("1 file is not in the folder of a class.")
    expect(page.locator("#start")).to_be_hidden()
