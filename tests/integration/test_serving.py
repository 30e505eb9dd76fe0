"""The server under stress: a full queue, disconnects, a full disk, signals, wrong settings."""

import asyncio
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from app.config.folders import claim, entries_of
from app.config.settings import PROJECT_DIR
from tests.conftest import MODEL_FILE, SAMPLES_DIR
from tests.support.bombs import jpeg_scans
from tests.support.gemini_server import GeminiServer
from tests.support.images import encode, png16, tiff
from tests.support.server import RunningServer, free_port

URL = "/api/v1/predictions"
SCAN = (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()
FILES = {"file": ("scan.jpg", SCAN)}


def post_all(server: RunningServer, count: int, scan: bytes = SCAN, **query: str) -> list[httpx.Response]:
    """Send `count` requests at the same time."""
    files = {"file": ("scan.jpg", scan)}

    async def run() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=count)
        async with httpx.AsyncClient(base_url=server.url, timeout=120, limits=limits) as client:
            return await asyncio.gather(*(client.post(URL, files=files, params=query) for _ in range(count)))

    return asyncio.run(run())


def begin_upload(server: RunningServer, announced: int = 100_000) -> socket.socket:
    """Connect a client that announces a body, sends the first part, and then nothing."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(
        f"POST {URL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {announced}\r\n\r\n--b\r\n".encode()
    )
    return connection


def wait_until(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def children_of(server: RunningServer) -> list[int]:
    """The processes that decode for a server."""
    lists = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    pids = [int(pid) for each in lists for pid in each.read_text().split()]
    # A process that has only just been forked is still the server, with its memory.
    return [pid for pid in pids if b"app.services.imaging.decoding" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def memory_of(server: RunningServer) -> int:
    """Bytes that a server and the processes that decode for it have in memory; what they share counts once."""
    total = 0
    with suppress(OSError, IndexError):  # one has ended
        for pid in (server.process.pid, *children_of(server)):
            total += 1024 * int(Path(f"/proc/{pid}/smaps_rollup").read_text().partition("\nPss:")[2].split()[0])
    return total


class TestStart:
    def test_the_server_listens_while_the_model_loads(self):
        with RunningServer(wait=False) as server:
            server.wait_for("/health/live")
            ready = httpx.get(server.url + "/health/ready")
            refused = httpx.post(server.url + URL, files=FILES)
            models = httpx.get(server.url + "/api/v1/models")
            for response in (ready, refused):
                assert response.status_code == 503
                assert response.json()["type"] == "urn:problem:model-not-ready"
                assert int(response.headers["retry-after"]) > 0
            assert models.status_code == 200
            server.wait_for("/health/ready")
            assert httpx.post(server.url + URL, files=FILES, timeout=30).status_code == 200

    def test_files_of_a_killed_process_are_deleted(self, tmp_path: Path):
        uploads = tmp_path / "uploads"
        claim(uploads, "UPLOADS_DIR")
        (uploads / "left-over").write_bytes(SCAN)
        (uploads / "tmp0815").mkdir()
        (uploads / "tmp0815" / "left-over").write_bytes(SCAN)
        with RunningServer(wait=False, UPLOADS_DIR=str(uploads)) as server:
            server.wait_for("/health/live")
            assert entries_of(uploads) == []

    @pytest.mark.parametrize(
        "more", [{"UPLOADS_DIR": "."}, {"PROMETHEUS_MULTIPROC_DIR": ".", "METRICS": "on"}], ids=str
    )
    def test_a_folder_of_others_is_not_emptied(self, tmp_path: Path, more: dict[str, str]):
        for name in ("scan.jpg", "table.db", "1.db"):
            (tmp_path / name).write_bytes(SCAN)
        before = sorted(tmp_path.iterdir())
        ended = self.run(
            ["-m", "app", "serve"], {name: value.replace(".", str(tmp_path)) for name, value in more.items()}
        )
        assert ended.returncode == 1
        assert re.fullmatch(rf"error: {next(iter(more))}=.*is not its own.* new or an empty folder.*\n", ended.stderr)
        assert sorted(tmp_path.iterdir()) == before

    @pytest.mark.parametrize(
        "command", [["-m", "app", "serve"], ["-m", "uvicorn", "app.main:app"]], ids=["app", "uvicorn"]
    )
    @pytest.mark.parametrize(
        ("environment", "words"),
        [
            ({"PORT": "eighty"}, "PORT='eighty'"),
            ({"MODELS_DIR": "/nowhere"}, "there is no model in /nowhere"),
            ({"SAMPLES_DIR": "/nowhere"}, "sample images /nowhere does not exist"),
            ({"UPLOADS_DIR": "/proc/nowhere"}, "uploads /proc/nowhere cannot be used"),
            ({"HOST": "0.0.0.0"}, "AUTH=off with HOST=0.0.0.0"),
            ({"AUTH": "on", "DATA_DIR": "/proc/nowhere"}, "data folder /proc/nowhere cannot be created"),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_a_wrong_setting_stops_the_start_with_one_line(self, command, environment, words):
        ended = self.run(command, environment)
        assert ended.returncode == 1
        assert ended.stderr.startswith("error: ")
        assert words in ended.stderr
        assert ended.stderr.count("\n") == 1

    @pytest.mark.parametrize(
        ("environment", "words"),
        [
            ({}, ["PORT=", "another program already listens", "0 chooses a free one"]),
            ({"GRPC_PORT": "{taken}", "PORT": "0"}, ["GRPC_PORT=", "another program already listens"]),
            ({"HOST": "192.0.2.1"}, ["HOST=192.0.2.1", "no such address", "127.0.0.1"]),
            ({"HOST": "nowhere.invalid"}, ["HOST=nowhere.invalid", "no such address"]),
        ],
        ids=lambda value: next(iter(value), "PORT") if isinstance(value, dict) else "",
    )
    def test_an_address_that_cannot_be_used_stops_the_start_before_the_model_loads(self, environment, words):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            environment = {name: value.format(taken=port) for name, value in environment.items()}
            environment = {"PORT": port, "LOG_FORMAT": "json", **environment}
            ended = self.run(["-m", "app", "serve"], environment)
        assert ended.returncode == 1
        [line] = ended.stderr.splitlines()
        entry = json.loads(line)
        assert entry["event"] == "start_failed"
        assert all(word in entry["reason"] for word in words)

    def test_a_worker_that_cannot_start_stops_the_others(self, tmp_path: Path):
        for name in (MODEL_FILE.name, "xception_model.weights.h5", "xception_heads.npz"):
            shutil.copy(MODEL_FILE.parent / name, tmp_path)
        environment = {"MODELS_DIR": str(tmp_path), "WORKERS": "2", "LOG_LEVEL": "error", "LOG_FORMAT": "json"}
        ended = self.run(["-m", "app", "serve"], environment)
        assert ended.returncode == 1
        reasons = [json.loads(line).get("reason", "") for line in ended.stderr.splitlines()]
        assert "python -m app export" in reasons[0]
        assert "a worker process could not start" in reasons[-1]

    def test_weights_of_another_network_stop_the_server_with_one_line(self, tmp_path: Path):
        """The service detects this only while it loads the model, after it has started to listen."""
        shutil.copy(MODEL_FILE, tmp_path)
        (tmp_path / "xception_model.weights.h5").write_bytes(b"\x89HDF\r\n\x1a\n and no more")
        ended = self.run(
            ["-m", "app", "serve"], {"MODELS_DIR": str(tmp_path), "LOG_LEVEL": "error", "ENGINE": "tensorflow"}
        )
        assert ended.returncode == 1
        [line] = [line for line in ended.stderr.splitlines() if line.startswith("error: ")]
        assert "does not hold the weights of xception" in line
        assert "git checkout models/" in line
        assert "Traceback" not in ended.stderr

    def test_weights_without_their_graph_stop_the_server_with_the_command_to_run(self, tmp_path: Path):
        for name in (MODEL_FILE.name, "xception_model.weights.h5", "xception_heads.npz"):
            shutil.copy(MODEL_FILE.parent / name, tmp_path)
        ended = self.run(["-m", "app", "serve"], {"MODELS_DIR": str(tmp_path), "LOG_LEVEL": "error"})
        assert ended.returncode == 1
        [line] = [line for line in ended.stderr.splitlines() if line.startswith("error: ")]
        assert f"Make it with `MODELS_DIR={tmp_path} python -m app export`" in line

    def run(self, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            env={**os.environ, "PORT": str(free_port()), **environment},
            cwd=PROJECT_DIR,
            capture_output=True,
            text=True,
            timeout=120,
        )


class TestFull:
    def test_64_clients_and_a_queue_of_8(self, tmp_path: Path):
        with RunningServer(QUEUE_SIZE="8", UPLOADS_DIR=str(tmp_path)) as server:
            responses = post_all(server, 64)
            statuses = Counter(response.status_code for response in responses)
            assert set(statuses) == {200, 503}
            assert statuses[200] >= 10
            for response in responses:
                if response.status_code == 503:
                    assert response.json()["type"] == "urn:problem:queue-full"
                    assert int(response.headers["retry-after"]) >= 1
                else:
                    assert response.json()["prediction"]["class"] == "meningioma"
            assert all(response.status_code == 200 for response in post_all(server, 10))
            assert entries_of(tmp_path) == []


@pytest.fixture(scope="module")
def narrow():
    """A server with two slots, little disk space, and no API docs."""
    with RunningServer(QUEUE_SIZE="0", API_DOCS="false", LOG_FORMAT="json") as server:
        yield server


class TestMemory:
    def test_two_of_the_largest_accepted_images_fit_into_900_mb(self):
        def ramp(side: int) -> np.ndarray:
            return np.add.outer(np.arange(side), np.arange(side)).astype(np.uint16)

        gray = Image.fromarray(ramp(4000).astype(np.uint8))
        pictures = [
            encode(Image.merge("LA", (gray, gray)), "PNG", compress_level=1),
            png16(np.repeat(ramp(2720)[..., None], 4, axis=2)),
            tiff(np.repeat(ramp(2930)[..., None], 4, axis=2), deflate=True, planar=True),
            tiff(np.repeat(ramp(2070)[..., None].astype(np.float32), 3, axis=2), deflate=True, predictor=3),
            encode(Image.merge("RGBA", [gray.resize((3220, 3220))] * 4), "WebP", lossless=True, quality=0, method=0),
        ]
        with RunningServer(MAX_MEGAPIXELS="16") as server:
            peaks = []
            for small in pictures:
                picture = small.ljust(9_990_000, b"\0")
                answers: list[httpx.Response] = []
                sending = threading.Thread(target=lambda: answers.extend(post_all(server, 2, picture)))  # noqa: B023
                sending.start()
                used = [memory_of(server)]
                while sending.is_alive():
                    time.sleep(0.02)
                    used.append(memory_of(server))
                assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
                peaks.append(max(used))
            assert max(peaks) < 900e6, peaks


@pytest.mark.skipif(sys.platform != "linux", reason="/proc shows the processes")
class TestDecoding:
    def test_a_slow_file_is_rejected_and_delays_no_other_client(self):
        slow = jpeg_scans() + bytes(5_000_000)
        with RunningServer() as server:
            answers: list[httpx.Response] = []
            sending = threading.Thread(target=lambda: answers.extend(post_all(server, 1, slow)))
            sending.start()
            time.sleep(0.5)
            assert httpx.post(server.url + URL, files=FILES, timeout=30).status_code == 200
            assert answers == []
            sending.join()
            [rejected] = answers
            assert rejected.status_code == 400
            assert rejected.json()["type"] == "urn:problem:unreadable-image"
            assert rejected.json()["limit"] == pytest.approx(4.8)
            assert "The JPEG file takes too long to decode" in rejected.json()["detail"]
            assert httpx.post(server.url + URL, files=FILES, timeout=30).status_code == 200
            processes = children_of(server)
            assert len(processes) == 1
            assert server.stop() == 0
            assert not any(Path(f"/proc/{pid}").exists() for pid in processes)

    def test_no_process_remains_after_a_killed_service(self):
        with RunningServer() as server:
            processes = children_of(server)
            server.process.kill()
            wait_until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in processes))


class TestClients:
    def is_full(self, server: RunningServer) -> bool:
        return httpx.post(server.url + URL, files=FILES, timeout=30).status_code == 503

    def test_a_disconnect_while_sending_is_noticed(self, narrow):
        begin_upload(narrow).close()
        wait_until(lambda: '"status": 499' in narrow.log)

    def test_a_disconnect_while_waiting_frees_the_slot(self, narrow):
        """Each client sends a batch that takes seconds, and disconnects."""
        files = [("files", ("scan", SCAN))] * 16
        request = httpx.Request("POST", narrow.url + "/api/v1/predictions/batch", files=files)
        head = "\r\n".join([f"POST {request.url.path} HTTP/1.1", *(f"{k}: {v}" for k, v in request.headers.items())])
        before = narrow.log.count('"status": 499')
        for _ in range(2):
            connection = socket.create_connection(("127.0.0.1", narrow.port))
            connection.sendall(f"{head}\r\n\r\n".encode() + request.read())
            time.sleep(0.2)
            connection.close()
        wait_until(lambda: narrow.log.count('"status": 499') == before + 2)
        wait_until(lambda: not self.is_full(narrow))

    def test_a_disconnect_during_the_response_affects_no_other_client(self, narrow):
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", narrow.port)) as connection:
                connection.sendall(b"GET /api/v1/samples/Te-me_0018.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert httpx.get(narrow.url + "/health/ready").status_code == 200

    def test_files_in_flight_have_no_name_on_disk(self, narrow):
        connection = begin_upload(narrow, announced=3_000_000)
        connection.sendall(
            b'Content-Disposition: form-data; name="file"; filename="patient.jpg"\r\n\r\n' + bytes(2_000_000)
        )
        time.sleep(0.5)
        assert entries_of(narrow.uploads) == []
        connection.close()

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux can set limits of another process")
    def test_a_full_disk_is_answered_with_503_and_affects_no_other_client(self, narrow):
        # A limit on file sizes has the same effect on a process as a full disk.
        resource.prlimit(narrow.process.pid, resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
        response = httpx.post(narrow.url + URL, files={"file": ("scan", bytes(5_000_000))}, timeout=30)
        assert response.status_code == 503
        assert response.json()["type"] == "urn:problem:storage-full"
        assert entries_of(narrow.uploads) == []
        assert httpx.post(narrow.url + URL, files=FILES, timeout=30).status_code == 200
        resource.prlimit(narrow.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

    def test_the_api_docs_can_be_turned_off(self, narrow):
        for path in ("/docs", "/redoc", "/openapi.json", "/static/docs/swagger-ui.css"):
            assert httpx.get(narrow.url + path).status_code == 404


class TestStop:
    def test_a_request_in_flight_is_finished(self, tmp_path: Path):
        with RunningServer(UPLOADS_DIR=str(tmp_path), LOG_FORMAT="json") as server:
            responses: list[httpx.Response] = []
            load = threading.Thread(target=lambda: responses.extend(post_all(server, 12)))
            load.start()
            wait_until(lambda: server.log.count('"route": "/api/v1/predictions"') >= 2)
            assert server.stop() == 0
            load.join()
            assert [response.status_code for response in responses] == [200] * 12
            assert entries_of(tmp_path) == []
            with pytest.raises(httpx.ConnectError):
                httpx.get(server.url)

    def test_sigterm_while_the_model_loads_ends_the_server(self):
        with RunningServer(wait=False) as server:
            server.wait_for("/health/live")
            assert server.stop() == 0

    def test_ctrl_c_ends_the_server(self):
        with RunningServer(wait=False) as server:
            server.wait_for("/health/live")
            server.process.send_signal(signal.SIGINT)
            assert server.process.wait(60) in (0, 130)
            assert "Traceback" not in server.log


class TestGemini:
    def test_gemini_is_called_only_on_request_and_delays_no_other_client(self):
        with (
            GeminiServer() as gemini,
            RunningServer(
                GEMINI_API_KEY="secret-key-51c",
                GEMINI_BASE_URL=gemini.url,
                GEMINI_TIMEOUT_S="60",
                QUEUE_SIZE="0",
                LOG_LEVEL="debug",
            ) as server,
        ):
            plain = httpx.post(server.url + URL, files=FILES, timeout=30).json()
            assert plain["explanation"]["source"] == "built-in"
            assert gemini.requests == []

            gemini.gate.clear()
            explained: list[httpx.Response] = []
            asking = [
                threading.Thread(target=lambda: explained.extend(post_all(server, 1, explain="true"))) for _ in range(4)
            ]
            for number, thread in enumerate(asking):
                thread.start()
                wait_until(lambda number=number: len(gemini.requests) > number)
            # Four requests wait for Gemini, more than there are slots; a fifth is computed meanwhile.
            assert httpx.post(server.url + URL, files=FILES, timeout=30).status_code == 200
            assert explained == []
            gemini.gate.set()
            for thread in asking:
                thread.join()
            assert [answer.json()["explanation"]["source"] for answer in explained] == ["gemini"] * 4
            assert explained[0].json()["explanation"]["model"] == "gemini-3.5-flash-lite"

            batch = httpx.post(
                server.url + "/api/v1/predictions/batch",
                files=[("files", ("a", SCAN)), ("files", ("b", SCAN))],
                params={"explain": "true"},
                timeout=60,
            ).json()
            assert [result["prediction"]["explanation"]["source"] for result in batch["results"]] == ["gemini"] * 2
            assert "secret-key-51c" not in server.log
            assert json.dumps(SCAN[:100].hex()) not in server.log
