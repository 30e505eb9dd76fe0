"""A real Orthanc with its plug-in for DICOMweb."""

import json
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from app.config.settings import PROJECT_DIR
from tests.support.prometheus_server import need
from tests.support.server import free_port

EXAMPLE = PROJECT_DIR / "deploy" / "pacs"
START_S = 30
USER, PASSWORD = "service", "a password of the test"


class OrthancServer:
    """Context manager that runs Orthanc as `deploy/pacs` does, with ports and folders of its own.

    It sends series of MR to `btc listen` on this machine if it is given its port.
    """

    def __init__(self, folder: Path, *, dicom_port: int | None = None, listener_port: int | None = None) -> None:
        need("Orthanc")
        example = json.loads((EXAMPLE / "orthanc.json").read_text())
        scripts = [str(EXAMPLE / Path(script).name) for script in example["LuaScripts"]]
        [(name, [title, *_])] = example["DicomModalities"].items()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._configuration = {
            **example,
            "StorageDirectory": str(folder / "storage"),
            "IndexDirectory": str(folder / "storage"),
            "HttpPort": self.port,
            "DicomPort": dicom_port or free_port(),
            "RegisteredUsers": {USER: PASSWORD},
            "Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"],
            "DicomModalities": {name: [title, "127.0.0.1", listener_port]} if listener_port else {},
            "LuaScripts": scripts if listener_port else [],
            "StableAge": 1,
        }

    def __enter__(self) -> Self:
        (self._folder / "storage").mkdir()
        path = self._folder / "orthanc.json"
        path.write_text(json.dumps(self._configuration))
        with (self._folder / "orthanc.log").open("w") as log:
            self.process = subprocess.Popen(["Orthanc", str(path)], stdout=log, stderr=log)
        deadline = time.monotonic() + START_S
        with self.client() as client:
            while True:
                try:
                    client.get("/system").raise_for_status()
                    return self
                except httpx.TransportError:
                    assert self.process.poll() is None and time.monotonic() < deadline, self.log
                    time.sleep(0.05)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(30)

    @property
    def log(self) -> str:
        return (self._folder / "orthanc.log").read_text()

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, auth=(USER, PASSWORD), timeout=30)

    def upload(self, *objects: bytes) -> None:
        with self.client() as client:
            for content in objects:
                client.post("/instances", content=content).raise_for_status()

    def modalities(self, study: str) -> list[str]:
        """The modality of each object in a study, in order."""
        with self.client() as client:
            found = client.get(f"/dicom-web/studies/{study}/instances", headers={"Accept": "application/dicom+json"})
            return sorted(each["00080060"]["Value"][0] for each in found.json())

    def contents(self) -> set[bytes]:
        """All objects, as files."""
        with self.client() as client:
            return {client.get(f"/instances/{each}/file").content for each in client.get("/instances").json()}
