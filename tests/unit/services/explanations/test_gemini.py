"""The real SDK against a local server with Gemini's wire format."""

import asyncio
import base64
import json
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from pydantic import SecretStr

from app.config.settings import Settings
from app.services.explanations.built_in import Explanation, Fallback, describe
from app.services.explanations.gemini import GeminiExplainer
from app.services.explanations.words import percent
from app.services.inference.predictor import Prediction, Predictor
from tests.conftest import SAMPLES_DIR
from tests.support.gemini_server import ANSWER, GeminiServer, candidate, failure
from tests.support.server import free_port

KEY = "test-key-8ff2"


@pytest.fixture(scope="module")
def prediction(predictor: Predictor) -> Prediction:
    """A prediction for a file whose EXIF names a patient."""
    exif = Image.Exif()
    exif[0x010E] = "Doe^Jane"
    out = BytesIO()
    with Image.open(SAMPLES_DIR / "Te-me_0016.jpg") as image:
        image.save(out, "JPEG", exif=exif)
    out.seek(0)
    return predictor.predict(out)


def explain(url: str, prediction: Prediction, timeout_s: float = 10, times: int = 1) -> list[Explanation]:
    async def run() -> list[Explanation]:
        settings = Settings(gemini_base_url=url, gemini_timeout_s=timeout_s)
        explainer = GeminiExplainer(settings, SecretStr(KEY))
        try:
            return await asyncio.gather(*(explainer.explain(prediction) for _ in range(times)))
        finally:
            await explainer.close()

    return asyncio.run(run())


def fallback(url: str, prediction: Prediction, timeout_s: float = 10) -> str:
    """Explain, expect the built-in text, and return its notice."""
    [explanation] = explain(url, prediction, timeout_s)
    assert (explanation.source, explanation.model) == ("built-in", None)
    assert explanation.text == describe(prediction)
    assert explanation.notice is not None
    assert KEY not in explanation.notice
    assert "content in it" not in explanation.notice
    return explanation.notice


class TestSuccess:
    def test_the_text_is_geminis(self, prediction):
        with GeminiServer() as server:
            [explanation] = explain(server.url, prediction)
        assert (explanation.source, explanation.model) == ("gemini", "gemini-3.5-flash-lite")
        assert explanation.text == "\n\n".join(ANSWER.values())
        assert explanation.notice is None

    def test_what_is_sent(self, prediction):
        with GeminiServer() as server:
            explain(server.url, prediction)
        [(path, headers, body)] = server.requests
        assert path == "/v1beta/models/gemini-3.5-flash-lite:generateContent"
        assert headers["x-goog-api-key"] == KEY
        config = body["generationConfig"]
        assert config["responseMimeType"] == "application/json"
        assert set(config["responseJsonSchema"]["properties"]) == set(ANSWER)
        [instruction] = body["systemInstruction"]["parts"]
        assert "no diagnosis" in instruction["text"]
        parts = body["contents"][0]["parts"]
        pictures = [base64.urlsafe_b64decode(part["inlineData"]["data"]) for part in parts if "inlineData" in part]
        assert [Image.open(BytesIO(picture)).size for picture in pictures] == [(290, 339), (290, 339)]
        words = " ".join(part["text"] for part in parts if "text" in part)
        assert f"Meningioma: {percent(prediction.confidence)}" in words

    def test_neither_name_nor_metadata_is_sent(self, prediction):
        with GeminiServer() as server:
            explain(server.url, prediction)
        body = json.dumps(server.requests[0][2])
        assert "Te-me" not in body
        for part in server.requests[0][2]["contents"][0]["parts"]:
            if "inlineData" in part:
                data = base64.urlsafe_b64decode(part["inlineData"]["data"])
                assert b"Doe" not in data
                with Image.open(BytesIO(data)) as picture:
                    assert not picture.getexif()

    def test_without_a_heatmap_one_picture_is_sent(self, prediction):
        with GeminiServer() as server:
            explain(server.url, replace(prediction, heatmap=None))
        parts = server.requests[0][2]["contents"][0]["parts"]
        assert sum("inlineData" in part for part in parts) == 1

    def test_an_empty_heatmap_is_reported(self, prediction):
        with GeminiServer() as server:
            explain(server.url, replace(prediction, heatmap=replace(prediction.heatmap, focus=None)))
        parts = server.requests[0][2]["contents"][0]["parts"]
        assert "The heat-map points to no place: the network sees a tumor nowhere" in parts[0]["text"]

    def test_a_transient_error_is_retried(self, prediction):
        with GeminiServer((503, failure(503, "UNAVAILABLE")), (200, candidate(json.dumps(ANSWER)))) as server:
            [explanation] = explain(server.url, prediction)
        assert explanation.source == "gemini"
        assert len(server.requests) == 2

    def test_many_concurrent_requests_succeed(self, prediction):
        with GeminiServer(delay_s=0.1) as server:
            explanations = explain(server.url, prediction, times=20)
        assert {explanation.source for explanation in explanations} == {"gemini"}


class TestFailure:
    @pytest.mark.parametrize(
        ("status", "reply", "words"),
        [
            (200, candidate("{ this is no JSON"), "did not have the requested form"),
            (200, candidate(json.dumps({"answer": "Only this."})), "did not have the requested form"),
            (200, candidate(""), "no text"),
            (200, candidate(json.dumps(dict.fromkeys(ANSWER, " "))), "empty"),
            (200, candidate(json.dumps(dict.fromkeys(ANSWER, "x" * 9000))), "too long"),
            (200, {"candidates": [{"finishReason": "MAX_TOKENS", "index": 0}]}, "MAX_TOKENS"),
            (200, candidate(json.dumps(ANSWER), "SAFETY"), "SAFETY"),
            (200, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, "PROHIBITED_CONTENT"),
            (200, {}, "no text"),
            (200, b"<html>not the API</html>", "cannot be reached"),
            (400, failure(400, "INVALID_ARGUMENT"), "rejected the request"),
            (400, failure(400, "INVALID_ARGUMENT", reason="API_KEY_INVALID"), "checks GEMINI_API_KEY"),
            (400, failure(400, "FAILED_PRECONDITION"), "does not serve the region"),
            (401, failure(401, "UNAUTHENTICATED"), "checks GEMINI_API_KEY"),
            (403, failure(403, "PERMISSION_DENIED"), "does not permit this service's key"),
            (404, failure(404, "NOT_FOUND"), "no model gemini-3.5-flash-lite; it may be retired"),
            (404, b"<html>not the API</html>", "error 404"),
            (429, failure(429, "RESOURCE_EXHAUSTED"), "quota for this service is used up"),
            (429, {"error": "no object"}, "error 429"),
            (500, failure(500, "INTERNAL"), "internal error"),
            (503, failure(503, "UNAVAILABLE"), "overloaded"),
            (502, b"<html>bad gateway</html>", "error 502"),
        ],
    )
    def test_the_built_in_text_gives_the_reason(self, prediction, status, reply, words):
        with GeminiServer((status, reply)) as server:
            notice = fallback(server.url, prediction)
        assert words in notice
        assert notice.endswith("The service wrote this explanation.")

    @pytest.mark.parametrize(("delay", "again"), [("1.5s", True), ("34.07s", False), ("no duration", False)])
    def test_a_used_up_quota_pauses_all_requests_as_long_as_gemini_asks(self, prediction, delay, again):
        refusal = failure(429, "RESOURCE_EXHAUSTED", retryDelay=delay)

        async def run(server: GeminiServer) -> list[Explanation]:
            settings = Settings(gemini_base_url=server.url)
            explainer = GeminiExplainer(settings, SecretStr(KEY))
            refused = [await explainer.explain(prediction)]
            refused += await asyncio.gather(*(explainer.explain(prediction) for _ in range(12)))
            # Neither the first request nor those during the pause ask a second time.
            assert len(server.requests) == 1
            await asyncio.sleep(1.6)
            last = await explainer.explain(prediction)
            await explainer.close()
            assert {explanation.fallback for explanation in refused} == {Fallback.QUOTA}
            return [refused[-1], last]

        with GeminiServer((429, refusal), (200, candidate(json.dumps(ANSWER)))) as server:
            paused, last = asyncio.run(run(server))
        assert "again in" in (paused.notice or "")
        assert (last.source == "gemini") is again
        assert len(server.requests) == 1 + again

    def test_requests_that_wait_for_a_place_see_the_pause(self, prediction):
        with GeminiServer((429, failure(429, "RESOURCE_EXHAUSTED", retryDelay="30s")), delay_s=0.2) as server:
            explanations = explain(server.url, prediction, times=20)
        assert {explanation.fallback for explanation in explanations} == {Fallback.QUOTA}
        assert len(server.requests) == 8

    def test_a_timeout(self, prediction):
        with GeminiServer(delay_s=3) as server:
            notice = fallback(server.url, prediction, timeout_s=0.5)
        assert "within 0.5 seconds" in notice

    def test_connection_refused(self, prediction):
        assert "cannot be reached" in fallback(f"http://127.0.0.1:{free_port()}", prediction)

    def test_excess_requests_get_the_built_in_text(self, prediction):
        with GeminiServer(delay_s=0.3) as server:
            explanations = explain(server.url, prediction, timeout_s=60, times=70)
        notices = [explanation.notice for explanation in explanations if explanation.notice]
        assert len(notices) == 6
        assert all("Too many explanations" in notice for notice in notices)
