"""Storage in a folder on a real disk and in a bucket of a real S3 server."""

import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import AnyHttpUrl, SecretStr

from app.config.settings import PROJECT_DIR, ConfigurationError, Settings
from app.models.problems import StorageFull, StorageUnavailable
from app.services.history import storage as storage_module
from app.services.history.storage import SHARDS, Bucket, Folder, ObjectMissing, Storage, Stored, open_storage
from tests.support.local_server import LocalServer, Reply
from tests.support.s3_server import S3Server


class Refusing(LocalServer):
    """Answers every request with a page and a status."""

    def __init__(self, status: int) -> None:
        self._status = status
        super().__init__()

    def reply_to(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        return Reply(self._status, "text/html", b"<html>no space, or no bucket</html>")


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def all_of(storage: Storage) -> list[Stored]:
    return [stored for shard in SHARDS for stored in storage.list(shard)]


def bucket_settings(server: S3Server, **changes: object) -> Settings:
    return Settings(
        s3_bucket=server.bucket,
        s3_endpoint_url=AnyHttpUrl(server.url),
        s3_access_key_id=SecretStr("reader"),
        s3_secret_access_key=SecretStr("secret"),
    ).model_copy(update=changes)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    if request.param == "folder":
        opened = open_storage(Settings(data_dir=tmp_path))
        assert isinstance(opened, Folder)
    else:
        opened = open_storage(bucket_settings(request.getfixturevalue("s3")))
        assert isinstance(opened, Bucket)
    yield opened
    for stored in all_of(opened):
        opened.delete(stored.name)


class TestBoth:
    def test_a_stored_object_is_returned(self, storage: Storage):
        for content in (b"", b"scan", os.urandom(3_000_000)):
            storage.put(name_of(content), content)
            assert storage.get(name_of(content)) == content

    def test_an_object_stored_twice_exists_once(self, storage: Storage):
        for _ in range(2):
            storage.put(name_of(b"scan"), b"scan")
        assert [stored.name for stored in all_of(storage)] == [name_of(b"scan")]

    def test_a_deleted_object_is_missing(self, storage: Storage):
        name = name_of(b"scan")
        storage.put(name, b"scan")
        for _ in range(2):  # the second time there is nothing to delete
            storage.delete(name)
            with pytest.raises(ObjectMissing):
                storage.get(name)
        assert all_of(storage) == []

    def test_objects_are_listed_with_their_modification_times(self, storage: Storage):
        names = {name_of(str(number).encode()) for number in range(30)}
        for name in names:
            storage.put(name, b"scan")
        stored = all_of(storage)
        assert {entry.name for entry in stored} == names
        for entry in stored:
            assert abs(datetime.now(UTC) - entry.written) < timedelta(minutes=5)

    @pytest.mark.parametrize("name", ["", "scan.jpg", "../" + "a" * 61, "A" * 64, "a" * 64 + "/x", "a" * 64 + "\n"])
    def test_invalid_names_are_rejected(self, storage: Storage, name: str):
        for use in (storage.get, storage.delete, lambda name: storage.put(name, b"")):
            with pytest.raises(ValueError, match="not an object name"):
                use(name)


class TestFolder:
    def test_partial_files_of_a_crash_are_listed_and_deletable(self, tmp_path: Path):
        """Kill a process while it writes."""
        name = name_of(b"scan")
        killed = subprocess.run(
            [
                sys.executable,
                "-c",
                "import os, signal, sys\n"
                "from pathlib import Path\n"
                "from app.services.history.storage import Folder\n"
                "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
                "Folder(Path(sys.argv[1])).put(sys.argv[2], b'scan')",
                str(tmp_path),
                name,
            ],
            cwd=PROJECT_DIR,
            timeout=120,
        )
        assert killed.returncode == -9
        folder = Folder(tmp_path)
        with pytest.raises(ObjectMissing):
            folder.get(name)
        [left] = all_of(folder)
        assert left.name.startswith(f"{name}.")
        folder.delete(left.name)
        assert all_of(folder) == []

    @pytest.mark.skipif(sys.platform != "linux", reason="limits on file sizes are set as on Linux")
    def test_a_full_disk_is_reported_and_leaves_no_partial_file(self, tmp_path: Path):
        folder = Folder(tmp_path)
        folder.put(name_of(b"before"), b"before")
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
        try:
            with pytest.raises(StorageFull, match="the disk is full") as full:
                folder.put(name_of(b"scan"), bytes(2_000_000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert full.value.status == 503
        assert [stored.name for stored in all_of(folder)] == [name_of(b"before")]
        folder.put(name_of(b"scan"), bytes(2_000_000))

    def test_a_missing_folder_is_reported(self, tmp_path: Path):
        folder = Folder(tmp_path / "images")
        (tmp_path / "images").rmdir()
        (tmp_path / "images").write_text("a file in its place")
        with pytest.raises(StorageUnavailable):
            folder.put(name_of(b"scan"), b"scan")

    def test_an_unusable_folder_stops_the_start(self):
        with pytest.raises(ConfigurationError, match="set DATA_DIR"):
            open_storage(Settings(data_dir=Path("/proc/nowhere")))


class TestBucket:
    def test_other_objects_in_the_bucket_are_ignored(self, s3: S3Server):
        httpx.put(f"{s3.url}/{s3.bucket}/notes.txt", content=b"mine").raise_for_status()
        assert all_of(Bucket(bucket_settings(s3))) == []

    @pytest.mark.parametrize("use", ["put", "get", "list"])
    def test_a_missing_bucket_is_reported(self, s3: S3Server, use: str):
        bucket = Bucket(bucket_settings(s3, s3_bucket="nowhere"))
        name = name_of(b"scan")
        actions = {
            "put": lambda: bucket.put(name, b"scan"),
            "get": lambda: bucket.get(name),
            "list": lambda: all_of(bucket),
        }
        with pytest.raises((StorageUnavailable, ObjectMissing)):
            actions[use]()

    def test_an_unreachable_server_is_reported_without_secrets(self):
        with S3Server() as server:
            bucket = Bucket(bucket_settings(server))
            server.stop()
            with pytest.raises(StorageUnavailable, match="Try again later") as away:
                bucket.put(name_of(b"scan"), b"scan")
        assert away.value.status == 503
        assert away.value.retry_after

    def test_a_silent_server_is_reported_in_time_and_used_again_when_it_answers(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(storage_module, "_TIMEOUT", timedelta(seconds=1))
        with S3Server() as server:
            bucket = Bucket(bucket_settings(server))
            server.process.send_signal(signal.SIGSTOP)
            started = time.monotonic()
            with pytest.raises(StorageUnavailable):
                bucket.put(name_of(b"scan"), b"scan")
            assert time.monotonic() - started < 10
            server.process.send_signal(signal.SIGCONT)
            bucket.put(name_of(b"scan"), b"scan")
            assert bucket.get(name_of(b"scan")) == b"scan"

    @pytest.mark.parametrize("status", [403, 507])
    def test_a_full_bucket_or_another_server_is_reported(self, status: int):
        with Refusing(status) as server:
            bucket = Bucket(Settings(s3_bucket="scans", s3_endpoint_url=AnyHttpUrl(server.url)))
            for use in (lambda: bucket.put(name_of(b"scan"), b"scan"), lambda: bucket.get(name_of(b"scan"))):
                with pytest.raises(StorageUnavailable):
                    use()
