"""A study on the start page, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import CHROMIUM
from tests.support.dicom import NAME, sample_slice
from tests.support.images import zipped

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")


@pytest.fixture
def disc(tmp_path: Path) -> list[Path]:
    """The files of a patient's disc: a series, one that is not read, and a text."""
    contents = {f"{NAME}-{number}": sample_slice(5.0 * number) for number in range(4)}
    contents["IM9"] = sample_slice(0, SeriesInstanceUID="1.9", SeriesNumber=9, ImageType=["DERIVED", "PRIMARY", "ADC"])
    contents["README.TXT"] = b"for the viewer"
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return sorted(tmp_path.iterdir())


@pytest.mark.parametrize("packed", [False, True])
def test_a_study_shows_its_series_and_what_was_not_used(page: Page, disc: list[Path], tmp_path: Path, packed: bool):
    sent = []
    page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    if packed:
        archive = tmp_path / "disc.zip"
        archive.write_bytes(zipped({path.name: path.read_bytes() for path in disc}))
        page.set_input_files("#files", archive)
    else:
        page.set_input_files("#files", disc)
    title = page.locator("#study-title")
    expect(title).to_have_text("Meningioma")
    expect(title).to_be_focused()
    expect(page.locator("#scan")).to_be_hidden()
    [used, unused] = page.locator(".series").all()
    expect(used.get_by_role("heading")).to_have_text("Series 3: T2, axial, 4 slices")
    expect(used.get_by_role("img", name="Probability of a tumor over 4 slices")).to_be_visible()
    expect(used.locator(".tile.deciding")).to_have_count(3)
    expect(used.locator(".compared img")).to_have_count(3)
    expect(unused).to_contain_text("a map of the diffusion coefficient (ADC)")
    expect(unused).to_contain_text("1 file")
    if not packed:
        assert not any(NAME.encode() + b"-" in body for body in sent)
    page.locator("#samples button").first.click()
    expect(page.locator("#study")).to_be_hidden()
    expect(page.locator("#result .answer")).to_be_visible()


def test_a_study_can_be_cancelled(page: Page, tmp_path: Path):
    archive = tmp_path / "long.zip"
    archive.write_bytes(zipped({str(number): sample_slice(1.0 * number) for number in range(200)}))
    page.set_input_files("#files", archive)
    expect(page.locator("#count")).to_contain_text("of 200 slices")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#progress-bar")).to_be_hidden()
    expect(page.locator("#status")).to_have_text("Cancelled.")
    expect(page.locator("#study")).to_be_hidden()
