"""Logs, metrics and traces contain nothing of an image's content or file name."""

import base64
import time
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.conftest import SAMPLES_DIR
from tests.support.gemini_server import GeminiServer, failure
from tests.support.otlp_server import OtlpServer
from tests.support.server import RunningServer, RunningWorkers

MARKER = "Zacharowicz-Quist"
URL = "/api/v1/predictions"
PICTURE = SAMPLES_DIR / "Te-gl_0014.jpg"


def jpeg() -> bytes:
    """A scan with a patient's name in its EXIF data and in a comment."""
    with Image.open(PICTURE) as image:
        exif = Image.Exif()
        exif[0x010E] = exif[0x013B] = exif[0x9286] = f"{MARKER} exif"
        out = BytesIO()
        image.save(out, "JPEG", exif=exif, comment=f"{MARKER} comment")
        return out.getvalue()


def png() -> bytes:
    """A scan with a patient's name in a PNG's text chunks."""
    with Image.open(PICTURE) as image:
        text = PngInfo()
        text.add_text("Comment", f"{MARKER} text")
        text.add_itxt("Description", f"{MARKER} international text", zip=True)
        out = BytesIO()
        image.save(out, "PNG", pnginfo=text)
        return out.getvalue()


def test_logs_metrics_and_traces_contain_nothing_of_an_image_or_its_name(tmp_path: Path):
    name = f"{MARKER} 1962-03-04.jpg"
    with (
        OtlpServer() as collector,
        GeminiServer((400, failure(400, MARKER))) as gemini,
        RunningServer(
            LOG_LEVEL="debug",
            METRICS="on",
            HISTORY="on",
            KEEP_IMAGES="on",
            ENCRYPTION_KEYS=base64.b64encode(bytes(32)).decode(),
            DATA_DIR=str(tmp_path / "data"),
            GEMINI_API_KEY="a key",
            GEMINI_BASE_URL=gemini.url,
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            # FastAPI's own telemetry stays off, regardless of its variables.
            FASTAPI_OTEL_AUTO_CONFIGURE="true",
        ) as server,
        server.client() as client,
    ):
        contents = [jpeg(), png()]
        # Errors about unreadable files are the most detailed.
        broken = [contents[0][: len(contents[0]) // 2], contents[1][:500], f"{MARKER} is not an image".encode(), b""]
        statuses = [
            client.post(URL, files={"file": (name, content)}, params=query).status_code
            for content in contents + broken
            for query in ({}, {"explain": "true"})
        ]
        assert statuses.count(200) >= 4
        assert statuses.count(400) >= 4
        batch = client.post(f"{URL}/batch", files=[("files", (name, content)) for content in contents + broken])
        assert batch.json()["succeeded"] >= 2
        for accept in ("application/pdf", "text/html"):
            report = client.post("/api/v1/reports", files={"file": (name, contents[0])}, headers={"Accept": accept})
            assert report.status_code == 200
        # A name in every place that a person or a program may write it to.
        client.post(f"{URL}/{MARKER}", files={MARKER: (name, contents[0])}, params={MARKER: MARKER})
        client.post(URL, content=MARKER, headers={"Content-Type": f"multipart/form-data; boundary={MARKER}"})
        client.post(URL, files={"file": (name, contents[0], f"image/{MARKER}")}, params={"model": MARKER})
        client.post(URL, params={"target": MARKER}, files={"file": (name, contents[0])})
        client.get(f"/api/v1/samples/{MARKER}", headers={"User-Agent": MARKER, "Referer": f"http://x/{MARKER}"})
        client.get(f"/{MARKER}.jpg", headers={"Cookie": f"a={MARKER}", "tracestate": "name=zacharowicz-quist"})
        client.get("/health/live", headers={"traceparent": f"00-{MARKER}-01", "baggage": f"patient={MARKER}"})

        metrics = client.get("/metrics").text
        deadline = time.monotonic() + 30
        while not any(span.name == "GET /metrics" for span in collector.spans) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert server.stop() == 0
        spans = b"".join(collector.bodies)
        assert collector.paths == {"/v1/traces"}
        written = {"log": server.log.encode(), "metrics": metrics.encode(), "traces": spans}

    for place, text in written.items():
        # Logs, metrics and traces each contain these requests.
        assert b"/api/v1/predictions" in text, place
        lowered = text.lower()
        for part in (MARKER, "1962-03-04", ".jpg", "quist"):
            assert part.lower().encode() not in lowered, (place, part)
        for content in contents:
            middle = content[len(content) // 2 :][:60]
            for form in (middle[:12], base64.b64encode(middle)[4:40], middle.hex().encode()[:24]):
                assert form not in text, place


def test_the_log_of_several_workers_contains_no_name():
    """Uvicorn's access log would contain paths and queries."""
    with RunningWorkers(LOG_LEVEL="debug") as server:
        httpx.get(f"{server.url}/{MARKER}", params={"name": MARKER})
        assert server.stop() == 0
        assert "unmatched" in server.log
        assert MARKER not in server.log
