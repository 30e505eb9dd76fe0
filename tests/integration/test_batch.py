"""`btc batch`: real runs, killed ones too, over folders, ZIP archives, an S3 server and Ray clusters."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import time
from itertools import islice
from pathlib import Path

import duckdb
import pytest
from obstore.store import S3Store

from app.cli.main import main
from app.config.settings import PROJECT_DIR
from app.models.classes import CLASSES
from app.services.inference.predictor import Predictor
from tests.conftest import SAMPLES_DIR, sample_paths
from tests.support.archives import BatchRuns, rows_of, workers_of
from tests.support.dicom import sample_slice
from tests.support.images import copies, zipped
from tests.support.models import models_of_cnn
from tests.support.ray_cluster import RayCluster
from tests.support.s3_server import S3Server


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> BatchRuns:
    return BatchRuns(models_of_cnn(tmp_path_factory.mktemp("models") / "models"), {})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """14 scans: 12 in folders and archives, one of them as DICOM; and two that cannot be read."""
    folder = tmp_path_factory.mktemp("source")
    samples = sample_paths()
    (folder / "deep" / "er").mkdir(parents=True)
    for path in samples[:6]:
        shutil.copy(path, folder / "deep")
    (folder / "deep" / "er" / "scans.ZIP").write_bytes(
        zipped({f"in/{path.name}": path.read_bytes() for path in samples[6:11]})
    )
    (folder / "slice.dcm").write_bytes(sample_slice(0))
    (folder / "cut.jpg").write_bytes(samples[0].read_bytes()[:300])
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    for ignored in (".hidden.jpg", "DICOMDIR"):
        (folder / ignored).write_bytes(b"no scan")
    return folder


KEYS = 14
FAILED = ["broken.zip", "cut.jpg"]


def each_once(results: Path) -> None:
    found = rows_of(results, "source")
    assert len(found) == len(set(found)) == KEYS


class TestRows:
    @pytest.fixture(scope="class")
    @classmethod
    def results(cls, batch: BatchRuns, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("results") / "new"
        code, summary, progress = batch.run(str(source), str(folder), "--heatmaps")
        assert code == 1
        assert (summary["scans"], summary["answered"], summary["failed"], summary["unanswered"]) == (14, 12, 2, 0)
        assert "14 of 14 scans" in progress
        return folder

    def test_every_scan_has_one_row_with_its_content(self, results: Path, source: Path):
        each_once(results)
        sample = sample_paths()[0]
        [row] = [row for row in rows_of(results) if row[0] == f"deep/{sample.name}"]
        assert row[1] == hashlib.sha256(sample.read_bytes()).hexdigest()
        assert f"deep/er/scans.ZIP/in/{sample_paths()[6].name}" in [key for key, _ in rows_of(results)]

    def test_failures_are_rows_and_listed_in_the_words_of_the_service(self, results: Path):
        failed = rows_of(results, "source, error, decision")
        assert [row[0] for row in failed if row[1]] == FAILED
        assert all((row[1] is None) != (row[2] is None) for row in failed)
        listed = [json.loads(line) for line in (results / "failures-1-of-1.jsonl").read_text().splitlines()]
        assert {each["source"]: each["error"] for each in listed} == dict.fromkeys(FAILED, "unreadable-image")
        assert "damaged or cut off" in listed[0]["error_detail"] + listed[1]["error_detail"]

    def test_heatmaps_are_named_in_their_rows(self, results: Path):
        found = rows_of(results, "heatmap, decision")
        drawn = [heatmap for heatmap, _ in found if heatmap]
        assert drawn
        assert all((results / heatmap).read_bytes().startswith(b"\x89PNG") for heatmap in drawn)
        assert all(bool(heatmap) == (decision not in (None, "outside")) for heatmap, decision in found)

    def test_the_queries_of_the_guide_run(self, results: Path):
        page = (PROJECT_DIR / "docs" / "how-to" / "archive.md").read_text()
        queries = re.findall(r"^```sql\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        answers = [duckdb.execute(query.replace("'results/", f"'{results}/")).fetchall() for query in queries]
        decisions, doubtful, months, failures, copies, last = answers
        assert sum(count for _, count, _ in decisions) == KEYS - len(FAILED)
        assert all(key in [row[0] for row in rows_of(results)] for key, *_ in doubtful)
        assert sum(month[1] for month in months) == KEYS - len(FAILED)
        assert [(error, count) for error, count, *_ in failures] == [("unreadable-image", len(FAILED))]
        assert copies == []
        assert len(last) == KEYS

    def test_the_same_command_adds_nothing_even_if_files_are_touched(
        self, batch: BatchRuns, results: Path, source: Path
    ):
        os.utime(source / "deep" / sample_paths()[0].name)
        code, summary, _ = batch.run(str(source), str(results))
        assert code == 1
        assert (summary["earlier"], summary["answered"], summary["failed"]) == (14, 0, 2)
        each_once(results)


def test_the_numbers_are_those_of_the_service(tmp_path: Path, predictor: Predictor):
    scan = SAMPLES_DIR / "Te-me_0016.jpg"
    code, _, _ = BatchRuns(SAMPLES_DIR.parent / "models", {"PRECISION": "f32"}).run(str(scan), str(tmp_path))
    assert code == 0
    with scan.open("rb") as file:
        expected = predictor.predict(file, heatmap=False)
    probabilities = ", ".join(f"probability_{tumor}" for tumor in CLASSES)
    [row] = rows_of(tmp_path, f"source, decision, predicted_class, prediction_set, sequence, plane, {probabilities}")
    assert row[:3] == (scan.name, expected.decision, expected.predicted)
    assert expected.deciding_set
    assert expected.acquisition
    assert row[3] == list(expected.deciding_set.classes)
    assert row[4:6] == (expected.acquisition.sequence, expected.acquisition.plane)
    assert row[6:] == pytest.approx(expected.probabilities, abs=1e-5)


def test_runs_killed_at_any_moment_leave_each_row_once(batch: BatchRuns, source: Path, tmp_path: Path):
    for moment in ("part-before", "file-before", "file-after", "part-after"):
        assert batch.killed_at(moment, str(source), str(tmp_path)) == -signal.SIGKILL, moment
    found = rows_of(tmp_path, "source")
    assert 10 <= len(found) < KEYS
    assert batch.killed_at("none-", str(source), str(tmp_path)) == 1
    each_once(tmp_path)


def test_shards_divide_the_scans(batch: BatchRuns, source: Path, tmp_path: Path):
    counts = [batch.run(str(source), str(tmp_path), "--shard", f"{number}/2")[1]["scans"] for number in (1, 2)]
    assert all(counts)
    assert sum(counts) == KEYS
    each_once(tmp_path)


def test_a_bucket_is_read_and_written_even_if_a_run_was_killed(batch: BatchRuns, source: Path, tmp_path: Path):
    with S3Server() as server:
        store = S3Store(
            server.bucket,
            endpoint=server.url,
            access_key_id="reader",
            secret_access_key="secret",
            client_options={"allow_http": True},
        )
        for path in source.rglob("*"):
            if path.is_file():
                store.put(f"given/{path.relative_to(source).as_posix()}", path.read_bytes())
        on_s3 = BatchRuns(
            batch.models,
            {"AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "secret"},
        )
        places = f"s3://{server.bucket}/given", f"s3://{server.bucket}/results"
        assert on_s3.killed_at("part-after", *places) == -signal.SIGKILL
        code, summary, _ = on_s3.run(*places)
        assert (code, summary["earlier"], summary["scans"], summary["failed"]) == (1, 4, KEYS, 2)
        (tmp_path / "parts").mkdir()
        for page in store.list("results/parts"):
            for entry in page:
                (tmp_path / entry["path"].removeprefix("results/")).write_bytes(store.get(entry["path"]).bytes())
        each_once(tmp_path)
        single = f"s3://{server.bucket}/given/slice.dcm"
        assert on_s3.run(single, str(tmp_path / "single"))[:1] == (0,)
    code, _, errors = on_s3.run(*places)
    assert code == 1
    assert errors.startswith(f"error: {places[0].rpartition('/')[0]}")


def test_a_killed_worker_of_ray_leaves_each_row_once(batch: BatchRuns, source: Path, tmp_path: Path):
    run = batch.start(str(source), str(tmp_path), "--ray", "--workers", "2", parts_of=1)
    while not list(tmp_path.glob("parts/*.parquet")):
        assert run.poll() is None
        time.sleep(0.05)
    workers = workers_of(run.pid)
    assert workers
    os.kill(workers[0], signal.SIGKILL)
    summary = json.loads(run.communicate(timeout=300)[0])
    assert (run.returncode, summary["scans"], summary["failed"], summary["unanswered"]) == (1, KEYS, 2, 0)
    each_once(tmp_path)


def test_a_cluster_that_loses_a_worker_a_node_and_the_driver_leaves_each_row_once(batch: BatchRuns, tmp_path: Path):
    (tmp_path / "source").mkdir()
    for number, content in enumerate(islice(copies((SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()), 60)):
        (tmp_path / "source" / f"{number}.jpg").write_bytes(content)
    results = tmp_path / "results"
    with RayCluster(nodes=3) as cluster:
        command = str(tmp_path / "source"), str(results), "--ray", cluster.address
        run = batch.start(*command, "--workers", "3", parts_of=4)

        def wait_for(parts: int) -> None:
            while len(list(results.glob("parts/*.parquet"))) < parts:
                assert run.poll() is None
                time.sleep(0.02)

        wait_for(1)
        [worker] = cluster.workers()
        os.kill(worker, signal.SIGKILL)
        wait_for(3)
        cluster.kill_node()
        wait_for(5)
        run.kill()
        run.communicate()
        columns = "source, sha256, decision, probability_glioma"
        stored = rows_of(results, columns)
        assert 20 <= len(stored) < 60
        again = batch.start(*command, "--workers", "2", parts_of=4)
        summary = json.loads(again.communicate(timeout=300)[0])
    assert (again.returncode, summary["failed"], summary["unanswered"]) == (0, 0, 0)
    # A worker of the run that was killed may have finished a part after the count above.
    assert len(stored) <= summary["earlier"] == 60 - summary["answered"]
    assert set(stored) <= set(rows_of(results, columns))
    assert [source for (source,) in rows_of(results, "source")] == sorted(f"{number}.jpg" for number in range(60))


class TestErrors:
    @pytest.mark.parametrize(("library", "extra"), [("pyarrow", "archive"), ("ray", "ray")])
    def test_a_missing_library_is_named_by_its_extra(
        self, library: str, extra: str, monkeypatch: pytest.MonkeyPatch, capsys
    ):
        find = importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == library else find(name))
        assert main(["batch", "source", "dest", "--ray"]) == 1
        assert f"pip install 'brain-tumor-classification[{extra}]'" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("nothing-here", "{out}"), "there is no such file or folder"),
            (("{source}", "{source}/out"), "is in SOURCE"),
            (("{source}", "/dev/null/out"), "Not a directory"),
            (("s3://", "{out}"), "s3://"),
            (("{out}-empty", "{out}"), "has no files"),
            (("unknown://bucket/x", "{out}"), "unknown://bucket"),
        ],
    )
    def test_a_place_that_cannot_be_used_is_one_line(
        self, source: Path, tmp_path: Path, capsys, arguments: tuple[str, ...], words: str
    ):
        (tmp_path / "out-empty").mkdir()
        filled = [each.format(source=source, out=tmp_path / "out") for each in arguments]
        assert main(["batch", *filled]) == 1
        errors = capsys.readouterr().err
        assert words in errors
        assert errors.startswith("error: ")
        assert errors.count("\n") == 1

    def test_limits_leave_a_scan_without_a_row_for_another_run(self, batch: BatchRuns, tmp_path: Path):
        scan = SAMPLES_DIR / "Te-me_0016.jpg"
        small = BatchRuns(batch.models, {"MAX_UPLOAD_MB": "0.001"})
        code, summary, _ = small.run(str(scan), str(tmp_path))
        assert (code, summary["unanswered"]) == (1, 1)
        assert "too-large" in (tmp_path / "failures-1-of-1.jsonl").read_text()
        code, summary, _ = batch.run(str(scan), str(tmp_path))
        assert (code, summary["answered"]) == (0, 1)
        assert (tmp_path / "failures-1-of-1.jsonl").read_text() == ""
