"""The history over HTTP: store, list, export and delete records, and the permissions for each."""

import base64
import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import httpx
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from app.config.settings import PROJECT_DIR, Settings
from app.services.database.database import Database
from app.services.database.tables import Account, KeyRow, SessionRow
from app.services.database.tokens import KEY_PREFIX, hashed, new_token
from tests.conftest import SAMPLES_DIR
from tests.support.images import copies, encode
from tests.support.server import RunningServer

HISTORY = "/api/v1/history"
MENINGIOMA = (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()
COPIES = copies(MENINGIOMA)
KEY = base64.b64encode(os.urandom(32)).decode()
NAME = "Jane-Doe-1961.jpg"


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server without accounts that stores predictions and their pictures."""
    folder = tmp_path_factory.mktemp("keeping")
    with RunningServer(
        HISTORY="on",
        KEEP_IMAGES="on",
        ENCRYPTION_KEYS=KEY,
        DATA_DIR=str(folder / "data"),
        UPLOADS_DIR=str(folder / "uploads"),
        CACHE_MB="32",
        LOG_FORMAT="json",
    ) as server:
        yield server


@pytest.fixture
def client(keeping: RunningServer) -> Iterator[httpx.Client]:
    """A client of that server, with an empty history."""
    with keeping.client() as client:
        client.delete(HISTORY).raise_for_status()
        yield client


@pytest.fixture
def images(keeping: RunningServer) -> Path:
    return data_of(keeping) / "images"


def data_of(server: RunningServer) -> Path:
    return server.uploads.parent / "data"


def pictures_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def predict(client: httpx.Client, sample: str = "Te-me_0016.jpg", **query: str) -> dict[str, Any]:
    answer = client.post(f"/api/v1/samples/{sample}/predictions", params=query)
    return answer.raise_for_status().json()  # type: ignore[no-any-return]


def upload(client: httpx.Client, scan: bytes | None = None, **query: str) -> dict[str, Any]:
    """Classify a scan; without one, a meningioma that was not sent before."""
    answer = client.post("/api/v1/predictions", params=query, files={"file": (NAME, scan or next(COPIES))})
    return answer.raise_for_status().json()  # type: ignore[no-any-return]


def difference(one: bytes, other: bytes) -> float:
    """Mean absolute difference of two pictures, of 255."""
    with Image.open(BytesIO(one)) as first, Image.open(BytesIO(other)) as second:
        return float(np.abs(np.asarray(first, np.int16) - np.asarray(second, np.int16)).mean())


def records(client: httpx.Client, **query: str | int) -> list[dict[str, Any]]:
    return client.get(HISTORY, params=query).raise_for_status().json()["records"]  # type: ignore[no-any-return]


class TestStoring:
    def test_every_kind_of_request_is_stored(self, client: httpx.Client):
        predict(client)
        upload(client)
        batch = [("files", (NAME, next(COPIES))), ("files", ("b", b"no image")), ("files", ("c", next(COPIES)))]
        client.post("/api/v1/predictions/batch", files=batch).raise_for_status()
        client.post("/api/v1/reports", files={"file": (NAME, next(COPIES))}, headers={"Accept": "text/html"})
        assert [record["source"] for record in records(client)] == ["report", "batch", "batch", "upload", "sample"]

    def test_every_request_for_a_scan_goes_into_one_record(self, client: httpx.Client, images: Path):
        scan = next(COPIES)
        made = upload(client, scan)["id"]
        with ThreadPoolExecutor(8) as pool:
            again = list(pool.map(lambda target: upload(client, scan, target=target), ["glioma", "pituitary"] * 4))
        batch = client.post("/api/v1/predictions/batch", files=[("files", ("x", scan))] * 2).json()["results"]
        compared = upload(client, scan, model="cnn", comparison="true")
        report = client.post("/api/v1/reports", files={"file": (NAME, scan)}, headers={"Accept": "text/html"})
        answers = [*again, *(one["prediction"] for one in batch), compared]
        assert {answer["id"] for answer in answers} == {made}
        assert f"/history#{made}" in report.text
        [record] = records(client)
        assert (record["id"], record["source"], record["model"]["name"]) == (made, "upload", "xception")
        assert [one["model"]["name"] for one in record["comparisons"]] == ["cnn"]
        assert record["comparisons"][0]["probabilities"] == compared["probabilities"]
        assert len(pictures_in(images)) == 1
        # Another model without a comparison has a record of its own.
        assert upload(client, scan, model="cnn")["id"] != made

    def test_a_record_equals_the_response(self, client: httpx.Client):
        answer = predict(client)
        record = client.get(f"{HISTORY}/{answer['id']}").json()
        answer["display"]["author"] = None  # explanations are not stored
        for left_out in ("explanation", "disclaimer", "agreement", "quality"):
            del answer[left_out]
        for form in ("overlay", "heat", "grid"):
            del answer["heatmap"][form]
        paths = {part: f"{HISTORY}/{answer['id']}/{part}" for part in ("picture", "overlay", "report")}
        added: dict[str, object] = {"source": "sample", "comparisons": []}
        added |= {"label": None, "note": None, "feedback": None}
        [accepted] = [
            model["heatmap_methods"]
            for model in client.get("/api/v1/models").json()["models"]
            if model["name"] == answer["model"]["name"]
        ]
        assert sorted(record.pop("heatmap_methods")) == sorted(accepted)
        assert record == {**answer, **added, **paths}

    def test_a_prediction_without_heatmap_is_stored(self, client: httpx.Client):
        predict(client, heatmap="false")
        assert records(client)[0]["heatmap"] is None

    def test_file_names_and_pictures_are_unreadable_on_disk(self, keeping: RunningServer, client: httpx.Client):
        client.post("/api/v1/predictions", files={"file": (NAME, MENINGIOMA)}).raise_for_status()
        [record] = records(client)
        picture = client.get(record["picture"]).content
        everything = list(data_of(keeping).rglob("*"))
        assert not any(path.stat().st_mode & 0o077 for path in everything)
        files = [path for path in everything if path.is_file()]
        assert {path.name for path in files} >= {"service.db"}
        for path in files:
            content = path.read_bytes()
            assert NAME.encode() not in content
            assert picture[:100] not in content
            assert b"\xff\xd8\xff" not in content[:100]
        assert NAME not in keeping.log

    def test_a_failed_prediction_is_not_stored(self, client: httpx.Client):
        assert client.post("/api/v1/predictions", files={"file": (NAME, b"no image")}).status_code == 400
        assert records(client) == []

    def test_the_default_stores_and_imports_nothing(self, server: RunningServer):
        answer = httpx.get(server.url + HISTORY)
        assert answer.status_code == 404
        assert "keeps no history" in answer.json()["detail"]
        program = (
            "import sys, tempfile\n"
            "from pathlib import Path\n"
            "from app.config.settings import Settings\n"
            "from app.main import create_app\n"
            "create_app(Settings(uploads_dir=Path(tempfile.mkdtemp())))\n"
            "print(*{'sqlalchemy', 'alembic', 'cryptography', 'obstore', 'limits', 'redis'} & set(sys.modules))"
        )
        run = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        assert run.stdout.strip() == ""


class TestList:
    def test_pages_cover_all_records_in_order(self, client: httpx.Client):
        made = [upload(client)["id"] for _ in range(5)]
        found, cursor, pages = [], None, 0
        while True:
            page = client.get(HISTORY, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
            found += [record["id"] for record in page["records"]]
            cursor, pages = page["next"], pages + 1
            if cursor is None:
                break
        assert found == made[::-1]
        assert pages == 3

    def test_an_exactly_full_page_is_the_last(self, client: httpx.Client):
        predict(client)
        assert client.get(HISTORY, params={"limit": 1}).json()["next"] is None

    def test_filters_select_records(self, client: httpx.Client):
        predict(client)
        before = datetime.now(UTC)
        predict(client, "Te-gl_0014.jpg")
        assert [record["prediction"]["class"] for record in records(client)] == ["glioma", "meningioma"]
        for query, found in [
            ({"class": "glioma"}, 1),
            ({"class": "pituitary"}, 0),
            ({"model": "xception"}, 2),
            ({"model": "cnn"}, 0),
            ({"since": before.isoformat()}, 1),
            ({"until": before.isoformat()}, 1),
            ({"until": before.astimezone().isoformat(), "class": "glioma"}, 0),
            ({"since": (before + timedelta(days=1)).isoformat()}, 0),
        ]:
            assert len(records(client, **query)) == found, query

    @pytest.mark.parametrize(
        "query",
        [
            {"cursor": "rubbish"},
            {"cursor": "ä"},
            {"cursor": base64.urlsafe_b64encode(b'{"created_at": 1}').decode()},
            {"limit": "0"},
            {"limit": "201"},
            {"class": "cat"},
            {"model": "x\x00"},
            {"since": "yesterday"},
            {"since": "1764028800"},
            {"since": "2026-11-25T00:00:00"},
            {"until": "0001-01-01T00:00:00+14:00"},
            {"account": str(uuid4())},
        ],
    )
    def test_an_invalid_query_is_rejected(self, client: httpx.Client, query: dict[str, str]):
        answer = client.get(HISTORY, params=query)
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:problem:invalid-parameters"


class TestPicture:
    def test_the_picture_is_the_classified_image(self, client: httpx.Client):
        answer = predict(client)
        shown = client.get(f"{HISTORY}/{answer['id']}/picture")
        assert shown.headers["content-type"] == "image/jpeg"
        assert shown.headers["cache-control"] == "no-store"
        with Image.open(BytesIO(shown.content)) as picture:
            assert (picture.width, picture.height) == (answer["image"]["width"], answer["image"]["height"])
        small = client.get(f"{HISTORY}/{answer['id']}/picture", params={"size": "thumbnail"})
        with Image.open(BytesIO(small.content)) as picture:
            assert max(picture.size) == 160


class TestReopening:
    @pytest.mark.parametrize("target", [None, "glioma"])
    def test_the_heatmap_is_that_of_the_response(self, client: httpx.Client, target: str | None):
        chosen = {"target": target} if target else {}
        answer = upload(client, next(COPIES), **chosen)
        record = client.get(f"{HISTORY}/{answer['id']}").json()
        shown = client.get(record["overlay"], params=chosen)
        assert shown.headers["content-type"] == "image/png"
        # The stored picture is a JPEG, and the stored heat has 256 levels.
        seen = base64.b64decode(answer["heatmap"]["overlay"].partition(",")[2])
        assert difference(shown.content, seen) < 2

    def test_the_report_is_that_of_the_prediction(self, client: httpx.Client):
        scan = next(COPIES)
        made = client.post("/api/v1/reports", files={"file": (NAME, scan)}, headers={"Accept": "text/html"}).text
        [record] = records(client)
        client.patch(f"{HISTORY}/{record['id']}", json={"label": "Case 7", "note": "😀 <b>\nsecond line"})
        client.post(f"/api/v1/predictions/{record['id']}/feedback", json={"verdict": "agree"}).raise_for_status()
        again = client.get(record["report"], headers={"Accept": "text/html"}).text
        head = made.partition("</style>")[2].partition("<h2>Provenance")[0]
        for line in re.findall(r">([^<>]{4,})<", head):
            assert line in again or "UTC" in line, line
        assert again.count("<img") == 2
        for text in ("Case 7", "&lt;b&gt;\nsecond line", "Meningioma (agreed)", record["model"]["version"]):
            assert text in again
        pdf = pypdfium2.PdfDocument(client.get(record["report"], params={"paper": "letter"}).content)
        assert "Case 7" in "".join(page.get_textpage().get_text_range() for page in pdf)
        assert client.get(record["report"], headers={"Accept": "image/png"}).status_code == 406

    def test_without_a_picture_the_heatmap_is_on_black(self, readers: tuple[RunningServer, list[dict[str, str]]]):
        server, shown = readers
        with httpx.Client(base_url=server.url, cookies={"session": shown[1]["session"]}, timeout=60) as client:
            record = client.get(f"{HISTORY}/{predict(client)['id']}").json()
            assert record["picture"] is None
            with Image.open(BytesIO(client.get(record["overlay"]).content)) as overlay:
                assert overlay.size == (record["image"]["width"], record["image"]["height"])
                assert np.asarray(overlay).max() > 100
            report = client.get(record["report"], headers={"Accept": "text/html"}).text
            assert report.count("<img") == 1
            assert "The scan was not stored." in report
            assert client.delete(f"{HISTORY}/{record['id']}").status_code == 204

    def test_an_image_outside_has_no_heatmap(self, client: httpx.Client):
        noise = encode(Image.effect_noise((300, 300), 90).convert("RGB"), "PNG")
        record = client.get(f"{HISTORY}/{upload(client, noise)['id']}").json()
        assert (record["decision"], record["overlay"]) == ("outside", None)
        assert client.get(f"{HISTORY}/{record['id']}/overlay").status_code == 404
        assert client.get(record["report"], headers={"Accept": "text/html"}).text.count("<img") == 1


class TestLabel:
    def test_label_and_note_are_stored_found_and_exported(self, client: httpx.Client):
        scan = next(COPIES)
        made, _ = upload(client, scan)["id"], upload(client)
        changed = client.patch(f"{HISTORY}/{made}", json={"label": "=Case 7", "note": "100 % Größe"})
        assert changed.json() == client.get(f"{HISTORY}/{made}").json()
        client.patch(f"{HISTORY}/{made}", json={})
        upload(client, scan)
        for text in ("case 7", "100 %", "größe"[:2]):
            assert [record["label"] for record in records(client, text=text)] == ["=Case 7"], text
        assert records(client, text="1__ %") == []
        rows = list(csv.DictReader(StringIO(client.get(f"{HISTORY}/export", params={"format": "csv"}).text)))
        # A spreadsheet must not run it as a formula.
        assert [(row["label"], row["note"]) for row in rows] == [("'=Case 7", "100 % Größe"), ("", "")]
        assert client.patch(f"{HISTORY}/{made}", json={"label": None}).json()["label"] is None
        assert records(client, text="100 %")[0]["note"] == "100 % Größe"

    @pytest.mark.parametrize(
        "change", [{"label": "x" * 81}, {"label": "a\nb"}, {"note": "x" * 1001}, {"note": "\x00"}, {"name": "x"}, []]
    )
    def test_an_invalid_change_is_rejected(self, client: httpx.Client, change: object):
        assert client.patch(f"{HISTORY}/{uuid4()}", json=change).status_code == 422
        assert client.patch(f"{HISTORY}/{uuid4()}", json={"label": "x"}).status_code == 404


class TestExport:
    def test_every_format_contains_all_records(self, client: httpx.Client):
        shown = predict(client, target="meningioma")
        plain = predict(client, "Te-gl_0014.jpg", heatmap="false")
        made = [plain["id"], shown["id"]]

        as_json = client.get(f"{HISTORY}/export")
        assert as_json.headers["content-type"] == "application/json"
        assert 'filename="history.json"' in as_json.headers["content-disposition"]
        listed, added = records(client), {"display", "picture", "overlay", "heatmap_methods", "report"}
        assert as_json.json() == {"records": [{key: one[key] for key in one.keys() - added} for one in listed]}

        as_csv = client.get(f"{HISTORY}/export", params={"format": "csv"})
        assert as_csv.headers["content-type"].startswith("text/csv")
        rows = list(csv.DictReader(StringIO(as_csv.text)))
        assert [row["id"] for row in rows] == made
        assert [row["class"] for row in rows] == ["glioma", "meningioma"]
        assert [row["heatmap_target"] for row in rows] == ["", "meningioma"]
        assert float(rows[0]["probability_glioma"]) == listed[0]["probabilities"][0]["probability"]

        as_zip = client.get(f"{HISTORY}/export", params={"format": "zip"})
        assert as_zip.headers["content-type"] == "application/zip"
        with ZipFile(BytesIO(as_zip.content)) as archive:
            assert archive.testzip() is None
            assert set(archive.namelist()) == {
                "records.json",
                "records.csv",
                *(f"pictures/{record}.jpg" for record in made),
            }
            assert archive.read("records.csv").decode() == as_csv.text
            assert json.loads(archive.read("records.json")) == as_json.json()
            assert archive.read(f"pictures/{made[0]}.jpg") == client.get(f"{HISTORY}/{made[0]}/picture").content

    def test_filters_apply_to_exports(self, client: httpx.Client):
        predict(client)
        predict(client, "Te-gl_0014.jpg")
        chosen = client.get(f"{HISTORY}/export", params={"class": "glioma"}).json()["records"]
        assert [record["prediction"]["class"] for record in chosen] == ["glioma"]

    def test_an_empty_history_is_exported(self, client: httpx.Client):
        assert client.get(f"{HISTORY}/export").json() == {"records": []}
        assert len(client.get(f"{HISTORY}/export", params={"format": "csv"}).text.splitlines()) == 1
        with ZipFile(BytesIO(client.get(f"{HISTORY}/export", params={"format": "zip"}).content)) as archive:
            assert archive.namelist() == ["records.json", "records.csv"]


class TestDelete:
    def test_a_record_is_deleted_with_its_picture(self, client: httpx.Client, images: Path):
        kept, deleted = upload(client)["id"], upload(client)["id"]
        assert len(pictures_in(images)) == 2
        assert client.delete(f"{HISTORY}/{deleted}").status_code == 204
        assert [record["id"] for record in records(client)] == [kept]
        assert len(pictures_in(images)) == 1
        for answer in (
            client.get(f"{HISTORY}/{deleted}"),
            client.get(f"{HISTORY}/{deleted}/picture"),
            client.delete(f"{HISTORY}/{deleted}"),
        ):
            assert answer.status_code == 404

    def test_all_records_are_deleted_with_their_pictures(self, client: httpx.Client, images: Path):
        for _ in range(3):
            upload(client)
        assert client.delete(HISTORY).json() == {"deleted": 3}
        assert records(client) == []
        assert pictures_in(images) == []


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, list[dict[str, str]]]]:
    """A server with accounts, and the session and key of an administrator and of another account."""
    folder = tmp_path_factory.mktemp("readers")
    data = folder / "data"
    shown = []
    database = Database.open(Settings(data_dir=data))
    now = datetime.now(UTC)
    with database.writing() as session:
        for number in range(2):
            account = Account(email=f"{number}@example.org", admin=number == 1, disabled=False, created_at=now)
            session.add(account)
            session.flush()
            token, key = new_token(), KEY_PREFIX + new_token()
            session.add(
                SessionRow(
                    account_id=account.id,
                    token_hash=hashed(token),
                    complete=True,
                    address="",
                    user_agent="",
                    created_at=now,
                    used_at=now,
                    expires_at=now + timedelta(days=1),
                )
            )
            session.add(
                KeyRow(
                    account_id=account.id,
                    token_hash=hashed(key),
                    name="",
                    scopes=["predict", "read"],
                    created_at=now,
                )
            )
            shown.append({"session": token, "key": key})
    database.close()
    with RunningServer(AUTH="on", DATA_DIR=str(data), UPLOADS_DIR=str(folder / "uploads"), CACHE_MB="32") as server:
        yield server, shown


class TestAccounts:
    def test_records_of_other_accounts_are_not_found(self, readers: tuple[RunningServer, list[dict[str, str]]]):
        server, shown = readers
        with (
            httpx.Client(base_url=server.url, cookies={"session": shown[0]["session"]}, timeout=60) as owner,
            httpx.Client(base_url=server.url, cookies={"session": shown[1]["session"]}, timeout=60) as other,
        ):
            record = predict(owner)["id"]
            paths = [f"{HISTORY}/{record}{part}" for part in ("", "/picture", "/overlay", "/report")]
            unknown = other.get(f"{HISTORY}/{uuid4()}").json()
            for answer in [
                *map(other.get, paths),
                other.delete(paths[0]),
                other.patch(paths[0], json={"label": "mine"}),
            ]:
                assert answer.status_code == 404
            # The same text as for a record that never existed.
            assert other.get(paths[0]).json()["title"] == unknown["title"]
            assert records(other) == []
            assert other.get(f"{HISTORY}/export").json() == {"records": []}
            assert other.delete(HISTORY).json() == {"deleted": 0}
            assert [kept["id"] for kept in records(owner)] == [record]
            assert owner.get(paths[1]).status_code == 404  # no picture was stored
            assert records(owner)[0]["picture"] is None

    def test_a_key_reads_but_cannot_delete(self, readers: tuple[RunningServer, list[dict[str, str]]]):
        server, shown = readers
        with httpx.Client(
            base_url=server.url, headers={"Authorization": f"Bearer {shown[0]['key']}"}, timeout=60
        ) as program:
            record = predict(program)["id"]
            assert record in [kept["id"] for kept in records(program)]
            assert program.delete(f"{HISTORY}/{record}").status_code == 403
            assert program.delete(HISTORY).status_code == 403
            assert program.get(f"{HISTORY}/{record}").status_code == 200
