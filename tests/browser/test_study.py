"""A study on the start page, in a real browser."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.conftest import SAMPLES_DIR
from tests.support.browser import CHROMIUM
from tests.support.dicom import NAME, enhanced, sample_slice
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
    page.evaluate(
        """() => {
          const { send } = XMLHttpRequest.prototype;
          XMLHttpRequest.prototype.send = function (body) { window.sent = body; send.call(this, body); };
        }"""
    )
    if packed:
        archive = tmp_path / "disc.zip"
        hidden = {f"{NAME}/.DS_Store": b"x"}
        archive.write_bytes(zipped({f"{NAME}/{path.name}": path.read_bytes() for path in disc} | hidden))
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
    sent = page.evaluate("async () => [...new Uint8Array(await window.sent.get('files').arrayBuffer())]")
    with ZipFile(BytesIO(bytes(sent))) as received:
        contents = {name: received.read(name) for name in received.namelist()}
    # No name of a file or folder was sent.
    assert list(contents) == [f"{number:05}" for number in range(len(disc))]
    assert list(contents.values()) == [path.read_bytes() for path in disc]
    page.locator("#samples button").first.click()
    expect(page.locator("#study")).to_be_hidden()
    expect(page.locator("#result .answer")).to_be_visible()


def test_an_archive_that_cannot_be_read_is_explained(page: Page, tmp_path: Path):
    archive = tmp_path / "cut.zip"
    archive.write_bytes(zipped({"IM0": sample_slice(0)})[:-30])
    page.set_input_files("#files", archive)
    expect(page.locator("#problem")).to_contain_text("Unpack it, and drop its folder here.")


def test_a_folder_without_a_slice_is_explained(page: Page, tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(sample_slice(0)[:600])
    page.set_input_files("#files", [tmp_path / "a", tmp_path / "b"])
    expect(page.locator("#problem")).to_contain_text("No file of the study can be read. 2 files:")
    expect(page.locator("#study")).to_be_hidden()


def test_an_object_with_frames_is_a_study_and_one_without_is_a_scan(page: Page, tmp_path: Path):
    with Image.open(SAMPLES_DIR / "Te-me_0016.jpg") as image:
        slices = np.stack([np.asarray(image.convert("L").resize((256, 256))).astype(np.uint16)] * 3)
    for name, content in (("many", enhanced(slices, [0.0, 5.0, 10.0])), ("one", sample_slice(0))):
        (tmp_path / name).write_bytes(content)
    page.set_input_files("#files", tmp_path / "many")
    expect(page.locator(".series h3").first).to_have_text("Series 3: T2, axial, 3 slices")
    page.set_input_files("#files", tmp_path / "one")
    expect(page.locator("#study")).to_be_hidden()
    expect(page.locator("#result .answer")).to_have_text("Meningioma")


def test_a_study_can_be_cancelled(page: Page, tmp_path: Path):
    archive = tmp_path / "long.zip"
    archive.write_bytes(zipped({str(number): sample_slice(1.0 * number) for number in range(200)}))
    page.set_input_files("#files", archive)
    expect(page.locator("#count")).to_contain_text("of 200 slices")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#progress-bar")).to_be_hidden()
    expect(page.locator("#status")).to_have_text("Cancelled.")
    expect(page.locator("#study")).to_be_hidden()
