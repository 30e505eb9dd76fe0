"""Metrics of real server processes: access, counts, and what they never contain."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from app.config.settings import PROJECT_DIR, Settings
from tests.conftest import SAMPLES_DIR
from tests.support.gemini_server import GeminiServer, failure
from tests.support.prometheus_server import Series, read_page, total
from tests.support.server import RunningServer, RunningWorkers

URL = "/api/v1/predictions"
SCAN = (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()
TOKEN = "a token of metrics"


@pytest.fixture(scope="module")
def counting() -> Iterator[RunningServer]:
    with RunningServer(METRICS="on", METRICS_TOKEN=TOKEN, QUEUE_SIZE="6", PARALLEL_PASSES="1") as server:
        yield server


def read(server: RunningServer) -> Series:
    response = httpx.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    return read_page(response.text)


def change(before: Series, after: Series, name: str, **labels: str) -> float:
    return total(after, name, **labels) - total(before, name, **labels)


def send(server: RunningServer, content: bytes = SCAN, name: str = "scan.jpg", **query: str) -> httpx.Response:
    return httpx.post(server.url + URL, files={"file": (name, content)}, params=query, timeout=60)


class TestAccess:
    def test_metrics_are_off_by_default(self, client: httpx.Client):
        assert client.get("/metrics").status_code == 404

    @pytest.mark.parametrize("authorization", [None, "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer é"])
    def test_a_wrong_or_missing_token_is_rejected(self, counting: RunningServer, authorization: str | None):
        headers = {b"Authorization": authorization.encode()} if authorization else {}
        refused = httpx.get(f"{counting.url}/metrics", headers=headers)
        assert refused.status_code == 401
        assert refused.json()["type"] == "urn:problem:sign-in-required"
        assert "btc_" not in refused.text

    def test_no_token_is_needed_on_loopback(self):
        with RunningServer(wait=False, METRICS="on") as server:
            server.wait_for("/health/live")
            page = httpx.get(f"{server.url}/metrics")
            assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
            assert total(read_page(page.text), "btc_queue_places") > 0


class TestOff:
    def test_metrics_and_tracing_are_not_imported(self):
        program = (
            "import sys, app.main as main\n"
            "main.app.middleware_stack\n"
            "ours = ('app.services.monitoring.metrics', 'app.services.monitoring.tracing')\n"
            "for name in ('prometheus_client', 'opentelemetry.sdk', *ours):\n"
            "    assert name not in sys.modules, name"
        )
        ended = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr


class TestCounts:
    def test_a_prediction_is_counted(self, counting: RunningServer):
        before = read(counting)
        answer = send(counting).json()
        after = read(counting)
        assert change(before, after, "btc_http_requests_total", route=URL, method="POST", status="200") == 1
        assert change(before, after, "btc_http_request_seconds_count", route=URL, method="POST") == 1
        labels = {"model": "xception", "class": "meningioma", "source": "upload"}
        assert change(before, after, "btc_predictions_total", **labels) == 1
        assert change(before, after, "btc_predictions_total") == 1
        assert change(before, after, "btc_confidence_count", model="xception") == 1
        assert change(before, after, "btc_explanations_total", source="built-in", fallback="none") == 1
        for step, milliseconds in answer["timing_ms"].items():
            labels = {"model": "xception", "step": step}
            assert change(before, after, "btc_step_seconds_sum", **labels) == pytest.approx(milliseconds / 1e3)

    def test_decision_and_gate_are_counted(self, counting: RunningServer):
        for model in ("cnn", "xception"):
            before = read(counting)
            answer = send(counting, model=model).json()
            after = read(counting)
            assert change(before, after, "btc_predictions_total", model=model, decision=answer["decision"]) == 1
            looked = answer["gate"] is not None
            assert change(before, after, "btc_gate_score_ratio_count", model=model) == looked
            if looked:
                inside = change(before, after, "btc_gate_score_ratio_bucket", model=model, le="1.0")
                assert inside == answer["in_distribution"]

    def test_sources_are_counted(self, counting: RunningServer):
        before = read(counting)
        httpx.post(f"{counting.url}/api/v1/samples/Te-me_0016.jpg/predictions", params={"model": "cnn"}, timeout=60)
        httpx.post(f"{counting.url}/api/v1/reports", files={"file": ("a", SCAN)}, timeout=60)
        files = [("files", ("a", SCAN)), ("files", ("b", b"no image")), ("files", ("c", b""))]
        httpx.post(f"{counting.url}{URL}/batch", files=files, timeout=60)
        after = read(counting)
        for source, model in (("sample", "cnn"), ("report", "xception"), ("batch", "xception")):
            assert change(before, after, "btc_predictions_total", source=source, model=model) == 1
        assert change(before, after, "btc_refusals_total", reason="unreadable-image") == 2

    def test_problems_are_counted_by_type(self, counting: RunningServer):
        before = read(counting)
        send(counting, b"no image")
        send(counting, target="liver")
        httpx.get(f"{counting.url}/nowhere")
        httpx.put(counting.url + URL)
        after = read(counting)
        for reason in ("unreadable-image", "invalid-parameters", "not-found", "method-not-allowed"):
            assert change(before, after, "btc_refusals_total", reason=reason) == 1
        assert change(before, after, "btc_http_requests_total", route="unmatched", status="404") == 1

    def test_requests_refused_before_the_application_are_counted(self, counting: RunningServer):
        before = read(counting)
        for request in (b"\x16\x03\x01 hello\r\n\r\n", b"GET / HTTP/1.1\r\n" + 101 * b"a: b\r\n" + b"\r\n"):
            with socket.create_connection(("127.0.0.1", counting.port), timeout=10) as connection:
                connection.sendall(request)
                assert connection.recv(65536)
        after = read(counting)
        for status, reason in (("400", "malformed-request"), ("431", "headers-too-large")):
            assert change(before, after, "btc_refusals_total", reason=reason) == 1
            assert change(before, after, "btc_http_requests_total", route="unmatched", status=status) == 1

    def test_models_and_build_are_reported(self, counting: RunningServer):
        page = read(counting)
        for model in httpx.get(f"{counting.url}/api/v1/models").json()["models"]:
            labels = {"model": model["name"], "version": model["version"], "sha256": model["sha256"][:12]}
            assert total(page, "btc_model_info", **labels) == 1
        assert total(page, "btc_build_info") == 1
        assert total(page, "btc_models_ready") == 1
        assert total(page, "btc_queue_places") == 8
        assert total(page, "btc_queue_places_taken") == 0
        assert total(page, "process_resident_memory_bytes") > 1e8

    def test_queue_occupancy_is_reported(self, counting: RunningServer):
        with ThreadPoolExecutor() as clients:
            # Content after the end of the picture makes each of them a new one.
            sent = [clients.submit(send, counting, SCAN + bytes([number]), views="5") for number in range(4)]
            taken = []
            while not all(each.done() for each in sent):
                taken.append(total(read(counting), "btc_queue_places_taken"))
        assert 1 <= max(taken) <= 6
        assert total(read(counting), "btc_queue_places_taken") == 0

    def test_gemini_fallbacks_are_counted(self):
        with (
            GeminiServer((400, failure(400, "INVALID_ARGUMENT"))) as gemini,
            RunningServer(
                METRICS="on",
                METRICS_TOKEN=TOKEN,
                GEMINI_API_KEY="a key",
                GEMINI_BASE_URL=gemini.url,
            ) as server,
        ):
            send(server, explain="true")
            assert total(read(server), "btc_explanations_total", source="built-in", fallback="error") == 1


class TestSeries:
    def test_clients_cannot_create_series(self, counting: RunningServer):
        """No path, name, model, method or header creates a series: other values give the same lines on the page."""

        def ask_strangely() -> None:
            strange = uuid4().hex
            with counting.client() as client:
                for path in (
                    f"/{strange}",
                    f"/api/v1/samples/{strange}",
                    f"/static/page/{strange}",
                    f"/history/{strange}",
                ):
                    client.get(path)
                client.post(f"/api/v1/samples/{strange}/predictions", params={"model": strange, strange: strange})
                client.get(f"/api/v1/models/{strange}/report")
                client.request("PROPFIND", f"/{strange}")
                client.request("SEARCH", "/api/v1/models")
                client.get("/metrics", headers={"Authorization": f"Bearer {strange}"})
                client.get("/health/live", headers={"X-Request-ID": strange, "Host": strange, "User-Agent": strange})
            send(counting, name=strange)
            send(counting, model=strange)
            send(counting, target=strange)
            send(counting, strange.encode(), name=strange)

        ask_strangely()
        first = read(counting)
        ask_strangely()
        assert read(counting).keys() == first.keys()
        assert total(first, "btc_http_requests_total", method="other") > 0
        assert len(first) < 2000


class TestSeveralProcesses:
    def test_processes_count_together_and_ended_counts_stay(self, tmp_path: Path):
        folder = tmp_path / "metrics"
        with RunningWorkers(
            METRICS="on",
            METRICS_TOKEN=TOKEN,
            PROMETHEUS_MULTIPROC_DIR=str(folder),
        ) as server:
            workers = self.wait_for_workers(server, folder, 2, others_than=set())
            for _ in range(8):
                assert send(server, heatmap="false").status_code == 200
            page = read(server)
            assert total(page, "btc_predictions_total") == 8
            assert total(page, "btc_step_seconds_count", step="forward") == 8
            assert total(page, "btc_queue_places") == 2 * (Settings().prediction_threads + 32)
            assert total(page, "btc_build_info") == 1
            memory = total(page, "process_resident_memory_bytes")

            os.kill(min(workers), signal.SIGKILL)
            now = self.wait_for_workers(server, folder, 2, others_than={min(workers)})
            assert len(now - workers) == 1
            page = read(server)
            assert total(page, "btc_predictions_total") == 8
            assert total(page, "btc_step_seconds_count", step="forward") == 8
            assert total(page, "btc_queue_places") == 2 * (Settings().prediction_threads + 32)
            assert total(page, "process_resident_memory_bytes") < 1.5 * memory
            numbers = {path.stem.rpartition("_")[2] for path in folder.glob("*.db")}
            assert numbers == {"ended", *map(str, now)}
        # A new start counts from 0.
        with RunningServer(
            METRICS="on",
            METRICS_TOKEN=TOKEN,
            PROMETHEUS_MULTIPROC_DIR=str(folder),
        ) as server:
            assert total(read(server), "btc_predictions_total") == 0
            assert {path.stem.rpartition("_")[2] for path in folder.glob("*.db")} == {str(server.process.pid)}

    def test_an_unusable_folder_stops_the_start_with_one_line(self, tmp_path: Path):
        (tmp_path / "file").touch()
        server = RunningServer(METRICS="on", PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "file" / "metrics"))
        with pytest.raises(RuntimeError, match=r"error: the metrics folder .*/file/metrics cannot be used"), server:
            pass

    def wait_for_workers(self, server: RunningServer, folder: Path, count: int, others_than: set[int]) -> set[int]:
        """Wait until that many processes are ready, and return their ids."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            found = {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_livemin_*.db")} - others_than
            try:
                if len(found) == count and total(read(server), "btc_models_ready") == 1:
                    return found
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError(server.log)
