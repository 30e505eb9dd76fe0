"""Several scans on the start page, in a real browser."""

import itertools
from io import StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from app.services.reports.spreadsheet import Spreadsheet
from tests.conftest import SAMPLES_DIR
from tests.support.browser import CHROMIUM
from tests.support.images import zipped

MENINGIOMA = SAMPLES_DIR / "Te-me_0016.jpg"
GLIOMA = SAMPLES_DIR / "Te-gl_0014.jpg"
PHONE: ViewportSize = {"width": 360, "height": 740}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two scans, and a file that is not an image."""
    note = tmp_path / "=note.txt"
    note.write_text("no image")
    return [MENINGIOMA, GLIOMA, note]


def test_a_table_is_sorted_and_saved(page: Page, files: list[Path]):
    page.set_input_files("#files", files)
    expect(page.locator("#status")).to_have_text("3 of 3 scans classified.")
    expect(page.locator("#scan")).to_be_hidden()
    expect(page.locator("#table-title")).to_be_focused()
    page.get_by_role("button", name="Result").click()
    assert page.locator("#rows .label").all_inner_texts() == ["Glioma", "Meningioma", "The image cannot be read"]
    expect(page.locator("#rows .failed .remarks")).to_contain_text("not an image of a known format")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    lines = download.value.path().read_text().splitlines()
    classes = "glioma,meningioma,notumor,pituitary"
    assert lines[0] == f"file,decision,prediction_set,class,confidence,{classes},sequence,plane,model,warnings"
    assert lines[1].startswith("Te-me_0016.jpg,answer,meningioma,meningioma,0.9")
    assert lines[3].startswith("'=note.txt,,,,,")


def test_the_page_and_the_service_write_the_same_cells(page: Page):
    texts = ["".join(each) for size in (1, 2, 3, 4) for each in itertools.product('=;\t\n "a\uff0b', repeat=size)]
    page.set_input_files("#files", [MENINGIOMA, GLIOMA])
    page.get_by_role("button", name="Save as CSV").wait_for()
    written = page.evaluate(
        """async (texts) => {
          const loaded = performance.getEntriesByType("resource").find(({ name }) => name.includes("spreadsheet"));
          const { spreadsheet } = await import(loaded.name);
          return await spreadsheet([["text", "number"], ...texts.map((text) => [text, -1.5])]).text();
        }""",
        texts,
    )
    file = StringIO(newline="")
    sheet = Spreadsheet(file, ["text", "number"])
    for text in texts:
        sheet.write([text, -1.5])
    assert written == file.getvalue()


def test_zip_archives_of_pictures_are_unpacked(page: Page, tmp_path: Path):
    pictures = {f"case 1/{path.name}": path.read_bytes() for path in (MENINGIOMA, GLIOMA)}
    files = {**pictures, "case 1/notes.txt": b"no image"}
    archives = []
    for compression in (ZIP_DEFLATED, ZIP_STORED):
        archives.append(tmp_path / f"{compression}.ZIP")
        archives[-1].write_bytes(zipped({"case 1/": b"", "__MACOSX/._a.jpg": b"", **files}, compression))
    page.set_input_files("#files", archives)
    expect(page.locator("#status")).to_have_text("6 of 6 scans classified.")
    assert page.locator("#rows .name").all_inner_texts() == [*files, *files]
    labels = ["Meningioma", "Glioma", "The image cannot be read"]
    assert page.locator("#rows .label").all_inner_texts() == [*labels, *labels]


def test_opening_a_scan_does_not_lose_the_others(page: Page, files: list[Path]):
    page.set_input_files("#files", files)
    row = page.get_by_role("button", name="Show Te-gl_0014.jpg")
    for leave in (page.get_by_role("button", name="Back to the table").click, page.go_back):
        row.click()
        expect(page.locator(".answer")).to_have_text("Glioma")
        expect(page.locator("#scan")).to_be_focused()
        expect(page.locator("#table")).to_be_hidden()
        leave()
        expect(row).to_be_focused()
        expect(page.locator("#rows tr")).to_have_count(3)


def test_a_phone_shows_every_column(page: Page, files: list[Path]):
    page.set_viewport_size(PHONE)
    page.set_input_files("#files", files)
    expect(page.locator("#status")).to_have_text("3 of 3 scans classified.")
    cells = [box for cell in page.locator("#rows td").all() if (box := cell.bounding_box())]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] for box in cells)
    [picture] = [box for img in page.locator("#rows img").all()[:1] if (box := img.bounding_box())]
    assert picture["width"] == picture["height"]


def test_a_batch_is_cancelled_and_another_chosen(page: Page, files: list[Path]):
    page.route("**/predictions?*", lambda route: None)
    page.set_input_files("#files", files)
    expect(page.locator("#count")).to_have_text("0 of 3 scans")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#status")).to_have_text("Cancelled: 0 of 3 scans classified.")
    expect(page.locator("#table-title")).to_be_focused()
    assert page.locator("#rows .label").all_inner_texts() == ["Not classified"] * 3
    page.unroute("**/predictions?*")
    page.set_input_files("#files", files[:2])
    expect(page.locator("#status")).to_have_text("2 of 2 scans classified.")
    expect(page.locator("#progress-bar")).to_be_hidden()
