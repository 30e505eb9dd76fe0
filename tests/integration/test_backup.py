"""Backup of a running service, and restoring it into an empty one, on both databases."""

import base64
import json
import os
import threading
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from alembic import command
from pydantic import SecretStr

from app.cli.main import main
from app.config.settings import ConfigurationError, Settings
from app.services.backup.archive import backup, restore
from app.services.database.audit import Entry, Event, append
from app.services.database.database import Database
from tests.conftest import SAMPLES_DIR
from tests.support.databases import PostgresServer
from tests.support.images import copies
from tests.support.people import People, sign_in

KEY = base64.b64encode(os.urandom(32)).decode()
HISTORY = "/api/v1/history"
COPIES = copies((SAMPLES_DIR / "Te-gl_0014.jpg").read_bytes())


def settings_of(folder: Path, url: str | None = None) -> Settings:
    return Settings(data_dir=folder, database_url=url and SecretStr(url), encryption_keys=SecretStr(KEY))


def changed(source: Path, target: Path, member: str, content: bytes | None) -> None:
    """Copy a backup with one member replaced, or removed."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
            elif content is not None:
                new.writestr(name, content)


class Readers:
    """Clients that classify new scans without a pause, and delete every second one."""

    def __init__(self, people: People, person: Any) -> None:
        self._people, self._person = people, person
        self._ending = threading.Event()
        self._begun = threading.Semaphore(0)
        self._threads = [threading.Thread(target=self._read) for _ in range(3)]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()
        for _ in range(6):
            assert self._begun.acquire(timeout=120)

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        with self._people.signed_in(self._person) as browser:
            while not self._ending.is_set():
                made = [browser.post("/api/v1/predictions", files={"file": next(COPIES)}).json() for _ in range(2)]
                browser.delete(f"{HISTORY}/{made[0]['id']}")
                self._begun.release()


@pytest.mark.parametrize("kinds", [("sqlite", "postgresql"), ("postgresql", "sqlite")], ids="-to-".join)
def test_a_running_service_is_restored_into_an_empty_machine(
    kinds: tuple[str, str], request: pytest.FixtureRequest, tmp_path: Path, monkeypatch, capsys
):
    urls = [request.getfixturevalue("postgres").new_database() if kind == "postgresql" else None for kind in kinds]
    environment = {"KEEP_IMAGES": "on", "ENCRYPTION_KEYS": KEY}
    file, emptied = tmp_path / "backup.zip", tmp_path / "new"
    with People(tmp_path / "old", urls[0], **environment) as people:
        people.server.wait_for("/health/ready")
        person = people.person()
        with people.signed_in(person) as browser:
            made = browser.post("/api/v1/predictions", files={"file": next(COPIES)}).json()["id"]
            browser.patch(f"{HISTORY}/{made}", json={"label": "Größe 7"}).raise_for_status()
            browser.post(f"/api/v1/predictions/{made}/feedback", json={"verdict": "agree"}).raise_for_status()
            before = browser.get(f"{HISTORY}/{made}").json()
            picture = browser.get(before["picture"]).content
            with Readers(people, person):
                manifest = backup(settings_of(tmp_path / "old" / "data", urls[0]), file)
    assert file.stat().st_mode & 0o077 == 0
    assert manifest.rows("records") == manifest.pictures + manifest.missing
    assert manifest.pictures >= 4

    for name, value in {
        "DATA_DIR": str(emptied / "data"),
        "DATABASE_URL": urls[1] or "",
        "ENCRYPTION_KEYS": KEY,
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["restore", str(file)]) == 0
    assert manifest.audit_head in capsys.readouterr().out
    assert main(["audit", "verify", "--head", manifest.audit_head]) == 0
    with People(emptied, urls[1], **environment) as people, people.browser() as browser:
        assert sign_in(browser, person).status_code == 201
        people.server.wait_for("/health/ready")
        assert browser.get(f"{HISTORY}/{made}").json() == before
        assert browser.get(before["picture"]).content == picture
        records = browser.get(HISTORY, params={"limit": 200}).json()["records"]
        shown = [browser.get(record["picture"]).status_code for record in records]
        assert len(records) == manifest.rows("records")
        assert shown.count(404) == manifest.missing
        # The scan is recognised again.
        again = browser.post("/api/v1/predictions", files={"file": next(COPIES)})
        assert again.status_code == 200


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    running: PostgresServer | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return running.new_database() if running else None


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a database with two audit entries."""
    folder = tmp_path_factory.mktemp("small")
    database = Database.open(settings_of(folder / "data"))
    with database.writing() as session:
        append(session, Entry(Event.SIGNED_OUT))
    database.close()
    backup(settings_of(folder / "data"), folder / "small.zip")
    return folder / "small.zip"


class TestRestore:
    def test_a_used_database_is_refused(self, small: Path, tmp_path: Path, url: str | None):
        settings = settings_of(tmp_path, url)
        manifest, lacking = restore(settings, small)
        assert (manifest.audit_head[:2], lacking) == ("2:", [])
        with pytest.raises(ConfigurationError, match="the table audit has rows"):
            restore(settings, small)

    def test_an_earlier_revision_is_migrated(self, small: Path, tmp_path: Path, url: str | None):
        old = Database.open(settings_of(tmp_path / "old"))
        old.migrate("0005", command.downgrade)
        old.close()
        manifest = json.loads(ZipFile(small).read("manifest.json"))
        for table in manifest["tables"]:
            if table["name"] == "records":
                for added in ("scan", "weights", "heat", "label", "note", "place", "decision"):
                    del table["columns"][added]
        manifest["tables"] = [table for table in manifest["tables"] if table["name"] != "wrong_codes"]
        manifest["revision"] = "0005"
        changed(small, tmp_path / "x.zip", "manifest.json", json.dumps(manifest).encode())
        restore(settings_of(tmp_path / "data", url), tmp_path / "x.zip")
        backup(settings_of(tmp_path / "data", url), tmp_path / "again.zip")

    def test_missing_keys_are_named(self, small: Path, tmp_path: Path):
        other = settings_of(tmp_path).model_copy(update={"encryption_keys": None})
        manifest, lacking = restore(other, small)
        assert lacking == manifest.keys
        assert len(lacking[0]) == 16

    @pytest.mark.parametrize(
        ("member", "content", "reason"),
        [
            ("manifest.json", None, "is not a backup"),
            ("manifest.json", b"{}", "is not a backup, or it is damaged"),
            ("tables/audit.jsonl", None, "is damaged"),
            ("tables/audit.jsonl", b"[1, 2]\n", "is damaged"),
            ("tables/audit.jsonl", b"\n", "is damaged"),
            ("tables/audit_head.jsonl", b'[1, 1, "00"]\n', "the audit trail is broken"),
        ],
    )
    def test_a_damaged_file_is_reported(
        self, small: Path, tmp_path: Path, member: str, content: bytes | None, reason: str
    ):
        changed(small, tmp_path / "x.zip", member, content)
        with pytest.raises(ConfigurationError, match=reason):
            restore(settings_of(tmp_path / "data"), tmp_path / "x.zip")

    def test_a_file_of_a_newer_version_is_refused(self, small: Path, tmp_path: Path):
        manifest = json.loads(ZipFile(small).read("manifest.json"))
        content = json.dumps({**manifest, "revision": "9999", "service": "9.0"}).encode()
        changed(small, tmp_path / "x.zip", "manifest.json", content)
        with pytest.raises(ConfigurationError, match=r"made by version 9\.0"):
            restore(settings_of(tmp_path / "data"), tmp_path / "x.zip")

    @pytest.mark.parametrize("content", [None, b"", b"no archive" * 100])
    def test_another_file_is_refused(self, tmp_path: Path, content: bytes | None):
        if content is not None:
            (tmp_path / "x.zip").write_bytes(content)
        with pytest.raises(ConfigurationError, match=r"x\.zip"):
            restore(settings_of(tmp_path / "data"), tmp_path / "x.zip")


class TestBackup:
    def test_an_existing_file_is_not_overwritten(self, small: Path):
        before = small.read_bytes()
        with pytest.raises(ConfigurationError, match="exists"):
            backup(settings_of(small.parent / "data"), small)
        assert small.read_bytes() == before

    @pytest.mark.parametrize("file", ["none/x.zip", "file/x.zip"])
    def test_an_unwritable_file_is_reported_and_leaves_nothing(self, small: Path, tmp_path: Path, file: str):
        (tmp_path / "file").touch()
        with pytest.raises(ConfigurationError, match=r"x\.zip"):
            backup(settings_of(small.parent / "data"), tmp_path / file)
        assert [path.name for path in tmp_path.iterdir()] == ["file"]

    def test_a_wrong_folder_is_not_backed_up_as_empty(self, tmp_path: Path):
        with pytest.raises(ConfigurationError, match="there is no database"):
            backup(settings_of(tmp_path / "data"), tmp_path / "x.zip")
        assert list(tmp_path.iterdir()) == []
