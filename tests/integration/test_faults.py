"""Outside parts that fail under a running service. `tests/faults.py` lists every fault with its tests."""

import resource
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from app.config.folders import claim
from tests.conftest import SAMPLES_DIR
from tests.support.databases import PostgresServer, postgres_binaries
from tests.support.images import copies
from tests.support.models import models_of_cnn
from tests.support.server import RunningServer

PREDICTIONS, HISTORY, LIVE, READY = "/api/v1/predictions", "/api/v1/history", "/health/live", "/health/ready"
COPIES = copies((SAMPLES_DIR / "Te-me_0016.jpg").read_bytes())
STRACE = shutil.which("strace")
# Larger files than this are stored on disk while they are read.
PADDING = bytes(400_000)


def predict(client: httpx.Client, padding: bytes = b"") -> httpx.Response:
    """Classify a scan that was not sent before; viewers ignore the padding after its end."""
    return client.post(PREDICTIONS, params={"heatmap": "false"}, files={"file": next(COPIES) + padding})


def refused(response: httpx.Response, problem: str) -> bool:
    return (
        response.status_code == 503
        and response.json()["type"] == f"urn:problem:{problem}"
        and int(response.headers["retry-after"]) > 0
    )


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A server that a test may stop."""
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: `make servers` adds it")
    with PostgresServer(binaries) as running:
        yield running


@pytest.fixture(scope="module")
def url(postgres: PostgresServer) -> str:
    return postgres.new_database()


@pytest.fixture(scope="module")
def storing(url: str) -> Iterator[RunningServer]:
    """A service that stores predictions in PostgreSQL."""
    with RunningServer(HISTORY="on", DATABASE_URL=url, LOG_FORMAT="json") as running:
        yield running


@pytest.fixture
def client(storing: RunningServer) -> Iterator[httpx.Client]:
    with storing.client() as client:
        yield client
        assert predict(client).status_code == 200
    assert '"status": 500' not in storing.log, storing.log


def test_a_database_that_crashes_and_returns(client: httpx.Client, postgres: PostgresServer, storing: RunningServer):
    before = predict(client).json()["id"]
    assert client.get(READY).json() == {"status": "ready", "database": "available"}
    postgres.stop()
    assert refused(predict(client), "database-unavailable")
    assert refused(client.get(HISTORY), "database-unavailable")
    assert "database_failed" in storing.log
    assert {client.get(path).status_code for path in (LIVE, "/api/v1/models", "/")} == {200}
    # Every prediction is stored, so a load balancer has nothing to send here.
    wait_until(lambda: refused(client.get(READY), "database-unavailable"))
    postgres.start()
    wait_until(lambda: client.get(READY).status_code == 200)
    after = predict(client).json()["id"]
    assert [record["id"] for record in client.get(HISTORY).json()["records"]] == [after, before]


def test_without_the_database_of_drift_monitoring_a_service_is_ready_and_says_so(tmp_path: Path):
    file, moved = tmp_path / "service.db", tmp_path / "moved.db"
    models = str(models_of_cnn(tmp_path / "models"))
    with RunningServer(DRIFT="on", DATA_DIR=str(tmp_path), MODELS_DIR=models) as server, server.client() as client:
        for now, then, state in ((file, moved, "unavailable"), (moved, file, "available")):
            now.rename(then)
            wait_until(lambda: client.get(READY).json() == {"status": "ready", "database": state})  # noqa: B023
            assert predict(client).status_code == 200


def test_a_slow_database_delays_only_requests_that_need_it(client: httpx.Client, url: str, storing: RunningServer):
    answers: list[httpx.Response] = []
    with psycopg.connect(url) as holder:
        holder.execute("LOCK TABLE records IN ACCESS EXCLUSIVE MODE")
        waiting = threading.Thread(target=lambda: answers.append(predict(client)))
        waiting.start()
        time.sleep(1)
        assert answers == []
        assert httpx.get(storing.url + LIVE, timeout=1).status_code == 200
    waiting.join()
    assert answers[0].status_code == 200


def test_without_the_folder_for_uploads_small_scans_are_still_classified(client: httpx.Client, storing: RunningServer):
    shutil.rmtree(storing.uploads)
    assert refused(predict(client, PADDING), "storage-unavailable")
    assert predict(client).status_code == 200
    claim(storing.uploads, "UPLOADS_DIR")
    assert predict(client, PADDING).status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can set limits of another process")
def test_without_file_descriptors_open_connections_are_answered(client: httpx.Client, storing: RunningServer):
    assert predict(client).status_code == 200
    process, limit = storing.process.pid, resource.RLIMIT_NOFILE
    before = resource.prlimit(process, limit)
    in_use = {int(entry.name) for entry in Path(f"/proc/{process}/fd").iterdir()}
    resource.prlimit(process, limit, (min(set(range(len(in_use) + 1)) - in_use), before[1]))
    try:
        assert refused(predict(client, PADDING), "storage-unavailable")
        assert predict(client).status_code == 200
        with pytest.raises(httpx.TransportError):
            httpx.get(storing.url + LIVE, timeout=1)
    finally:
        resource.prlimit(process, limit, before)
    storing.wait_for(LIVE)


@pytest.mark.skipif(STRACE is None, reason="needs strace: make servers")
def test_a_slow_disk_delays_only_requests_that_store_something(tmp_path: Path):
    """Every write to the disk takes 0.3 s longer."""
    assert STRACE
    calls = "fsync,fdatasync"
    # With -D the server, not the tracer, is the process that is started.
    slow = [STRACE, "-D", "--follow-forks", "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={calls}"]
    slow += ["-e", f"inject={calls}:delay_enter=300000"]
    with RunningServer(under=slow, HISTORY="on", DATA_DIR=str(tmp_path)) as server, server.client() as client:
        answers: list[float] = []

        def store() -> None:
            started = time.monotonic()
            assert predict(client).status_code == 200
            answers.append(time.monotonic() - started)

        storing = threading.Thread(target=store)
        storing.start()
        while storing.is_alive():
            assert httpx.get(server.url + LIVE, timeout=0.4).status_code == 200
        assert answers[0] > 0.3
