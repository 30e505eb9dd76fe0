"""Reports from the API, parsed by independent PDF and HTML readers."""

import ctypes
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser

import httpx
import pypdfium2
import pytest
from pypdfium2 import raw

from app.models.classes import DISCLAIMER
from app.models.model_file import ModelMetadata
from app.routes.negotiation import preferred
from app.services.explanations.built_in import Explanation
from app.services.explanations.result import Result
from app.services.explanations.words import author_words, display
from app.services.inference.predictor import Predictor
from app.services.inference.schemas import ImageInfo, ModelRef, TimingBody
from app.services.reports.document import Paper, PredictionReport
from app.services.reports.pdf import render_pdf
from tests.conftest import SAMPLES_DIR
from tests.support.gemini_server import ANSWER, GeminiServer, candidate
from tests.support.server import RunningServer

REPORTS = "/api/v1/reports"
SCAN = SAMPLES_DIR / "Te-me_0016.jpg"
MILLIMETRES_PER_POINT = 25.4 / 72


def text_of(pdf: pypdfium2.PdfDocument) -> str:
    """All text with its lines joined."""
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pdf)


def objects_of(pdf: pypdfium2.PdfDocument, kind: int) -> list[pypdfium2.PdfObject]:
    return [thing for page in pdf for thing in page.get_objects([kind])]


def is_embedded(text: pypdfium2.PdfObject) -> bool:
    return bool(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(text)) == 1)


def language_of(pdf: pypdfium2.PdfDocument) -> str:
    length = raw.FPDFCatalog_GetLanguage(pdf, None, 0)
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFCatalog_GetLanguage(pdf, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


class Page(HTMLParser):
    """The text of an HTML file and the addresses it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"


@pytest.fixture(scope="module")
def gemini() -> Iterator[GeminiServer]:
    answer = {**ANSWER, "answer": "Größe ≥ 3 cm → Глиома? <script>alert(1)</script>"}
    with GeminiServer((200, candidate(json.dumps(answer)))) as gemini:
        yield gemini


@pytest.fixture(scope="module")
def explained(gemini: GeminiServer) -> Iterator[httpx.Client]:
    with RunningServer(GEMINI_API_KEY="key", GEMINI_BASE_URL=gemini.url) as server, server.client() as client:
        yield client


class TestPdf:
    @pytest.mark.parametrize(("paper", "size"), [("a4", (210, 297)), ("letter", (215.9, 279.4))])
    def test_it_contains_the_prediction(
        self, client: httpx.Client, metadata: ModelMetadata, sample: bytes, paper: str, size: tuple[float, float]
    ):
        prediction = client.post("/api/v1/predictions", files={"file": ("scan.jpg", sample)}).json()
        response = client.post(REPORTS, params={"paper": paper}, files={"file": ("Jane Doe.jpg", sample)})
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/pdf"
        name = re.fullmatch('attachment; filename="(.*)"', response.headers["Content-Disposition"])
        assert name
        assert re.fullmatch(r"report-20\d\d-\d\d-\d\d-\d{6}-meningioma\.pdf", name[1])
        assert b"Jane" not in response.content

        pdf = pypdfium2.PdfDocument(response.content)
        assert len(pdf) == 1
        assert [side * MILLIMETRES_PER_POINT for side in pdf[0].get_size()] == pytest.approx(size, abs=0.1)
        text = text_of(pdf)
        assert text.count(DISCLAIMER) == 2
        assert f"Meningioma {prediction['display']['decision']}" in text
        paragraphs = prediction["explanation"]["text"].split("\n\n")
        assert all(paragraph in text for paragraph in paragraphs)
        for fact in (
            metadata.version,
            metadata.sha256,
            response.headers["X-Request-ID"],
            f"{datetime.now(UTC):%Y-%m-%d}",
        ):
            assert fact in text
        assert len(objects_of(pdf, raw.FPDF_PAGEOBJ_IMAGE)) == 2

    def test_it_embeds_fonts_and_is_accessible(self, client: httpx.Client):
        content = client.post(REPORTS, params={"sample": SCAN.name}).content
        pdf = pypdfium2.PdfDocument(content)
        assert all(is_embedded(text) for text in objects_of(pdf, raw.FPDF_PAGEOBJ_TEXT))
        assert language_of(pdf) == "en"
        metadata = pdf.get_metadata_dict()
        assert metadata["Title"] == "Brain MRI: classification of one slice"
        assert metadata["Subject"].startswith("Meningioma. The network answers with a calibrated probability")
        assert [entry.get_title() for entry in pdf.get_toc()] == [
            "Answer",
            "Scan and heat-map",
            "Probabilities",
            "Explanation, written by the service",
            "Provenance",
        ]
        assert content.count(b"/Alt ") == 2

    def test_without_heatmap(self, client: httpx.Client):
        response = client.post(REPORTS, params={"sample": SCAN.name, "heatmap": "false"})
        pdf = pypdfium2.PdfDocument(response.content)
        assert len(objects_of(pdf, raw.FPDF_PAGEOBJ_IMAGE)) == 1
        assert "heat-map" not in text_of(pdf)

    def test_the_explanation_of_gemini(self, explained: httpx.Client):
        response = explained.post(REPORTS, params={"sample": SCAN.name, "explain": "true"})
        text = text_of(pypdfium2.PdfDocument(response.content))
        assert "Explanation, written by Google’s Gemini" in text
        assert "Größe ≥ 3 cm → Глиома? <script>alert(1)</script>" in text

    def test_a_long_explanation_continues_on_the_next_page(self, predictor: Predictor, metadata: ModelMetadata):
        with SCAN.open("rb") as file:
            prediction = predictor.predict(file)
        sentences = [f"This is sentence number {number} of a long explanation." for number in range(400)]
        explanation = Explanation("gemini", "gemini-x", "\n\n".join(map(" ".join, [sentences[:200], sentences[200:]])))
        report = PredictionReport(
            prediction=prediction,
            display=display(
                Result.of(prediction),
                model=ModelRef(name="m", version="1"),
                image=ImageInfo(width=1, height=1, format="PNG", mode="L"),
                timing=TimingBody(wait=0, read=0, forward=0, heatmap=0, explanation=0, total=0),
                external=None,
                author=author_words(explanation.source, explanation.model),
            ),
            explanation=explanation,
            scan=prediction.preview,
            weights=metadata.sha256,
            request_id="an-id",
            feedback_url=None,
            created_at=datetime.now(UTC),
        )
        pdf = pypdfium2.PdfDocument(render_pdf(report, Paper.A4))
        assert len(pdf) >= 3
        assert all(f"Page {number} of {len(pdf)}" in text_of([page]) for number, page in enumerate(pdf, start=1))
        body = re.sub(rf"{re.escape(DISCLAIMER)} Page \d of \d ", "", text_of(pdf))
        assert [sentence for sentence in sentences if sentence not in body] == []


class TestHtml:
    def test_it_is_self_contained(self, client: httpx.Client, metadata: ModelMetadata, sample: bytes):
        response = client.post(REPORTS, files={"file": ("scan.jpg", sample)}, headers={"Accept": "text/html"})
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        page = Page(response.text)
        assert len(page.loaded) == 2
        assert all(address.startswith("data:image/png;base64,") for address in page.loaded)
        for words in ("Meningioma", DISCLAIMER, metadata.sha256, response.headers["X-Request-ID"]):
            assert words in page.words

    def test_it_runs_no_script(self, explained: httpx.Client):
        options = {"sample": SCAN.name, "explain": "true"}
        response = explained.post(REPORTS, params=options, headers={"Accept": "text/html"})
        page = Page(response.text)
        assert "script" not in page.tags
        assert "<script>alert(1)</script>" in page.words
        assert "sandbox" in response.headers["Content-Security-Policy"]


class TestErrors:
    def test_an_unavailable_media_type(self, client: httpx.Client):
        response = client.post(REPORTS, params={"sample": SCAN.name}, headers={"Accept": "application/json"})
        assert response.status_code == 406
        assert response.json()["accepted"] == ["application/pdf", "text/html"]

    def test_no_scan(self, client: httpx.Client):
        response = client.post(REPORTS)
        assert response.status_code == 422
        assert response.json()["detail"].startswith("Neither a file nor a sample was given.")

    def test_two_scans(self, client: httpx.Client, sample: bytes):
        response = client.post(REPORTS, params={"sample": SCAN.name}, files={"file": ("scan.jpg", sample)})
        assert response.status_code == 422
        assert response.json()["detail"].startswith("Both a file and a sample were given.")

    @pytest.mark.parametrize(
        ("options", "status"), [({"sample": "none.jpg"}, 404), ({"sample": SCAN.name, "paper": "a5"}, 422)]
    )
    def test_unknown_options(self, client: httpx.Client, options: dict[str, str], status: int):
        response = client.post(REPORTS, params=options)
        assert response.status_code == status
        assert response.headers["Content-Type"] == "application/problem+json"

    def test_a_file_that_is_not_an_image(self, client: httpx.Client):
        response = client.post(REPORTS, files={"file": ("scan.jpg", b"text")})
        assert response.json()["type"] == "urn:problem:unreadable-image"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("*/*", "pdf"),
        ("application/*", "pdf"),
        ("text/html", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/html;q=0.5, application/pdf", "pdf"),
        ("application/pdf;q=0, */*", "html"),
        ("TEXT/HTML ; q=0.3", "html"),
        ("application/json", None),
        ("*/*;q=0", None),
        ("text/html;q=much", None),
    ],
)
def test_content_negotiation(accept: str, chosen: str | None):
    offers = ("application/pdf", "text/html")
    expected = {"pdf": offers[0], "html": offers[1], None: None}[chosen]
    assert preferred(accept, offers) == expected
