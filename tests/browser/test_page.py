"""The start page and the model page, in a real browser."""

import json
import re
from io import BytesIO

import numpy as np
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from app.config.settings import PROJECT_DIR
from app.models.classes import DISCLAIMER
from app.models.measured.external import read_external
from app.models.problem_body import ProblemBody
from app.models.problems import MEDIA_TYPE, Problem
from tests.conftest import MODEL_FILE, MODELS, SAMPLES_DIR
from tests.support.browser import CHROMIUM
from tests.support.gemini_server import ANSWER, GeminiServer
from tests.support.images import empty_png
from tests.support.server import RunningServer

# Screenshots of the pages; CI stores them.
ARTEFACTS = PROJECT_DIR / "artefacts"
MENINGIOMA = SAMPLES_DIR / "Te-me_0016.jpg"
GLIOMA = SAMPLES_DIR / "Te-gl_0014.jpg"

# The limit of a good layout shift in Web Vitals.
GOOD_SHIFT = 0.1

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")


def stage(page: Page) -> np.ndarray:
    with Image.open(BytesIO(page.locator("#stage").screenshot())) as image:
        return np.asarray(image.convert("RGB")).astype(int)


class TestOneScan:
    def test_a_chosen_file_is_classified(self, page: Page):
        page.set_input_files("#files", MENINGIOMA)
        expect(page.locator(".answer")).to_have_text("Meningioma")
        expect(page.locator(".bars li")).to_have_count(4)
        expect(page.locator(".disclaimer")).to_have_text(DISCLAIMER)
        expect(page.locator("#heat")).to_be_visible()
        expect(page.locator("#scan")).to_be_focused()

    def test_a_dropped_file_is_classified(self, page: Page):
        page.evaluate(
            """async () => {
                const file = new File([await (await fetch("/api/v1/samples/Te-gl_0014.jpg")).blob()], "scan.jpg");
                const data = new DataTransfer();
                data.items.add(file);
                document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
            }"""
        )
        expect(page.locator(".answer")).to_have_text("Glioma")
        expect(page.locator("#scan")).to_be_focused()

    def test_a_sample_is_classified_by_keyboard(self, page: Page):
        sample = page.locator('[data-name="Te-pi_0015.jpg"]')
        sample.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".answer")).to_have_text("Pituitary tumor")
        expect(sample).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#scan")).to_be_focused()
        expect(page.locator("#scan")).to_be_in_viewport()

    def test_the_slider_fades_the_heatmap(self, page: Page):
        page.set_input_files("#files", MENINGIOMA)
        page.wait_for_selector(".answer")
        page.wait_for_timeout(300)
        whole = stage(page)
        page.locator("#strength").fill("40")
        faded = stage(page)
        page.locator("#heat-on").uncheck()
        without = stage(page)
        assert np.abs(whole - without).max() > 60
        assert 0 < np.abs(faded - without).mean() < np.abs(whole - without).mean()
        # Without the heat-map the scan remains, which is gray.
        assert np.ptp(without, axis=2).max() <= 6

    def test_the_heatmap_of_another_class(self, page: Page):
        page.set_input_files("#files", MENINGIOMA)
        page.wait_for_selector(".answer")
        before = page.locator("#heat").get_attribute("src")
        page.get_by_role("radio", name="Glioma").check()
        expect(page.locator("#heat")).not_to_have_attribute("src", before or "")
        expect(page.locator("#heat")).to_have_attribute("alt", "Grad-CAM heat-map for glioma")
        expect(page.locator(".answer")).to_have_text("Meningioma")

    def test_a_file_chosen_before_the_lists_have_arrived_is_classified(self, page: Page):
        waiting: list[Route] = []
        page.route("**/api/v1/models", lambda route: waiting.append(route))
        page.reload(wait_until="domcontentloaded")
        page.wait_for_function("document.readyState === 'complete'")
        page.set_input_files("#files", MENINGIOMA)
        page.wait_for_timeout(300)
        expect(page.get_by_role("alert")).to_be_hidden()
        for route in waiting:
            route.continue_()
        expect(page.locator(".answer")).to_have_text("Meningioma")

    def test_a_pasted_file_is_classified(self, page: Page):
        page.evaluate(
            """async () => {
                const file = new File([await (await fetch("/api/v1/samples/Te-gl_0014.jpg")).blob()], "scan.jpg");
                const data = new DataTransfer();
                data.items.add(file);
                document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
            }"""
        )
        expect(page.locator(".answer")).to_have_text("Glioma")
        expect(page.locator("#scan")).to_be_focused()

    def test_models_are_compared(self, page: Page):
        page.set_input_files("#files", MENINGIOMA)
        page.get_by_role("button", name="Compare the models").click()
        captions = page.locator("#compared figcaption")
        expect(captions).to_have_count(len(MODELS))
        assert {caption.partition(":")[0] for caption in captions.all_inner_texts()} == set(MODELS)
        assert all(": Meningioma, " in caption for caption in captions.all_inner_texts())

    @pytest.mark.parametrize("source", ["file", "sample"])
    def test_a_report_is_saved(self, page: Page, source: str):
        if source == "file":
            page.set_input_files("#files", MENINGIOMA)
        else:
            page.locator(f'[data-name="{MENINGIOMA.name}"]').click()
        page.get_by_role("radio", name="Glioma").check()
        expect(page.locator("#heat")).to_have_attribute("alt", "Grad-CAM heat-map for glioma")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as PDF").click()
        name = download.value.suggested_filename
        assert re.fullmatch(r"report-\d{4}-\d\d-\d\d-\d{6}-meningioma\.pdf", name)
        text = pypdfium2.PdfDocument(download.value.path())[0].get_textpage().get_text_range()
        assert "Grad-CAM heat-map for glioma" in text
        expect(page.locator("#status")).to_have_text(f"Report saved: {name}")

    def test_gemini_explains_on_request(self, browser: Browser):
        with GeminiServer() as gemini, RunningServer(GEMINI_API_KEY="key", GEMINI_BASE_URL=gemini.url) as server:
            page = browser.new_page()
            page.goto(server.url)
            page.set_input_files("#files", MENINGIOMA)
            expect(page.locator(".source")).to_have_text("written by the service")
            assert gemini.requests == []
            page.get_by_role("button", name="Explain with Gemini").click()
            expect(page.locator(".source")).to_contain_text("written by Google’s Gemini")
            expect(page.locator("#result")).to_contain_text(ANSWER["answer"])
            expect(page.get_by_role("button", name="Explain with Gemini")).to_have_count(0)
            page.close()

    def test_gemini_is_not_offered_without_a_key(self, page: Page):
        page.set_input_files("#files", MENINGIOMA)
        expect(page.locator(".source")).to_have_text("written by the service")
        expect(page.get_by_role("button", name="Explain with Gemini")).to_have_count(0)
        expect(page.locator("body")).not_to_contain_text("Google")


class TestErrors:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "The file is empty (0 bytes). Choose another file"),
            (b"%PDF-1.7\n", "This is a PDF document, which is not accepted."),
            (empty_png(20_000, 20_000), "at most 25 are accepted. Choose a smaller image"),
            (MENINGIOMA.read_bytes()[:3000], "damaged or cut off"),
        ],
        ids=["empty", "PDF", "huge", "cut off"],
    )
    def test_an_unusable_file_is_reported(self, page: Page, data: bytes, words: str):
        page.set_input_files("#files", {"name": "scan", "mimeType": "image/png", "buffer": data})
        expect(page.get_by_role("alert")).to_contain_text(words)
        expect(page.get_by_role("alert")).to_be_focused()

    def test_a_refused_file_leaves_nothing_of_itself_or_of_the_scan_before(self, page: Page):
        page.set_input_files("#files", MENINGIOMA)
        expect(page.locator(".answer")).to_be_visible()
        page.set_input_files("#files", {"name": "note.txt", "mimeType": "text/plain", "buffer": b"no image"})
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("#result")).to_contain_text("Choose a scan or one of the samples")
        expect(page.locator("#empty")).to_be_visible()
        expect(page.locator("#stage img:visible, .answer")).to_have_count(0)
        expect(page.locator("#status")).to_be_empty()

    @pytest.mark.parametrize("kind", Problem.__subclasses__(), ids=lambda kind: kind.slug)
    def test_every_problem_has_advice(self, page: Page, kind: type[Problem]):
        problem = ProblemBody.of(kind(kind.example), "/api/v1/predictions", "an-id")
        body = problem.model_dump_json(exclude_none=True)
        page.route(
            "**/predictions?*", lambda route: route.fulfill(status=kind.status, content_type=MEDIA_TYPE, body=body)
        )
        page.set_input_files("#files", MENINGIOMA)
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text(kind.title)
        advice = alert.inner_text().partition(kind.example)[2].strip()
        assert advice.endswith(".")

    def test_an_unreachable_server_is_reported(self, page: Page):
        page.route("**/api/**", lambda route: route.abort())
        page.set_input_files("#files", MENINGIOMA)
        expect(page.get_by_role("alert")).to_contain_text("The service cannot be reached")


class TestAccess:
    """Accessibility: keyboard, contrast, screen readers, reduced motion."""

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_no_violation_on_a_result(self, page: Page, scheme):
        page.emulate_media(color_scheme=scheme)
        page.set_input_files("#files", MENINGIOMA)
        page.get_by_role("button", name="Compare the models").click()
        expect(page.locator("#compared figure")).to_have_count(len(MODELS))
        assert violations(page) == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_no_violation_on_a_table_and_an_error(self, page: Page, tmp_path, scheme):
        page.emulate_media(color_scheme=scheme)
        (tmp_path / "note.txt").write_text("no image")
        page.set_input_files("#files", [MENINGIOMA, tmp_path / "note.txt"])
        expect(page.locator("#status")).to_have_text("2 of 2 scans classified.")
        assert violations(page) == []
        page.set_input_files("#files", tmp_path / "note.txt")
        expect(page.get_by_role("alert")).to_be_visible()
        assert violations(page) == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_no_violation_on_the_model_page(self, page: Page, server: RunningServer, scheme):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{server.url}/model")
        page.wait_for_selector(".card")
        assert violations(page) == []

    def test_the_page_works_by_keyboard(self, page: Page):
        page.keyboard.press("Tab")
        assert focused(page) == "Skip to the content"
        tab_to(page, "Meningioma")
        page.keyboard.press("Space")
        expect(page.locator(".answer")).to_have_text("Meningioma")
        page.locator("#scan").focus()
        tab_to(page, "Heat-map")
        page.keyboard.press("Space")
        expect(page.locator("#strength")).to_be_disabled()
        page.keyboard.press("Space")
        tab_to(page, "Opacity")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#strength")).to_have_value("99")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowUp")
        expect(page.locator("#heat")).to_have_attribute("alt", "Grad-CAM heat-map for pituitary tumor")
        tab_to(page, "Save as PDF")
        with page.expect_download():
            page.keyboard.press("Enter")

    def test_reduced_motion_is_respected(self, page: Page):
        page.emulate_media(reduced_motion="reduce")
        page.set_input_files("#files", MENINGIOMA)
        durations = page.locator(".fill").evaluate_all(
            "fills => fills.map(f => getComputedStyle(f).transitionDuration)"
        )
        assert set(durations) <= {"0s"}

    def test_the_layout_is_stable_during_a_prediction(self, page: Page):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.set_input_files("#files", MENINGIOMA)
        page.wait_for_selector(".answer")
        page.wait_for_timeout(300)
        assert layout_shift(page) < GOOD_SHIFT


def layout_shift(page: Page) -> float:
    """The cumulative layout shift so far."""
    return float(
        page.evaluate(
            """() => new Promise((resolve) => new PerformanceObserver((list) =>
                resolve(list.getEntries().reduce((sum, entry) => sum + entry.value, 0))
            ).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => resolve(0), 500))"""
        )
    )


def violations(page: Page) -> list[str]:
    return [
        f"{fault['id']}: {node['html']}" for fault in Axe().run(page).response["violations"] for node in fault["nodes"]
    ]


def focused(page: Page) -> str:
    """The label or text of the focused element."""
    return str(
        page.evaluate(
            """() => {
                const { labels, textContent } = document.activeElement;
                return (labels?.length ? labels[0].textContent : textContent).trim();
            }"""
        )
    )


def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"the focus never came to {name}")


class TestLook:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_screenshots(self, page: Page, server: RunningServer, scheme):
        ARTEFACTS.mkdir(exist_ok=True)
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.set_input_files("#files", MENINGIOMA)
        page.wait_for_selector(".answer")
        page.wait_for_timeout(400)
        page.screenshot(path=ARTEFACTS / f"page-{scheme}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=ARTEFACTS / f"phone-{scheme}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{server.url}/model")
        page.wait_for_selector(".card")
        page.screenshot(path=ARTEFACTS / f"model-{scheme}.png", full_page=True)
        for paper in ("a4", "letter"):
            report = page.request.post(f"{server.url}/api/v1/reports?sample={GLIOMA.name}&paper={paper}").body()
            for number, sheet in enumerate(pypdfium2.PdfDocument(report), start=1):
                sheet.render(scale=1.5).to_pil().save(ARTEFACTS / f"report-{paper}-{number}.png")

    @pytest.mark.parametrize("width", [360, 800, 1600])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_nothing_overflows(self, page: Page, width: int, scheme):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.set_input_files("#files", MENINGIOMA)
        page.wait_for_selector(".answer")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


class TestModelPage:
    def test_it_shows_the_report(self, page: Page, server: RunningServer):
        page.goto(f"{server.url}/model")
        report = json.loads((MODEL_FILE.parent / f"{MODEL_FILE.stem.removesuffix('_model')}_report.json").read_text())
        accuracy, missed = report["test"]["accuracy"], report["test"]["missed_tumors"]
        external = read_external(MODEL_FILE.parent, "xception")
        caution = page.locator("#caution")
        expect(caution).to_contain_text(f"is right in {100 * external.patients.accuracy:.0f} %")
        expect(caution).to_contain_text(f"were right in {100 * external.accuracy:.0f} % of {external.slices} slices")
        cards = page.locator(".card")
        expect(cards.nth(1)).to_contain_text("which include no “no tumor” image")
        expect(cards.first).to_contain_text(f"{100 * accuracy['value']:.1f} %")
        expect(cards.nth(2)).to_contain_text(f"{missed['count']}of {missed['total']}, classified")
        matrix = page.get_by_role("table", name="All test images", exact=True).locator("td").all_inner_texts()
        assert [int(count) for count in matrix] == [count for row in report["test"]["confusion"] for count in row]
        expect(page.get_by_role("img", name="Reliability diagram")).to_be_visible()

    @pytest.mark.parametrize("width", [360, 1280])
    def test_nothing_overflows(self, page: Page, server: RunningServer, width: int):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{server.url}/model")
        page.wait_for_selector(".card")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
