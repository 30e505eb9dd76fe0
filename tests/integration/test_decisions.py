"""Each decision as the API, the report, the page, the history and the command line show it, for real scans."""

import csv
import json
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from app.models.classes import DISCLAIMER, FACTS
from app.models.thresholds import Decision
from tests.conftest import MODEL_FILE, MODELS, SAMPLES_DIR
from tests.support.browser import CHROMIUM, running_browser
from tests.support.gemini_server import ANSWER, GeminiServer, candidate
from tests.support.heads import with_heads
from tests.support.images import text_page
from tests.support.server import RunningServer

SCAN = SAMPLES_DIR / "Te-pi_0014.jpg"
# A model that is often uncertain: the network and the gate of `cnn` with other thresholds.
STRICT = "strict"
# A model whose further heads see something else on every scan.
ELSE = "else"
ARGUMENTS = ("reads this slice", "favours", "Evidence for", "finds none", "next most probable")
OUTSIDE = "does not look like the brain MRI scans that the network was trained on"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for path in MODEL_FILE.parent.glob("cnn[._]*"):
        shutil.copy(path, folder)
    metadata = json.loads((folder / "cnn_model.json").read_text())
    (folder / "cnn_model.json").write_text(json.dumps({**metadata, "default": True}))
    trust = metadata["trust"]
    # For a confident prediction, the RAPS score of the second class is just above 1.01, of the third above 1.02.
    loose = [{**each, "thresholds": dict.fromkeys(each["thresholds"], 1.015)} for each in trust["sets"]]
    strict = {**metadata, "name": STRICT, "default": False, "trust": {**trust, "sets": loose}}
    (folder / f"{STRICT}_model.json").write_text(json.dumps(strict))
    other = with_heads(MODELS["cnn"], folder, "else_heads.npz", other=9)
    text = other.model_copy(update={"name": ELSE, "default": False}).model_dump_json()
    (folder / f"{ELSE}_model.json").write_text(text)
    return folder


@pytest.fixture(scope="module")
def gemini() -> Iterator[GeminiServer]:
    with GeminiServer((200, candidate(json.dumps(ANSWER)))) as gemini:
        yield gemini


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, models: Path, gemini: GeminiServer) -> Iterator[RunningServer]:
    with RunningServer(
        MODELS_DIR=str(models),
        DATA_DIR=str(tmp_path_factory.mktemp("service")),
        HISTORY="on",
        PRECISION="f32",
        GEMINI_API_KEY="key",
        GEMINI_BASE_URL=gemini.url,
    ) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


def scan_and_model(decision: Decision) -> tuple[bytes, str]:
    """An image and a model that give this decision."""
    return {
        Decision.ANSWER: (SCAN.read_bytes(), "cnn"),
        Decision.UNCERTAIN: (SCAN.read_bytes(), STRICT),
        Decision.OTHER: (SCAN.read_bytes(), ELSE),
        Decision.OUTSIDE: (text_page(), "cnn"),
    }[decision]


def ask(client: httpx.Client, decision: Decision, **options: str) -> dict[str, Any]:
    data, model = scan_and_model(decision)
    response = client.post(
        "/api/v1/predictions", params={"model": model, **options}, files={"file": ("scan.png", data)}
    )
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    assert answer["decision"] == decision.value
    return answer


def argues(text: str) -> bool:
    return any(words in text for words in ARGUMENTS)


class TestExplanation:
    def test_an_answer_is_explained(self, client):
        answer = ask(client, Decision.ANSWER)
        assert answer["in_distribution"]
        assert answer["prediction_set"]["classes"] == ["pituitary"]
        assert "reads this slice as a pituitary tumor" in answer["explanation"]["text"]
        assert "The 99 % prediction set contains only this class." in answer["explanation"]["text"]

    def test_an_uncertain_answer_names_the_remaining_classes(self, client):
        answer = ask(client, Decision.UNCERTAIN)
        text = answer["explanation"]["text"]
        assert len(answer["prediction_set"]["classes"]) > 1
        assert all(FACTS[tumor].phrase in text for tumor in answer["prediction_set"]["classes"])
        assert "gives no answer" in text
        assert "a person must read this slice." in text
        assert not argues(text)

    def test_something_else_gets_no_class(self, client):
        answer = ask(client, Decision.OTHER)
        assert (answer["prediction"], answer["prediction_set"], answer["display"]["probability"]) == (None, None, None)
        assert {shown["role"] for shown in answer["display"]["classes"]} == {"other"}
        assert answer["acquisition"]["sequence"]["label"] == "T2"
        assert (answer["heatmap"]["method"], answer["heatmap"]["target"]) == ("place", None)
        text = answer["explanation"]["text"]
        assert "A person must read it." in text
        assert not any(facts.phrase in text or facts.label in text for facts in FACTS.values())

    @pytest.mark.parametrize(
        "path", ["predictions", "predictions/batch", f"samples/{SCAN.name}/predictions", f"reports?sample={SCAN.name}"]
    )
    def test_the_place_of_a_tumor_is_an_error_without_heads(self, client, path):
        field = {"predictions": "file", "predictions/batch": "files"}.get(path)
        files = {field: SCAN.read_bytes()} if field else None
        url = httpx.URL(f"/api/v1/{path}").copy_merge_params({"model": "cnn", "method": "place"})
        refused = client.post(url, files=files)
        assert (refused.status_code, refused.json()["accepted"]) == (422, ["grad-cam"])
        assert "model cnn" in refused.json()["detail"]

    def test_an_image_out_of_distribution_gets_no_class(self, client):
        answer = ask(client, Decision.OUTSIDE)
        assert answer["in_distribution"] is False
        assert answer["gate"]["score"] > answer["gate"]["threshold"]
        text = answer["explanation"]["text"]
        assert OUTSIDE in text
        assert not any(facts.phrase in text or facts.label in text for facts in FACTS.values())

    def test_gemini_receives_the_uncertainty(self, client, gemini):
        answer = ask(client, Decision.UNCERTAIN, explain="true")
        assert answer["explanation"]["source"] == "gemini"
        sent = json.dumps(gemini.requests[-1][2])
        assert (
            "Decision: uncertain. The network gives no answer: a person must read this slice. Left open: Pituitary"
            in sent
        )
        assert "argue for none of them" in sent

    def test_gemini_receives_no_class_of_something_else(self, client, gemini):
        answer = ask(client, Decision.OTHER, explain="true")
        assert answer["explanation"]["source"] == "gemini"
        sent = json.dumps(gemini.requests[-1][2]["contents"])
        assert "Decision: none of the classes. The network gives no class" in sent
        assert not any(facts.label in sent for facts in FACTS.values())

    def test_an_image_out_of_distribution_is_not_sent_to_gemini(self, client, gemini):
        before = len(gemini.requests)
        answer = ask(client, Decision.OUTSIDE, explain="true")
        assert len(gemini.requests) == before
        assert answer["explanation"]["source"] == "built-in"
        assert "Gemini was not asked" in answer["explanation"]["notice"]


class TestReport:
    @pytest.mark.parametrize(
        ("decision", "heading", "pictures"),
        [
            (Decision.ANSWER, "Pituitary tumor", 2),
            (Decision.UNCERTAIN, "Uncertain: pituitary tumor", 2),
            (Decision.OTHER, "Abnormal, but none of the three tumor types", 2),
            (Decision.OUTSIDE, "No answer", 1),
        ],
    )
    @pytest.mark.parametrize("media_type", ["application/pdf", "text/html"])
    def test_a_report_shows_the_decision(self, client, decision, heading, pictures, media_type):
        data, model = scan_and_model(decision)
        response = client.post(
            "/api/v1/reports",
            params={"model": model},
            files={"file": ("scan.png", data)},
            headers={"Accept": media_type},
        )
        if media_type == "text/html":
            text = response.text
            assert text.count("<img") == pictures
        else:
            pdf = pypdfium2.PdfDocument(response.content)
            text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pdf)
            assert response.content.count(b"/Alt ") == pictures
            assert pdf.get_metadata_dict()["Subject"].startswith(heading)
        assert heading in text
        assert DISCLAIMER in text
        assert argues(text) == (decision is Decision.ANSWER)
        assert ("a person must read this slice" in text) == (decision is Decision.UNCERTAIN)
        assert (OUTSIDE in text) == (decision is Decision.OUTSIDE)
        assert ("Probabilities" in text) == decision.names_class


class TestHistory:
    def test_decisions_are_stored_and_exported(self, client):
        client.delete("/api/v1/history")
        for decision in Decision:
            ask(client, decision)
        kept = client.get("/api/v1/history").json()["records"]
        assert [record["decision"] for record in kept] == [decision.value for decision in reversed(Decision)]
        table = client.get("/api/v1/history/export", params={"format": "csv"}).text
        rows = list(csv.DictReader(StringIO(table)))
        assert {row["decision"] for row in rows} == {decision.value for decision in Decision}
        by_decision = {row["decision"]: row for row in rows}
        assert len(by_decision["uncertain"]["prediction_set"].split()) > 1
        outside = by_decision["outside"]
        assert {outside[name] for name in ("class", "confidence", "prediction_set", "heatmap_target")} == {""}
        assert (kept[0]["prediction"], kept[0]["heatmap"]) == (None, None)
        other = by_decision["other"]
        assert [other[name] for name in ("class", "heatmap_method", "sequence")] == ["", "place", "T2"]
        [record] = client.get("/api/v1/history", params={"decision": "other"}).json()["records"]
        assert record["display"]["headline"] == "Abnormal, but none of the three tumor types"
        assert record["heatmap_methods"] == ["grad-cam", "place"]
        pictures = [
            client.get(record["overlay"] + query).raise_for_status().content
            for query in ("", "?method=place", "?method=grad-cam", "?target=glioma")
        ]
        assert pictures[0] == pictures[1] != pictures[2]
        refused = client.get(f"{record['overlay']}?method=place&target=glioma")
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:problem:invalid-parameters")
        plain = client.get(kept[-1]["overlay"], params={"method": "place"})
        assert (plain.status_code, plain.json()["accepted"]) == (422, ["grad-cam"])

    @pytest.mark.parametrize("decision", [Decision.OTHER, Decision.OUTSIDE])
    def test_feedback_on_an_image_without_a_class_names_it(self, client, decision):
        path = f"/api/v1/predictions/{ask(client, decision)['id']}/feedback"
        refused = client.post(path, json={"verdict": "agree"})
        assert refused.status_code == 409
        assert "no class to agree with" in refused.json()["detail"]
        before = client.get("/api/v1/monitoring/feedback").json()
        assert client.post(path, json={"verdict": "glioma"}).json()["confirmed"] == "glioma"
        assert client.get("/api/v1/monitoring/feedback").json() == before


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")
class TestPages:
    @pytest.fixture(params=[("light", 1200), ("dark", 1200), ("light", 360)], ids=["light", "dark", "narrow"])
    def page(self, browser: Browser, server: RunningServer, request: pytest.FixtureRequest) -> Iterator[Page]:
        scheme, width = request.param
        page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        page.goto(server.url)
        page.wait_for_selector("#samples button")
        yield page
        page.close()

    def show(self, page: Page, decision: Decision) -> None:
        data, model = scan_and_model(decision)
        page.select_option("#model", model)
        page.set_input_files("#files", {"name": "scan.png", "mimeType": "image/png", "buffer": data})
        expect(page.locator("#result .disclaimer")).to_be_visible()

    def is_sound(self, page: Page) -> bool:
        """Whether the page has no accessibility fault and no horizontal overflow."""
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def test_an_answer_on_the_page(self, page: Page):
        self.show(page, Decision.ANSWER)
        expect(page.locator(".answer")).to_have_text("Pituitary tumor")
        expect(page.locator(".sure")).to_contain_text("prediction set contains only this class")
        expect(page.locator("#heat")).to_be_visible()
        assert self.is_sound(page)

    def test_an_uncertain_answer_on_the_page(self, page: Page):
        self.show(page, Decision.UNCERTAIN)
        expect(page.locator(".answer")).to_contain_text("Uncertain: pituitary tumor")
        expect(page.locator(".sure")).to_contain_text("The network gives no answer: a person must read this slice.")
        expect(page.locator(".bars .first")).to_have_count(0)
        assert not argues(page.locator("#result").inner_text())
        assert self.is_sound(page)

    def test_something_else_on_the_page(self, page: Page):
        self.show(page, Decision.OTHER)
        expect(page.locator(".answer")).to_have_text("Abnormal, but none of the three tumor types")
        expect(page.locator(".acquisition")).to_have_text("The slice looks axial; its sequence looks like T2.")
        expect(page.locator(".bars")).to_be_hidden()
        expect(page.locator("#targets input:checked")).to_have_value("place")
        expect(page.locator("#scale")).to_contain_text("100 %")
        place = page.locator("#heat").get_attribute("src")
        page.get_by_label("Glioma").check()
        expect(page.locator("#heat")).to_have_attribute("alt", "Grad-CAM heat-map for glioma")
        assert page.locator("#heat").get_attribute("src") != place
        expect(page.locator("#focus")).to_contain_text("this is no sign that it is a glioma")
        assert self.is_sound(page)

    def test_an_image_out_of_distribution_on_the_page(self, page: Page):
        self.show(page, Decision.OUTSIDE)
        expect(page.locator(".answer")).to_have_text("No answer")
        expect(page.locator(".sure")).to_contain_text(OUTSIDE)
        expect(page.locator(".bars")).to_be_hidden()
        expect(page.locator("#heat-controls")).to_be_hidden()
        expect(page.locator("#result")).not_to_contain_text("Explain with Gemini")
        assert not any(facts.label in page.locator("#result").inner_text() for facts in FACTS.values())
        assert self.is_sound(page)

    def test_decisions_in_the_history(self, page: Page, server: RunningServer):
        with server.client() as client:
            client.delete("/api/v1/history")
            answer, *_ = [ask(client, decision) for decision in Decision]
        page.goto(f"{server.url}/history")
        titles = page.locator(".entries .about strong")
        expect(titles).to_have_count(4)
        outside, other, uncertain, answered = titles.all_inner_texts()
        assert other == "Abnormal, but none of the three tumor types"
        assert outside.startswith("No answer")
        assert uncertain.startswith("Uncertain: pituitary tumor")
        assert answered == answer["display"]["summary"]
        page.get_by_role("button", name="Show").first.click()
        expect(page.locator("dialog h2")).to_contain_text("No answer")
        expect(page.locator("dialog .bars")).to_have_count(0)
        assert self.is_sound(page)
        page.keyboard.press("Escape")
        page.get_by_label("Decision").select_option("other")
        expect(titles).to_have_count(1)
        page.get_by_role("button", name="Show").first.click()
        expect(page.locator("dialog img")).to_have_attribute("alt", "Heat-map of the place of any tumor")
        expect(page.locator("dialog .acquisition")).to_contain_text("T2")

    def test_several_scans_are_a_table(self, page: Page):
        files: list[FilePayload] = [
            {"name": f"{decision.value}.png", "mimeType": "image/png", "buffer": scan_and_model(decision)[0]}
            for decision in (Decision.ANSWER, Decision.OUTSIDE)
        ]
        page.set_input_files("#files", files)
        expect(page.locator("#status")).to_have_text("2 of 2 scans classified.")
        answered, outside = (row.locator("td").all_inner_texts() for row in page.locator("#rows tr").all())
        assert answered[2] == "Pituitary tumor"
        assert outside[2:4] == ["No answer", ""]
