"""The service in several processes, with one process that computes for all of them."""

import os
import signal
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pytest
import tritonclient.grpc as triton

from app.services.inference.predictor import Predictor
from tests.support.processes import computes, descendants
from tests.support.prometheus_server import read_page, total
from tests.support.server import RunningWorkers, free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc shows the processes")


def test_one_process_computes_for_all_and_is_started_again(predictor: Predictor, sample: bytes, tmp_path: Path):
    running = RunningWorkers(
        PRECISION="f32",
        LOG_FORMAT="json",
        METRICS="on",
        PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "metrics"),
        GRPC_PORT=str(free_port()),
    )
    with running as service, service.client() as client:
        prediction = client.post("/api/v1/predictions", files={"file": sample}).json()
        expected = predictor.predict(BytesIO(sample)).probabilities
        assert [each["probability"] for each in prediction["probabilities"]] == expected.tolist()
        # The processes share the port for gRPC; each connection stays with one.
        for _ in range(4):
            with triton.InferenceServerClient(f"127.0.0.1:{service.grpc_port}") as caller:
                image = triton.InferInput("image", [1], "BYTES")
                image.set_data_from_numpy(np.array([sample], np.object_))
                found = caller.infer("xception", [image]).as_numpy("probabilities")
            assert found.tolist() == [expected.astype(np.float32).tolist()]

        [engine] = engines_of(service)
        assert models_ready(client) == 1
        os.kill(engine, signal.SIGKILL)
        until_true(lambda: models_ready(client) == 0)
        statuses = until(lambda: client.post("/api/v1/predictions", files={"file": sample}))
        assert set(statuses) <= {200, 503}
        assert until(lambda: client.get("/health/ready"))[-1] == 200
        until_true(lambda: models_ready(client) == 1)
        again = client.post("/api/v1/predictions", files={"file": sample}).json()
        assert again["probabilities"] == prediction["probabilities"]
        assert engines_of(service) != [engine]
        assert '"event": "engine_process_ended"' in service.log

        os.kill(service.process.pid, signal.SIGHUP)
        until_true(lambda: service.log.count('"event": "models_changed"') == 2)
        assert len(engines_of(service)) == 1
        assert service.stop() == 0


def test_no_process_survives_the_parent():
    with RunningWorkers(LOG_FORMAT="json") as service:
        processes = descendants(service.process.pid)
        assert len(engines_of(service)) == 1
        service.process.kill()
        service.process.wait()
        until_true(lambda: not any(Path(f"/proc/{process}").exists() for process in processes))


def models_ready(client: httpx.Client) -> float:
    return total(read_page(client.get("/metrics").text), "btc_models_ready")


def engines_of(service: RunningWorkers) -> list[int]:
    return [process for process in descendants(service.process.pid) if computes(process)]


def until(ask: Callable[[], httpx.Response]) -> list[int]:
    """Ask until the answer is 200; returns all statuses. Another status than 503 with Retry-After is an error."""
    statuses: list[int] = []

    def ok() -> bool:
        answer = ask()
        statuses.append(answer.status_code)
        if answer.status_code != 200:
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:problem:model-not-ready")
            assert int(answer.headers["retry-after"]) > 0
        return answer.status_code == 200

    until_true(ok)
    return statuses


def until_true(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
