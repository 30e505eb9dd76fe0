"""Studies over HTTP and on the command line: answers, reasons, privacy."""

import base64
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from imagecodecs import jpegls_encode
from pydicom import dcmread
from pydicom.uid import JPEGLSLossless

from app.config.folders import entries_of
from app.config.settings import PROJECT_DIR
from tests.support.dicom import BIRTH_DATE, NAME, PATIENT_ID, STUDY_DATE, compressed, sample_slice, slow_frame
from tests.support.images import empty_png, zipped
from tests.support.server import RunningServer

URL = "/api/v1/studies"
FHIR, ZIP = "application/fhir+json", "application/zip"
EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def disc() -> bytes:
    """A patient's disc: files without extension, a series that is not read, and a text."""
    files = {f"DICOM/S1/{number:08}": sample_slice(5.0 * number) for number in range(4)}
    files |= {
        f"DICOM/S2/{number:08}": sample_slice(
            5.0 * number, SeriesInstanceUID="1.9", SeriesNumber=9, ImageType=["DERIVED", "PRIMARY", "ADC"]
        )
        for number in range(2)
    }
    return zipped({**files, "README.TXT": b"for the viewer"})


class TestRoute:
    def test_a_disc_is_answered_with_what_was_used_and_what_was_not(self, client: httpx.Client, disc: bytes):
        response = client.post(URL, files=[("files", ("disc.zip", disc))])
        assert response.status_code == 200, response.text
        body = response.json()
        assert body["conclusion"]["prediction"]["class"] == "meningioma"
        used, other = body["series"]
        assert (used["sequence"], used["plane"], used["used"], used["frames"]) == ("T2", "axial", True, 4)
        assert [each["position_mm"] for each in used["slices"]] == [0, 5, 10, 15]
        assert any(each["deciding"] for each in used["slices"])
        assert (other["used"], other["reasons"][0]["code"]) == (False, "derived-map")
        assert [each["file"] for each in body["left_out"]] == ["README.TXT"]

    def test_studies_and_their_slices_are_counted(self, tmp_path: Path, disc: bytes):
        with RunningServer(METRICS="on") as server, server.client() as client:
            client.post(URL, files=[("files", ("disc.zip", disc))])
            page = client.get("/metrics").text
        assert re.search(r'btc_studies_total{class="meningioma",decision="answer",model="xception",.*} 1.0', page)
        assert sum(map(float, re.findall(r"btc_study_slices_total{.*} (.*)", page))) == 4

    def test_files_are_answered_like_a_zip_of_them(self, client: httpx.Client):
        parts = [sample_slice(height) for height in (0, 5)]
        loose = client.post(URL, files=[("files", ("a", part)) for part in parts]).json()
        packed = client.post(URL, files=[("files", ("a.zip", zipped(dict(zip("ab", parts, strict=True)))))]).json()
        assert loose["conclusion"] == packed["conclusion"]

    def test_a_study_without_a_head_names_no_class(self, client: httpx.Client):
        body = client.post(URL, files=[("files", ("a.dcm", sample_slice(0, Modality="CT")))]).json()
        conclusion = body["conclusion"]
        assert (conclusion["decision"], conclusion["headline"]) == ("outside", "No answer")
        assert [conclusion[name] for name in ("prediction", "probabilities", "prediction_set")] == [None] * 3

    @pytest.mark.parametrize(
        ("contents", "status", "words"),
        [
            ([b"", b"a text", b"another"], 400, "2 files: The file's content is not an image of a known format"),
            ([sample_slice(0)[:600]], 400, "1 file: The DICOM file is damaged"),
            ([empty_png(8, 8), empty_png(8, 9), b""], 415, "2 files: This is a PNG picture."),
            ([zipped({".hidden": b"x"})], 400, "The ZIP archive contains no files."),
        ],
        ids=["no pictures", "truncated", "pictures", "nothing in an archive"],
    )
    def test_a_study_of_which_no_file_can_be_read_is_a_problem(
        self, client: httpx.Client, contents: list[bytes], status: int, words: str
    ):
        answer = client.post(URL, files=[("files", ("a", content)) for content in contents])
        body = answer.json()
        assert (answer.status_code, body["accepted"]) == (status, ["DICOM", "NIfTI", "ZIP"]), body
        assert words in body["detail"]
        assert "Send the DICOM objects" in body["detail"]

    def test_a_single_object_is_predicted_like_a_picture(self, client: httpx.Client):
        for name in ("scan.jpg", "IM0001"):
            body = client.post("/api/v1/predictions", files={"file": (name, sample_slice(0))}).json()
            assert body["prediction"]["class"] == "meningioma"
            assert body["image"]["format"] == "DICOM"
        batch = client.post(
            "/api/v1/predictions/batch", files=[("files", ("a", sample_slice(0))), ("files", ("b", b"x"))]
        )
        assert (batch.json()["succeeded"], batch.json()["failed"]) == (1, 1)


class TestFrames:
    """Compressed frames, which the process that decodes decodes."""

    def test_one_that_ends_the_process_is_named_and_delays_no_other_client(
        self, server: RunningServer, client: httpx.Client, sample: bytes
    ):
        slow = {"SeriesInstanceUID": "1.9", "SeriesNumber": 9}
        files = [slow_frame(**slow, ImagePositionPatient=[0, 0, 5.0 * number]) for number in range(2)]
        files += [compressed(sample_slice(5.0 * number), JPEGLSLossless, jpegls_encode) for number in range(4)]
        answers: list[httpx.Response] = []
        sending = Thread(
            target=lambda: answers.append(
                httpx.post(server.url + URL, files=[("files", ("a", each)) for each in files], timeout=120)
            )
        )
        sending.start()
        others = 0
        while sending.is_alive():
            assert client.post("/api/v1/predictions", files={"file": sample}).status_code == 200
            others += not answers
        assert others
        [answer] = answers
        assert answer.status_code == 200, answer.text
        read, unread = answer.json()["series"]
        assert read["conclusion"]["prediction"]["class"] == "meningioma"
        assert {each["reason"]["code"] for each in unread["slices"]} == {"unreadable-image"}
        told = unread["slices"][0]["reason"]["message"]
        assert "takes too long to decode (transfer syntax: JPEG Baseline (Process 1))" in told
        assert "_jpegls" not in Path(f"/proc/{server.process.pid}/maps").read_text()


class TestEvents:
    """The response with `Accept: text/event-stream`."""

    def events(self, response: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
        name = ""
        for line in response.iter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                yield name, json.loads(value)

    def test_progress_comes_before_the_same_result_with_pictures(self, client: httpx.Client, disc: bytes):
        files = [("files", ("disc.zip", disc))]
        with client.stream("POST", URL, files=files, params={"pictures": True}, headers=EVENTS) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            *progress, (last, result) = list(self.events(response))
        assert {name for name, _ in progress} == {"progress"}
        assert {each["doing"] for _, each in progress} == {"headers", "slices"}
        assert last == "result"
        plain = client.post(URL, files=files).json()
        assert result["conclusion"] == plain["conclusion"]
        assert plain["series"][0]["pictures"] is None
        shown = result["series"][0]["pictures"]
        assert shown["montage"]["slices"] == [0, 1, 2, 3]
        assert shown["deciding"][0]["overlay"].startswith("data:image/png;base64,")

    def test_a_client_that_goes_cancels_the_rest_and_frees_its_place(self, tmp_path: Path):
        many = zipped({str(number): sample_slice(1.0 * number) for number in range(300)})
        uploads = tmp_path / "uploads"
        with RunningServer(QUEUE_SIZE="0", UPLOADS_DIR=str(uploads), METRICS="on") as server, server.client() as client:
            for _ in range(3):  # as many as there are places, and one more
                with client.stream("POST", URL, files=[("files", ("a.zip", many))], headers=EVENTS) as response:
                    assert next(self.events(response))[0] == "progress"
            for _ in range(50):
                page = client.get("/metrics").text
                if "btc_queue_places_taken 0.0" in page:
                    break
                time.sleep(0.2)
            assert "btc_queue_places_taken 0.0" in page
            assert not list(entries_of(uploads))
            assert sum(map(float, re.findall(r"btc_studies_total{.*} (.*)", page))) == 0

    def test_a_problem_before_the_work_is_a_response_and_other_types_are_refused(self, client: httpx.Client):
        files = [("files", ("a", sample_slice(0)))]
        assert client.post(URL, files=files, params={"model": "none"}, headers=EVENTS).status_code == 404
        refused = client.post(URL, files=files, headers={"Accept": "image/png"})
        accepted = ["application/json", "text/event-stream", FHIR, ZIP]
        assert (refused.status_code, refused.json()["accepted"]) == (406, accepted)


class TestResults:
    """The result as DICOM objects and as FHIR resources."""

    def test_dicom_objects_come_in_an_archive(self, client: httpx.Client, disc: bytes):
        files = [("files", ("disc.zip", disc))]
        response = client.post(URL, files=files, headers={"Accept": ZIP})
        assert (response.status_code, response.headers["content-type"]) == (200, ZIP), response.text
        with ZipFile(BytesIO(response.content)) as archive:
            kinds = {name: dcmread(BytesIO(archive.read(name))).Modality for name in archive.namelist()}
        assert {"report.dcm": "SR", "document.dcm": "DOC", "heat-map-1-1.dcm": "OT"}.items() <= kinds.items()
        chosen = client.post(URL, files=files, params={"objects": ["sr"]}, headers={"Accept": ZIP})
        assert ZipFile(BytesIO(chosen.content)).namelist() == ["report.dcm"]

    def test_fhir_resources_have_the_answer(self, client: httpx.Client, disc: bytes):
        response = client.post(URL, files=[("files", ("disc.zip", disc))], headers={"Accept": FHIR})
        assert (response.status_code, response.headers["content-type"]) == (200, FHIR), response.text
        report, study, series, device = [entry["resource"] for entry in response.json()["entry"]]
        assert (report["resourceType"], device["resourceType"]) == ("DiagnosticReport", "Device")
        for each in (study, series):
            assert each["valueCodeableConcept"]["text"] == "Meningioma"

    @pytest.mark.parametrize("accept", [ZIP, FHIR])
    def test_without_an_answer_there_is_nothing_to_write(self, client: httpx.Client, accept: str):
        files = [("files", ("a", sample_slice(0, Modality="CT")))]
        refused = client.post(URL, files=files, headers={"Accept": accept})
        assert (refused.status_code, refused.json()["type"]) == (415, "urn:problem:unsupported-format")


def test_nothing_that_identifies_the_patient_is_stored_logged_or_sent(tmp_path: Path, disc: bytes):
    data = tmp_path / "data"
    with (
        RunningServer(
            LOG_LEVEL="debug",
            METRICS="on",
            HISTORY="on",
            KEEP_IMAGES="on",
            ENCRYPTION_KEYS=base64.b64encode(bytes(32)).decode(),
            DATA_DIR=str(data),
        ) as server,
        server.client() as client,
    ):
        whole = sample_slice(0, SeriesDescription=f"t2 {NAME}")
        refused = sample_slice(0, Modality="CT", SeriesDescription=NAME)
        sent = [
            *(
                client.post("/api/v1/predictions", files={"file": ("a", each)})
                for each in (whole, refused, whole[:-99])
            ),
            client.post(URL, files=[("files", ("disc.zip", disc)), ("files", ("a", whole)), ("files", ("b", refused))]),
            client.post(URL, files=[("files", ("a", whole[:900]))]),
            client.get("/api/v1/history"),
        ]
        assert [each.status_code for each in sent] == [200, 415, 400, 200, 200, 200]
        # These two answers name the patient, for the client that has sent the name.
        files = [("files", ("disc.zip", disc))]
        assert PATIENT_ID in client.post(URL, files=files, headers={"Accept": FHIR}).text
        assert client.post(URL, files=files, headers={"Accept": ZIP}).status_code == 200
        written = {"answers": b"".join(each.content for each in sent), "metrics": client.get("/metrics").content}
        assert server.stop() == 0
        written["log"] = server.log.encode()
    written["data"] = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert len(written["data"]) > 1000
    for place, content in written.items():
        for secret in (*NAME.split("^"), PATIENT_ID, BIRTH_DATE, STUDY_DATE, "1.2.3.4.5"):
            assert secret.lower().encode() not in content.lower(), (place, secret)


def test_a_service_that_receives_no_dicom_does_not_load_the_libraries():
    program = (
        "import sys; from app.config.settings import Settings; from app.main import create_app; "
        "create_app(Settings()); "
        "sys.exit(', '.join({'pydicom', 'nibabel', 'imagecodecs'} & {*sys.modules}) or None)"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


class TestCommand:
    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app", "study", *map(str, arguments)]
        return subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True)

    def test_json_is_the_only_output_and_the_code_says_whether_there_is_an_answer(self, tmp_path: Path, disc: bytes):
        (tmp_path / "disc.zip").write_bytes(disc)
        found = self.run(tmp_path / "disc.zip", "--json")
        assert found.returncode == 0, found.stderr
        assert json.loads(found.stdout)["conclusion"]["prediction"]["class"] == "meningioma"
        (tmp_path / "ct").mkdir()
        (tmp_path / "ct" / "1").write_bytes(sample_slice(0, Modality="CT"))
        refused = self.run(tmp_path / "ct", "--json")
        assert refused.returncode == 1
        assert json.loads(refused.stdout)["series"][0]["reasons"][0]["code"] == "not-mr"

    def test_results_are_written_as_dicom_objects(self, tmp_path: Path, disc: bytes):
        (tmp_path / "disc.zip").write_bytes(disc)
        out = tmp_path / "out"
        found = self.run(tmp_path / "disc.zip", "--json", "--out", out, "--sr", "--pdf")
        assert found.returncode == 0, found.stderr
        assert json.loads(found.stdout)["conclusion"]["decision"] == "answer"
        assert sorted(path.name for path in out.iterdir()) == ["document.dcm", "report.dcm"]
        assert str(dcmread(out / "report.dcm").PatientName) == NAME
        assert NAME.split("^")[0] not in found.stdout + found.stderr
        assert "add --out DIR" in self.run(tmp_path / "disc.zip", "--sr").stderr

    def test_files_of_which_none_can_be_read_are_an_error(self, tmp_path: Path):
        (tmp_path / "report.txt").write_text("a text")
        failed = self.run(tmp_path, "--json")
        assert (failed.returncode, failed.stdout) == (1, "")
        assert "No file of the study can be read. 1 file:" in failed.stderr

    def test_a_missing_file_is_named(self):
        assert "no such file" in self.run("missing.dcm").stderr
