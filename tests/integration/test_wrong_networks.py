"""A network that computes wrongly although all its files are those that were written."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from app.config.choices import Switch
from app.config.settings import PROJECT_DIR, Settings
from app.container import build
from app.services.monitoring import model_watch
from app.services.network.engines import Outputs
from app.services.network.weights import file_sha256
from tests.conftest import SAMPLES_DIR
from tests.support.models import models_of_cnn
from tests.support.server import RunningServer

SCAN = SAMPLES_DIR / "Te-me_0016.jpg"


def test_a_network_that_computes_wrongly_makes_no_predictions(tmp_path: Path):
    models = models_of_cnn(tmp_path / "models")
    constants, record = models / "cnn_model.openvino.bin", models / "cnn_model.openvino.json"
    content = bytearray(constants.read_bytes())
    content[2_000_000:2_100_000] = bytes(100_000)
    constants.write_bytes(content)
    record.write_text(json.dumps(json.loads(record.read_text()) | {"bin_sha256": file_sha256(constants)}))

    with RunningServer(wait=False, MODELS_DIR=str(models), LOG_FORMAT="json") as server:
        server.wait_for("/health/live")
        while "network_computes_wrongly" not in server.log:
            assert server.process.poll() is None
            time.sleep(0.1)
        ready = httpx.get(server.url + "/health/ready")
        answer = httpx.post(server.url + "/api/v1/predictions", files={"file": SCAN.read_bytes()})
        assert {ready.status_code, answer.status_code} == {503}
        assert "The network of cnn computes wrongly" in ready.json()["detail"]
        assert '"event": "ready"' not in server.log
    command = subprocess.run(
        [sys.executable, "-m", "app", "predict", SCAN],
        env={"MODELS_DIR": str(models)},
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
    )
    assert command.returncode == 1
    assert "The network of cnn computes wrongly" in command.stderr


def test_a_network_that_begins_to_compute_wrongly_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model_watch, "_CHECK_EVERY_S", 0.05)
    monkeypatch.setattr(model_watch, "_REPORT_EVERY_S", 0.05)
    settings = Settings(
        models_dir=models_of_cnn(tmp_path / "models"), uploads_dir=tmp_path / "uploads", metrics=Switch.ON
    )
    container = build(settings)
    registry = container.services.registry

    async def until(ready: bool) -> None:
        async with asyncio.timeout(60):
            while registry.ready is not ready:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def run() -> None:
        async with container.running():
            await until(True)
            await asyncio.sleep(0.5)
            assert registry.ready
            classifier = registry.predictor(None).classifier
            right = classifier._engine

            def wrong(scan: object) -> Outputs:
                logits, feature_map, features = right(scan)  # type: ignore[arg-type]
                return logits[:, ::-1], feature_map, features

            wrong.ready = True  # type: ignore[attr-defined]
            monkeypatch.setattr(classifier, "_engine", wrong)
            await until(False)
            # A fault that comes and goes is not trusted either.
            monkeypatch.setattr(classifier, "_engine", right)
            await asyncio.sleep(0.5)
            assert not registry.ready

    asyncio.run(run())
    assert container.metrics
    page = container.metrics.page().decode()
    assert 'btc_model_wrong{model="cnn"} 1.0' in page
    assert "btc_models_ready 0.0" in page
