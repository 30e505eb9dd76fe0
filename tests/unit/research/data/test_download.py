import hashlib
import io
import json
import sys
import threading
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.models.classes import CLASSES
from research.pipeline.data.audit import find_pictures
from research.pipeline.data.download import DownloadError, download, lay_out

KAGGLE_TEST_PORT = 7777  # the port of kagglehub's environment TEST
COUNTS = {f"dataset/{part}/{label}": 2 for part in ("Training", "Testing") for label in CLASSES} | {"unknown_tumors": 3}


def dataset_files() -> list[str]:
    return [f"{part}/{label}/{n}.jpg" for part in ("Training", "Testing") for label in CLASSES for n in range(2)]


def br35h_files() -> list[str]:
    others = ["no/no0.jpg", "pred/pred0.jpg", "Br35H-Mask-RCNN/TRAIN/y1.jpg", "yes/Thumbs.db"]
    return [*others, *(f"yes/y{n}.jpg" for n in range(3))]


def archive(files: list[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for file in files:
            packed.writestr(file, f"pixels of {file}")
    return buffer.getvalue()


class KaggleServer:
    """A server with Kaggle's wire format: it redirects a POST for a data set version to an archive with its MD5."""

    def __init__(self) -> None:
        self.archives = {
            "brain-tumor-mri-dataset-1": archive(dataset_files()),
            "brain-tumor-detection-12": archive(br35h_files()),
        }
        self.fetched: list[str] = []
        self.authorizations: list[str | None] = []
        self.checksum_of: bytes | None = None
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.authorizations.append(self.headers["Authorization"])
                name = f"{body['datasetSlug']}-{body['datasetVersionNumber']}"
                assert self.path == "/api/v1/datasets.DatasetApiService/DownloadDataset"
                if name in server.archives:
                    self.send_response(302)
                    self.send_header("Location", f"/archives/{name}.zip")
                else:
                    self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                name = self.path.removeprefix("/archives/").removesuffix(".zip")
                server.fetched.append(name)
                content = server.archives[name]
                md5 = hashlib.md5(server.checksum_of or content).digest()
                self.send_response(200)
                self.send_header("Content-Type", "application/zip")
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("x-goog-hash", f"md5={b64encode(md5).decode()}")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", KAGGLE_TEST_PORT), Handler)


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kagglehub without account and with an empty cache that connects to this machine instead of Kaggle."""
    for name in ("HOME", "USERPROFILE", "KAGGLE_CONFIG_DIR", "KAGGLEHUB_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_KERNEL_RUN_TYPE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "TEST")
    monkeypatch.setenv("NO_PROXY", "localhost")
    pytest.importorskip("kagglehub")


@pytest.fixture
def kaggle(at_home: None) -> Iterator[KaggleServer]:
    server = KaggleServer()
    thread = threading.Thread(target=server.http.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


class TestDownload:
    def test_both_data_sets_are_downloaded_and_arranged(self, kaggle, tmp_path):
        assert download(tmp_path / "data") == COUNTS
        assert kaggle.fetched == ["brain-tumor-mri-dataset-1", "brain-tumor-detection-12"]
        assert kaggle.authorizations == [None, None]
        scan = tmp_path / "data" / "dataset" / "Testing" / "glioma" / "1.jpg"
        assert scan.read_text() == "pixels of Testing/glioma/1.jpg"

    def test_a_second_download_fetches_nothing(self, kaggle, tmp_path):
        download(tmp_path / "data")
        fetched = list(kaggle.fetched)
        assert download(tmp_path / "data") == download(tmp_path / "elsewhere") == COUNTS
        assert kaggle.fetched == fetched

    def test_a_version_that_kaggle_does_not_have(self, kaggle, tmp_path):
        del kaggle.archives["brain-tumor-detection-12"]
        with pytest.raises(DownloadError, match=r"^ahmedhamada0/brain-tumor-detection.*404.*kaggle\.com/datasets/.*$"):
            download(tmp_path / "data")
        assert not (tmp_path / "data").exists()

    def test_a_damaged_download_is_not_used(self, kaggle, tmp_path):
        kaggle.checksum_of = b"another archive"
        with pytest.raises(DownloadError, match=r"^masoudnickparvar/brain-tumor-mri-dataset.*MD5 checksum.*$"):
            download(tmp_path / "data")
        kaggle.checksum_of = None
        assert download(tmp_path / "data") == COUNTS

    def test_without_internet_the_error_names_the_remedy(self, at_home, tmp_path):
        with pytest.raises(
            DownloadError, match=r"^masoudnickparvar.* could not be downloaded: .*--data .*--unknown-tumors$"
        ):
            download(tmp_path / "data")

    def test_without_kagglehub(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "kagglehub", None)
        with pytest.raises(DownloadError, match="pip install kagglehub"):
            download(tmp_path / "data")


class TestLayout:
    @pytest.fixture
    def originals(self, tmp_path: Path) -> dict[str, Path]:
        """Both data sets in the layout of kagglehub's cache."""
        folders = {"dataset": tmp_path / "mri", "br35h": tmp_path / "br35h"}
        for folder, files in zip(folders.values(), (dataset_files(), br35h_files()), strict=True):
            for file in files:
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).write_bytes(b"")
        return folders

    def test_the_audit_finds_the_arranged_images(self, originals, tmp_path):
        assert lay_out(**originals, folder=tmp_path / "data") == COUNTS
        pictures = find_pictures(tmp_path / "data" / "dataset", tmp_path / "data" / "unknown_tumors")
        assert len(pictures) == sum(COUNTS.values())

    def test_a_missing_class_is_named_and_nothing_is_copied(self, originals, tmp_path):
        for file in (originals["dataset"] / "Testing" / "pituitary").iterdir():
            file.unlink()
        with pytest.raises(DownloadError, match="pituitary has no images"):
            lay_out(**originals, folder=tmp_path / "data")
        assert not (tmp_path / "data").exists()

    def test_other_images_are_not_mixed_in(self, originals, tmp_path):
        other = tmp_path / "data" / "unknown_tumors" / "mine.jpg"
        other.parent.mkdir(parents=True)
        other.write_bytes(b"")
        with pytest.raises(DownloadError, match=r"mine\.jpg does not belong to the data set"):
            lay_out(**originals, folder=tmp_path / "data")
