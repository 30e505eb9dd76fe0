"""Drift over HTTP: counting, storage, alarm, webhook and privacy."""

import base64
import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from app.services.drift.schemas import FALSE_ALARM, DriftReport
from app.services.monitoring.webhook import Webhook, WebhookError
from tests.conftest import SAMPLES_DIR, sample_paths
from tests.support.local_server import LocalServer, Reply
from tests.support.people import People
from tests.support.server import RunningServer

DRIFT = "/api/v1/monitoring/drift"
SECRET = "a secret that only two know"
NAME = "Jane-Doe-1961.png"
PATIENCE_S = 60


class Receiver(LocalServer):
    """Receives webhook messages, after rejecting the first attempt."""

    def __init__(self) -> None:
        self.received: list[tuple[Mapping[str, str], bytes]] = []
        super().__init__()
        self.url += "/alarms?of=drift"

    def reply_to(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Record a message."""
        self.received.append((headers, body))
        return Reply(503 if len(self.received) == 1 else 200)


def noise(seed: int) -> bytes:
    """Return a PNG of noise instead of a scan."""
    file = BytesIO()
    pixels = np.random.default_rng(seed).integers(256, size=(64, 64), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def send(client: httpx.Client, content: bytes) -> None:
    query = {"heatmap": "false", "model": "cnn"}
    client.post("/api/v1/predictions", params=query, files={"file": (NAME, content)}).raise_for_status()


def drift(client: httpx.Client) -> DriftReport:
    answer = client.get(DRIFT, params={"model": "cnn"}).raise_for_status()
    return DriftReport.model_validate_json(answer.content, by_name=True, by_alias=True)


def wait_until(client: httpx.Client, answers: int) -> DriftReport:
    deadline = time.monotonic() + PATIENCE_S
    while (report := drift(client)).answers != answers:
        assert time.monotonic() < deadline, f"{report.answers} answers, not {answers}"
        time.sleep(0.2)
    return report


def environment(folder: Path) -> dict[str, str]:
    return {
        "DRIFT": "on",
        "DRIFT_CHECK_MINUTES": "0.05",
        "DATA_DIR": str(folder / "data"),
        "UPLOADS_DIR": str(folder / "uploads"),
        "LOG_FORMAT": "json",
    }


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[RunningServer]:
    """A server with drift monitoring and a webhook."""
    hook = {
        "DRIFT_WEBHOOK_URL": receiver.url,
        "DRIFT_WEBHOOK_SECRET": SECRET,
        "DRIFT_WEBHOOK_LOCAL": "true",
        "CACHE_MB": "32",
    }
    with RunningServer(wait=True, **environment(tmp_path_factory.mktemp("watching")), **hook) as server:
        yield server


@pytest.fixture
def restarted(watching: RunningServer) -> Iterator[httpx.Client]:
    """A client of that server after a restart of the drift test."""
    with watching.client() as client:
        client.delete(DRIFT, params={"model": "cnn"}).raise_for_status()
        yield client


@pytest.fixture(scope="module")
def alarmed(watching: RunningServer) -> DriftReport:
    with watching.client() as client:
        client.delete(DRIFT, params={"model": "cnn"}).raise_for_status()
        for seed in range(40):
            send(client, noise(seed))
        wait_until(client, 40)
        deadline = time.monotonic() + PATIENCE_S
        while (report := drift(client)).check is None or report.check.window < 40:
            assert time.monotonic() < deadline, "no check of the window"
            time.sleep(0.2)
        return report


class TestCounting:
    def test_a_few_scans_are_collected_without_alarm(self, restarted: httpx.Client):
        for path in sample_paths()[:12]:
            send(restarted, path.read_bytes())
        report = wait_until(restarted, 12)
        assert (report.status, report.alarm, report.check, report.histograms) == ("collecting", None, None, ())
        assert report.p_value > FALSE_ALARM

    def test_repeated_scans_and_samples_do_not_count(self, restarted: httpx.Client):
        content = noise(1_000_001)
        for _ in range(3):
            send(restarted, content)
        restarted.post("/api/v1/samples/Te-me_0016.jpg/predictions", params={"model": "cnn"}).raise_for_status()
        assert drift(restarted).answers == 1

    def test_each_model_has_its_own_state(self, restarted: httpx.Client):
        send(restarted, noise(1_000_002))
        assert drift(restarted).answers == 1
        other = restarted.get(DRIFT).raise_for_status().json()
        assert (other["reference"]["model"], other["answers"]) == ("xception", 0)

    def test_an_unknown_model_is_404(self, restarted: httpx.Client):
        assert restarted.get(DRIFT, params={"model": "resnet"}).status_code == 404

    def test_drift_is_off_by_default(self, client: httpx.Client):
        answer = client.get(DRIFT)
        assert answer.status_code == 404
        assert "DRIFT=on" in answer.json()["detail"]


class TestAlarm:
    def test_a_stream_of_other_images_raises_it_soon(self, alarmed: DriftReport):
        assert alarmed.status == "alarm"
        assert alarmed.alarm
        assert alarmed.alarm.answers <= 40
        assert alarmed.p_value <= FALSE_ALARM
        assert alarmed.evidence[0].p_value == alarmed.p_value

    def test_the_window_is_checked_with_it(self, alarmed: DriftReport):
        assert alarmed.check
        assert min(test.adjusted for test in alarmed.check.tests) < FALSE_ALARM
        assert [test.name for test in alarmed.check.tests][:2] == ["features", "class mix"]
        assert sum(share.window for share in alarmed.check.classes) == pytest.approx(1)
        assert sum(share.estimated for share in alarmed.check.classes) == pytest.approx(1)
        assert all(sum(bar.window for bar in plot.bins) == pytest.approx(1) for plot in alarmed.histograms)
        assert alarmed.past[-1].answers >= alarmed.check.window

    def test_webhook_gets_a_signed_message_and_a_retry(self, alarmed: DriftReport, receiver: Receiver):
        deadline = time.monotonic() + PATIENCE_S
        while len(receiver.received) < 2:
            assert time.monotonic() < deadline, "the webhook was not told again"
            time.sleep(0.2)
        (first, _), (headers, body) = receiver.received[:2]
        assert first["webhook-id"] == headers["webhook-id"]
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.digest(SECRET.encode(), signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{signature}"
        told = json.loads(body)
        assert (told["type"], told["model"]) == ("drift.alarm", "cnn")
        assert alarmed.alarm
        assert told["alarm"]["answers"] == alarmed.alarm.answers

    def test_restart_clears_it(self, alarmed: DriftReport, watching: RunningServer):
        with watching.client() as client:
            assert client.delete(DRIFT, params={"model": "cnn"}).status_code == 204
            report = drift(client)
        assert (report.status, report.answers, report.alarm, report.past) == ("collecting", 0, None, ())


class TestStorage:
    def test_state_survives_a_restart_and_is_shared_by_processes(self, tmp_path: Path, database_url: str | None):
        settings = {**environment(tmp_path), **({"DATABASE_URL": database_url} if database_url else {})}
        with RunningServer(wait=True, **settings) as one, RunningServer(wait=True, **settings) as other:
            with one.client() as here, other.client() as there:
                for seed in range(6):
                    send(here if seed % 2 else there, noise(seed))
                wait_until(here, 6)
                wait_until(there, 6)
                send(here, noise(7))
            assert one.stop() == 0
        with RunningServer(wait=True, **settings) as again, again.client() as client:
            assert drift(client).answers == 7

    def test_nothing_of_an_image_or_its_name_is_stored(self, tmp_path: Path):
        content = noise(8)
        with RunningServer(wait=True, **environment(tmp_path)) as server, server.client() as client:
            send(client, content)
            wait_until(client, 1)
        files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        kept = b"".join(path.read_bytes() for path in files)
        with Image.open(BytesIO(content)) as image:
            pixels = image.tobytes()
        for secret in (NAME.encode(), content[-200:-20], pixels[:16], hashlib.sha256(content).digest()):
            assert secret not in kept
        with sqlite3.connect(tmp_path / "data" / "service.db") as database:
            (state,) = database.execute("SELECT state FROM drift_states WHERE answers = 1").fetchone()
        with np.load(BytesIO(state)) as arrays:
            # The state contains bin counts, the bets' wealth, and 39 numbers from this answer.
            assert arrays["window"].shape == (1, 39)
            assert set(arrays.files) == {"counts", "log_bets", "log_best", "answers", "window"}

    def test_a_reference_of_other_weights_stops_the_start(self, tmp_path: Path):
        models = tmp_path / "models"
        models.mkdir()
        for path in (SAMPLES_DIR.parent / "models").iterdir():
            if path.name != "cnn_drift.npz":
                (models / path.name).symlink_to(path)
        (models / "cnn_drift.npz").symlink_to(SAMPLES_DIR.parent / "models" / "xception_drift.npz")
        with pytest.raises(RuntimeError, match="belongs to other weights than"):
            RunningServer(wait=True, MODELS_DIR=str(models), **environment(tmp_path)).__enter__()


class TestWebhookAddresses:
    @pytest.mark.parametrize(
        "host",
        [
            "localhost",
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[fd00::1]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "2130706433",
        ],
    )
    def test_a_private_address_is_rejected(self, host: str):
        with pytest.raises(WebhookError, match="DRIFT_WEBHOOK_LOCAL"):
            Webhook(f"http://{host}:9/", SECRET, local=False).send("x", b"{}")

    def test_a_name_with_a_private_address_is_rejected(self, monkeypatch: pytest.MonkeyPatch):
        both = [(2, 1, 6, "", (address, 80)) for address in ("93.184.215.14", "127.0.0.1")]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: both)
        with pytest.raises(WebhookError, match="DRIFT_WEBHOOK_LOCAL"):
            Webhook("http://example.org/", SECRET, local=False).send("x", b"{}")

    def test_a_refused_connection_is_an_error(self):
        with pytest.raises(WebhookError, match="cannot be reached"):
            Webhook("http://127.0.0.1:9/", SECRET, local=True).send("x", b"{}")


class TestWithAccounts:
    def test_only_administrators_see_it(self, tmp_path: Path):
        with People(tmp_path, None, DRIFT="on") as people:
            people.server.wait_for("/health/ready")
            assert httpx.get(people.server.url + DRIFT).status_code == 401
            with people.signed_in(people.person()) as reader:
                assert reader.get(DRIFT).status_code == 403
            with people.signed_in(people.person(admin=True)) as admin:
                assert admin.get(DRIFT).status_code == 200
                assert admin.delete(DRIFT).status_code == 204
