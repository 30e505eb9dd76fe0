"""No answered prediction is lost: after `kill -9`, with two processes, or on a full disk.

`KILLS=20 pytest tests/integration/test_durability.py` kills the server twenty times.
"""

import base64
import os
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from app.config.settings import Settings
from app.services.database.database import Database
from app.services.history.records import open_records
from tests.conftest import SAMPLES_DIR
from tests.support.images import copies
from tests.support.server import RunningServer

KILLS = int(os.environ.get("KILLS", "2"))
PREDICTIONS = "/api/v1/predictions"
COPIES = copies((SAMPLES_DIR / "Te-me_0016.jpg").read_bytes())
HISTORY = "/api/v1/history"
CLIENTS = 8
KEY = base64.b64encode(os.urandom(32)).decode()


def keeping(data: Path, uploads: Path) -> RunningServer:
    """A server that stores predictions and pictures, with the network that answers more requests in a second."""
    return RunningServer(
        DEFAULT_MODEL="cnn",
        HISTORY="on",
        KEEP_IMAGES="on",
        ENCRYPTION_KEYS=KEY,
        DATA_DIR=str(data),
        UPLOADS_DIR=str(uploads),
        LOG_FORMAT="json",
    )


def predict(client: httpx.Client) -> httpx.Response:
    """Classify a scan that was not sent before."""
    return client.post(PREDICTIONS, params={"heatmap": "false"}, files={"file": next(COPIES)})


class Load:
    """Clients that send requests in a loop and remember the responses, for the length of a `with` block."""

    def __init__(self, *servers: RunningServer) -> None:
        self.acknowledged: list[str] = []
        self._ending = threading.Event()
        self._enough = threading.Condition()
        self._clients = [
            threading.Thread(target=self._ask, args=(servers[number % len(servers)].url,)) for number in range(CLIENTS)
        ]

    def __enter__(self) -> "Load":
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for client in self._clients:
            client.join()

    def wait_for(self, count: int) -> None:
        with self._enough:
            assert self._enough.wait_for(lambda: len(self.acknowledged) >= count, timeout=120)

    def _ask(self, url: str) -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while not self._ending.is_set():
                try:
                    answer = predict(client)
                except httpx.TransportError:
                    return  # it was killed
                if answer.status_code == 200:
                    with self._enough:
                        self.acknowledged.append(answer.json()["id"])
                        self._enough.notify_all()


def in_database(data: Path) -> Counter[str]:
    """The ids of the records, after SQLite's integrity check."""
    with closing(sqlite3.connect(data / "service.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return Counter(
            hyphenated for (hyphenated,) in connection.execute("SELECT json_extract(body, '$.id') FROM records")
        )


def check_pictures(data: Path) -> None:
    """After a sweep, every record has its picture and every picture its record."""
    settings = Settings(data_dir=data)
    database = Database.open(settings)
    assert open_records(settings, database).sweep(timedelta(0)).missing == 0
    database.close()
    with closing(sqlite3.connect(data / "service.db")) as connection:
        named = {name for (name,) in connection.execute("SELECT picture FROM records")}
    assert {path.name for path in (data / "images").rglob("*") if path.is_file()} == named


def test_no_record_is_lost_when_killed_under_load(tmp_path: Path):
    data, acknowledged = tmp_path / "data", list[str]()
    for round_ in range(KILLS):
        with keeping(data, tmp_path / "uploads") as server, Load(server) as load:
            # Each time after a different delay.
            load.wait_for(20 + 7 * round_)
            server.process.kill()
        acknowledged += load.acknowledged
        kept = in_database(data)
        assert set(kept.values()) == {1}
        assert set(acknowledged) <= set(kept)
    check_pictures(data)
    assert set(acknowledged) <= set(in_database(data))


def test_two_processes_share_one_history(tmp_path: Path):
    data = tmp_path / "data"
    with keeping(data, tmp_path / "1") as first, keeping(data, tmp_path / "2") as second:
        with Load(first, second) as load:
            load.wait_for(60)
        kept = in_database(data)
        assert set(kept.values()) == {1}
        assert set(load.acknowledged) == set(kept)
        # One process finds and deletes the records of the other.
        for record in load.acknowledged[:4]:
            assert httpx.get(f"{first.url}{HISTORY}/{record}").status_code == 200
            assert httpx.delete(f"{second.url}{HISTORY}/{record}").status_code == 204
            assert httpx.get(f"{first.url}{HISTORY}/{record}").status_code == 404
    check_pictures(data)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("only root on Linux can mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_loses_no_record(small_disk: Path, tmp_path: Path):
    with ExitStack() as stack:
        server = stack.enter_context(keeping(small_disk / "data", tmp_path / "uploads"))
        client = stack.enter_context(server.client())
        acknowledged = []
        while (answer := predict(client)).status_code == 200:
            acknowledged.append(answer.json()["id"])
            assert len(acknowledged) < 1000
        assert len(acknowledged) > 5
        for refused in (answer, predict(client)):
            assert refused.status_code == 503
            assert refused.json()["type"] in ("urn:problem:storage-full", "urn:problem:database-unavailable")
            assert int(refused.headers["retry-after"]) > 0
        # Reading still works.
        assert client.get(HISTORY).status_code == 200

        subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
        answer = predict(client)
        assert answer.status_code == 200
        acknowledged.append(answer.json()["id"])
    assert in_database(small_disk / "data") == Counter(acknowledged)
    check_pictures(small_disk / "data")
