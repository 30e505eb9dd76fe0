"""Studies on a real Orthanc: fetched by DICOMweb, or received by DIMSE, answered, and the results in the same study."""

import base64
import json
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from app.cli.main import main
from app.config.settings import Settings
from tests.support.dicom import BIRTH_DATE, NAME, PATIENT_ID, STUDY_DATE, sample_slice
from tests.support.listener import RunningListener
from tests.support.orthanc_server import EXAMPLE, PASSWORD, USER, OrthancServer
from tests.support.server import RunningServer, free_port

URL = "/api/v1/studies"
STUDY = "1.2.3.4"
SLICES = [sample_slice(5.0 * number, SOPInstanceUID=f"1.2.3.4.9.{number}") for number in range(3)]
SECRETS = (*NAME.split("^"), PATIENT_ID, BIRTH_DATE, STUDY_DATE, STUDY)


def wait_for(found: Callable[[], Any], what: Callable[[], str], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)
    return value


def without_secrets(**places: bytes) -> None:
    for place, content in places.items():
        for secret in SECRETS:
            assert secret.lower().encode() not in content.lower(), (place, secret)


def test_results_are_in_a_fetched_study_once_and_nothing_of_the_patient_is_elsewhere(tmp_path: Path):
    with OrthancServer(tmp_path) as orthanc:
        orthanc.upload(*SLICES, sample_slice(0, Modality="CT", SeriesInstanceUID="1.2.3.4.7"))
        secret = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        servers = {
            "pacs": {"url": f"{orthanc.url}/dicom-web", "authorization": f"Basic {secret}"},
            "locked": {"url": f"{orthanc.url}/dicom-web"},
        }
        with (
            RunningServer(
                DICOMWEB_SERVERS=json.dumps(servers),
                LOG_LEVEL="debug",
                METRICS="on",
                HISTORY="on",
                DATA_DIR=str(tmp_path / "data"),
            ) as server,
            server.client() as client,
        ):
            before = orthanc.modalities(STUDY)
            assert before == ["CT", *["MR"] * len(SLICES)]
            order = {"server": "pacs", "study": STUDY, "store": True}
            first = client.post(URL, json=order).json()
            assert first["conclusion"]["prediction"]["class"] == "meningioma"
            results = first["fetched"].pop("stored")
            assert first["fetched"] == {"server": "pacs", "objects": len(SLICES), "other_series": ["CT"]}
            after = orthanc.modalities(STUDY)
            assert len(after) == len(before) + results
            assert results > 0
            answers = [client.post(URL, json=order, headers={"Accept": "text/event-stream"})]
            assert f'"objects":{len(SLICES)},' in answers[0].text
            assert orthanc.modalities(STUDY) == after
            # What is sent is what is stored, not a second writing of it with another time.
            orthanc.upload(sample_slice(0, StudyInstanceUID="1.2.3.5", SeriesInstanceUID="1.2.3.5.5"))
            packed = client.post(URL, json={**order, "study": "1.2.3.5"}, headers={"Accept": "application/zip"})
            with ZipFile(BytesIO(packed.content)) as archive:
                assert {archive.read(name) for name in archive.namelist()} < orthanc.contents()

            for body, status, words in (
                ({"server": "locked", "study": STUDY}, 502, "authorization"),
                ({"server": "http://127.0.0.1", "study": STUDY}, 422, "Known: locked, pacs"),
                ({"server": "pacs", "study": "1.2.9"}, 404, "no study"),
                ({"server": "pacs", "study": ".."}, 422, "body.study"),
                ({"server": "pacs", "study": STUDY, "url": "x"}, 422, "body.url"),
                ([], 422, "body"),
            ):
                problem = client.post(URL, json=body)
                answers.append(problem)
                assert (problem.status_code, words in problem.json()["detail"]) == (status, True), problem.text
            metrics = client.get("/metrics").content
            assert b"btc_studies_total" in metrics
            assert server.stop() == 0
            assert PASSWORD not in server.log
            assert secret not in server.log
            without_secrets(
                answers=b"".join(each.content for each in answers),
                metrics=metrics,
                log=server.log.encode(),
                data=b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()),
            )


class TestListen:
    """`btc listen`, with Orthanc as the peer."""

    def test_killed_at_each_stage_it_answers_every_received_object_once(self, tmp_path: Path):
        queue, files = tmp_path / "queue", tmp_path / "files"
        files.mkdir()
        for number, content in enumerate(SLICES):
            (files / f"{number}").write_bytes(content)
        port, peer_port = free_port(), free_port()
        listener = RunningListener(
            port,
            DIMSE_PEER=f"ORTHANC@127.0.0.1:{peer_port}",
            DIMSE_QUEUE_DIR=str(queue),
            DIMSE_CALLERS="SCANNER,ORTHANC",
        )

        def is_in(state: str) -> list[Path]:
            return [path for path in (queue / state).rglob("*") if path.is_file()]

        try:
            listener.start(DIMSE_STABLE_S="600")
            sent = ["storescu", "127.0.0.1", str(port), str(files), "-aet", "SCANNER", "-aec", "BTC"]
            subprocess.run([sys.executable, "-m", "pynetdicom", *sent, "-q"], check=True, capture_output=True)
            listener.kill()
            assert len(is_in("received")) == len(SLICES)
            listener.start()
            wait_for(lambda: is_in("answering") or is_in("sending"), lambda: listener.log)
            listener.kill()
            # A fast machine may have ended already.
            assert len(is_in("answering")) == len(SLICES) or is_in("sending")
            listener.start()
            wait_for(lambda: is_in("sending"), lambda: listener.log)
            listener.kill()
            assert not [*is_in("received"), *is_in("failed")]
            results = len(is_in("sending"))
            with OrthancServer(tmp_path, dicom_port=peer_port, listener_port=port) as orthanc:
                listener.start()
                wait_for(lambda: not is_in("sending"), lambda: listener.log)
                found = orthanc.modalities(STUDY)
                assert len(found) == results > 0
                # `route.lua` makes Orthanc send each stable series of MR; the results are in Orthanc already.
                orthanc.upload(*SLICES)
                wait_for(lambda: listener.log.count("results_sent") == 2, lambda: listener.log + orthanc.log)
                assert len(orthanc.modalities(STUDY)) == len(found) + len(SLICES)
                assert listener.stop() == 0
            assert [path.name for path in queue.rglob("*") if path.is_file() and path.name[0] != "."] == ["lock"]
            without_secrets(log=listener.log.encode())
        finally:
            listener.kill()

    @pytest.mark.parametrize("missing", ["DIMSE_CALLERS", "DIMSE_PEER"])
    def test_a_missing_setting_is_named(
        self, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ):
        for name, value in {"DIMSE_CALLERS": "PACS", "DIMSE_PEER": "PACS@localhost:104", missing: ""}.items():
            monkeypatch.setenv(name, value)
        assert main(["listen"]) == 1
        assert f"{missing} is not set" in capsys.readouterr().err


def test_the_parts_of_the_example_agree_with_each_other_and_with_the_settings():
    orthanc = json.loads((EXAMPLE / "orthanc.json").read_text())
    services = yaml.safe_load((EXAMPLE / "docker-compose.yml").read_text())["services"]
    listener, service = services["listener"]["environment"], services["service"]["environment"]
    assert {*listener, *service} <= {name.upper() for name in Settings.model_fields}
    defaults = Settings.model_construct()
    assert orthanc["DicomModalities"] == {"btc": [defaults.dimse_title, "listener", defaults.dimse_port]}
    assert listener["DIMSE_CALLERS"] == orthanc["DicomAet"]
    assert listener["DIMSE_PEER"] == f"{orthanc['DicomAet']}@orthanc:{orthanc['DicomPort']}"
    [server] = json.loads(service["DICOMWEB_SERVERS"]).values()
    assert server["url"] == f"http://orthanc:8042{orthanc['DicomWeb']['Root'].rstrip('/')}"
    mounted = [volume.split(":")[:2] for volume in services["orthanc"]["volumes"]]
    for source, target in mounted[:2]:
        assert (EXAMPLE / source).is_file()
        assert target in ("/etc/orthanc/orthanc.json", *orthanc["LuaScripts"])
