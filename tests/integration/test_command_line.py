import csv
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app import __version__
from app.cli.main import main
from app.config.reference import settings_table
from app.config.settings import PROJECT_DIR
from app.models.classes import DISCLAIMER
from app.models.site_file import SiteFile
from app.services.evaluation.schemas import EvaluationReport
from app.services.explanations.words import percent
from app.services.inference.predictor import Predictor
from tests.conftest import MODELS, SAMPLES_DIR
from tests.support.images import text_page
from tests.support.scans import fresh_scans
from tests.support.server import RunningServer

MENINGIOMA = str(SAMPLES_DIR / "Te-me_0016.jpg")
GLIOMA = str(SAMPLES_DIR / "Te-gl_0014.jpg")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=PROJECT_DIR,
        env={**os.environ, "COLUMNS": "160", **environment},
        capture_output=True,
        text=True,
        timeout=180,
    )


class TestPredict:
    def test_prints_a_table(self, predictor: Predictor):
        ended = run("predict", MENINGIOMA, GLIOMA, PRECISION="f32")
        assert ended.returncode == 0
        [first] = [line for line in ended.stdout.splitlines() if "Te-me_0016" in line]
        [second] = [line for line in ended.stdout.splitlines() if "Te-gl_0014" in line]
        assert "Meningioma" in first
        with Path(MENINGIOMA).open("rb") as file:
            assert percent(predictor.predict(file, heatmap=False).confidence) in first
        assert "Glioma" in second
        assert DISCLAIMER.split(".")[0] in ended.stderr

    def test_json_has_heatmaps_and_failures(self, tmp_path: Path):
        (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff")
        (tmp_path / "same").mkdir()
        twin = tmp_path / "same" / "Te-me_0016.jpg"
        twin.write_bytes(Path(MENINGIOMA).read_bytes())
        (tmp_path / "page.png").write_bytes(text_page())
        files = [MENINGIOMA, str(tmp_path / "broken.jpg"), str(tmp_path / "missing.jpg"), str(tmp_path), str(twin)]
        files.append(str(tmp_path / "page.png"))
        maps = tmp_path / "maps" / "new"
        ended = run("predict", *files, "--heatmap", str(maps), "--json")
        assert ended.returncode == 1
        results = json.loads(ended.stdout)["results"]
        assert [result["file"] for result in results] == files
        assert results[0]["class"] == "meningioma"
        assert sum(results[0]["probabilities"].values()) == pytest.approx(1)
        assert results[0]["focus"] == "on the right, at mid-height"
        assert "cut off" in results[1]["error"]
        assert "No such file" in results[2]["error"]
        assert "folder" in results[3]["error"]
        saved = [Path(results[0]["heatmap"]), Path(results[4]["heatmap"])]
        assert saved == [maps / "Te-me_0016.heatmap.png", maps / "Te-me_0016.heatmap-2.png"]
        assert len(list(maps.iterdir())) == 2
        assert {results[5][name] for name in ("class", "confidence", "prediction_set", "heatmap")} == {None}
        assert results[5]["decision"] == "outside"
        for path in saved:
            with Image.open(path) as overlay:
                assert overlay.size == (290, 339)

    @pytest.mark.parametrize(
        "terminal",
        [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
        ids=["cp1252", "ASCII"],
    )
    def test_every_name_is_shown_whole_on_every_terminal(self, tmp_path: Path, terminal: dict[str, str]):
        folder = tmp_path / "a [red] folder"
        names = [b"caf\xe9.jpg", b"deep/\x1b[31m.jpg", f"deep/{'long ' * 40}.jpg".encode(), "deep/眼.jpg".encode()]
        for name in names:
            path = Path(os.fsdecode(bytes(folder) + b"/" + name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(Path(GLIOMA).read_bytes())
        os.mkfifo(folder / "pipe")
        ended = run("predict", "-r", str(folder), "--model", "cnn", COLUMNS="80", **terminal)
        assert (ended.returncode, ended.stdout.count("Glioma")) == (0, 4), ended.stderr
        for shown in ("caf\\xe9.jpg", "deep/\\x1b[31m.jpg", f"deep/{'long ' * 40}.jpg", "deep/\\u773c.jpg"):
            assert f"{folder}/{shown}\n" in ended.stdout

    def test_csv_has_a_row_for_each_file_and_no_formulas(self, tmp_path: Path, capsys, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("=HYPERLINK(1).jpg").write_bytes(Path(GLIOMA).read_bytes())
        Path("broken.jpg").write_bytes(b"\xff\xd8\xff")
        files = ["=HYPERLINK(1).jpg", "broken.jpg"]
        assert main(["predict", *files, "--csv", "results.csv", "--heatmap", "maps", "--model", "cnn"]) == 1
        assert "1 of 2 files failed" in capsys.readouterr().err
        with Path("results.csv").open(newline="", encoding="utf-8") as file:
            read, failed = csv.DictReader(file)
        assert (read["file"], read["class"], read["decision"]) == ("'=HYPERLINK(1).jpg", "glioma", "answer")
        assert float(read["probability_glioma"]) == float(read["confidence"])
        assert Path(read["heatmap"].removeprefix("'")).is_file()
        assert (failed["file"], failed["class"]) == ("broken.jpg", "")
        assert "cut off" in failed["error"]
        assert main(["predict", GLIOMA, "--csv", "missing/results.csv"]) == 1
        assert "error: --csv missing/results.csv: No such file" in capsys.readouterr().err

    def test_a_reader_that_ends_early_ends_the_command_quietly(self):
        command = [sys.executable, "-m", "app", "predict", GLIOMA, "--json", "--model", "cnn"]
        with subprocess.Popen(command, cwd=PROJECT_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 1

    def test_several_views_report_their_agreement(self, capsys):
        assert main(["predict", GLIOMA, "--views", "3", "--json"]) == 0
        [result] = json.loads(capsys.readouterr().out)["results"]
        assert (result["decision"], result["headline"]) == ("answer", "Glioma")
        assert result["agreement"]["views"] == 3
        assert main(["predict", GLIOMA, "--views", "3"]) == 0
        assert "All 3 views" in " ".join(capsys.readouterr().out.split())

    def test_many_files_run_in_one_process(self, capsys):
        assert main(["predict", *[GLIOMA] * 5, "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)["results"]) == 5

    def test_an_unknown_model_is_an_error(self, capsys):
        assert main(["predict", MENINGIOMA, "--model", "vgg"]) == 1
        assert f"no model 'vgg'. Known: {', '.join(MODELS)}" in capsys.readouterr().err

    def test_a_heatmap_folder_that_cannot_be_made_is_an_error(self, capsys):
        assert main(["predict", MENINGIOMA, "--heatmap", "/proc/nowhere"]) == 1
        assert "error: --heatmap /proc/nowhere" in capsys.readouterr().err

    def test_upload_limits_apply(self, capsys, monkeypatch):
        monkeypatch.setenv("MAX_UPLOAD_MB", "0.001")
        assert main(["predict", MENINGIOMA, "--json", "--model", "cnn"]) == 1
        assert "at most 1,000 are accepted" in json.loads(capsys.readouterr().out)["results"][0]["error"]

    def test_a_wrong_setting_is_one_line(self, capsys, monkeypatch):
        monkeypatch.setenv("PORT", "x")
        assert main(["predict", MENINGIOMA]) == 1
        shown = capsys.readouterr().err
        assert shown.startswith("error: PORT='x'")
        assert shown.count("\n") == 1


class TestDrift:
    def test_a_folder_of_noise_differs_from_the_validation_scans(self, tmp_path: Path, capsys):
        for seed in range(24):
            pixels = np.random.default_rng(seed).integers(256, size=(64, 64), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / f"{seed:02}.png")
        # A repeated file adds no information, and a file that is not an image is skipped.
        (tmp_path / "again.png").write_bytes((tmp_path / "00.png").read_bytes())
        (tmp_path / "notes.txt").write_text("Jane Doe")
        assert main(["drift", str(tmp_path), "--json", "--model", "cnn"]) == 1
        shown = capsys.readouterr()
        assert "notes.txt" in shown.err
        found = json.loads(shown.out)
        assert (found["images"], found["failed"], found["drift"]) == (24, 1, True)
        assert found["reference"]["model"] == "cnn"
        assert min(test["adjusted"] for test in found["check"]["tests"]) <= found["level"]

    def test_a_folder_of_too_few_scans_is_an_error(self, capsys):
        assert main(["drift", str(SAMPLES_DIR), "--model", "cnn"]) == 1
        assert "17 different scans" in capsys.readouterr().err

    def test_a_missing_folder_is_an_error(self, tmp_path: Path, capsys):
        assert main(["drift", str(tmp_path / "missing")]) == 1
        assert "missing" in capsys.readouterr().err


class TestEvaluate:
    def test_a_folder_gives_a_report_and_a_site_file_to_serve_with(self, tmp_path: Path, capsys):
        fresh_scans(tmp_path / "scans", per_class=55)
        (tmp_path / "scans" / "notumor" / "copy.jpg").write_bytes(Path(MENINGIOMA).read_bytes())
        (tmp_path / "scans" / "notumor" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
        (tmp_path / "scans" / "sarcoma").mkdir()
        site = tmp_path / "site.json"
        ended = run(
            "evaluate", str(tmp_path / "scans"), "--model", "cnn", "--out", str(tmp_path / "out"), "--fit", str(site)
        )
        assert (ended.returncode, "220" in ended.stdout) == (0, True), ended.stderr
        report = EvaluationReport.model_validate_json((tmp_path / "out" / "report.json").read_bytes())
        assert report.measured.images == 220
        assert report.by_patient is not None and report.by_patient.patients == 20
        reasons = {left_out.scan: left_out.reason for left_out in report.left_out}
        assert set(reasons) == {"sarcoma/", "notumor/copy.jpg", "notumor/broken.jpg"}
        assert "trained on" in reasons["notumor/copy.jpg"]
        assert "cut off" in reasons["notumor/broken.jpg"]
        page = (tmp_path / "out" / "report.html").read_text()
        assert "notumor/broken.jpg" in page and DISCLAIMER in page

        fitted = SiteFile.model_validate_json(site.read_bytes())
        assert (fitted.model, fitted.patients, report.fit is not None) == ("cnn", 20, True)
        # Without misclassified scans no temperature can be fitted, so the test sets one.
        assert fitted.temperature == MODELS["cnn"].temperature
        site.write_text(fitted.model_copy(update={"temperature": 2.0}).model_dump_json())
        with (
            RunningServer(SITE_FILE=str(site)) as server,
            server.client() as client,
        ):
            versions = {model["name"]: model["version"] for model in client.get("/api/v1/models").json()["models"]}
            assert versions["cnn"].startswith(f"{MODELS['cnn'].version}+site.")
            assert versions["xception"] == MODELS["xception"].version
            scan = {"file": Path(GLIOMA).read_bytes()}
            answer = client.post("/api/v1/predictions", files=scan, params={"model": "cnn", "heatmap": False}).json()
            assert answer["model"]["version"] == versions["cnn"]
        assert main(["predict", GLIOMA, "--model", "cnn", "--json"]) == 0
        [shipped] = json.loads(capsys.readouterr().out)["results"]
        assert answer["prediction"]["confidence"] < shipped["confidence"]

        site.write_text(site.read_text().replace(fitted.sha256, "0" * 64))
        refused = run("serve", SITE_FILE=str(site))
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert "was fitted to other weights of cnn" in refused.stderr

    def test_names_that_are_not_utf_8_are_measured_and_reported(self, tmp_path: Path, capsys):
        for name in (b"glioma/M\xfcller/caf\xe9.jpg", b"notumor/caf\xe9.jpg", b"caf\xe9.txt"):
            path = Path(os.fsdecode(bytes(tmp_path / "scans") + b"/" + name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(Path(GLIOMA).read_bytes() if path.parent.name != "notumor" else b"")
        out = tmp_path / "a [/red] folder"
        assert main(["evaluate", str(tmp_path / "scans"), "--model", "cnn", "--out", str(out)]) == 0
        assert f"Report saved in {out}:" in capsys.readouterr().err
        report = EvaluationReport.model_validate_json((out / "report.json").read_bytes())
        assert report.by_patient is not None and report.measured.images == 1
        assert {entry.scan for entry in report.left_out} == {"caf\\xe9.txt", "notumor/caf\\xe9.jpg"}

    def test_too_few_scans_give_a_report_but_no_site_file(self, tmp_path: Path, capsys):
        table = tmp_path / "scans.csv"
        (tmp_path / "a.jpg").write_bytes(Path(GLIOMA).read_bytes())
        table.write_text("file,class,patient\na.jpg,Glioma,1\ngone.jpg,glioma,2\n")
        out, site = tmp_path / "out", tmp_path / "site.json"
        assert main(["evaluate", str(table), "--model", "cnn", "--out", str(out), "--fit", str(site)]) == 1
        assert "at least 50 scans of each class" in capsys.readouterr().err
        assert not site.exists()
        assert json.loads((out / "report.json").read_text())["left_out"] == [
            {"scan": "gone.jpg", "reason": "The file does not exist."}
        ]

    def test_a_folder_without_labelled_scans_is_an_error(self, tmp_path: Path, capsys):
        assert main(["evaluate", str(tmp_path), "--out", str(tmp_path)]) == 1
        assert "has no scan of a known class" in capsys.readouterr().err


Command = Callable[..., tuple[int, str, str]]


class TestAccounts:
    @pytest.fixture
    def command(self, tmp_path: Path, capsys, monkeypatch) -> Command:
        """Runs a command, which reads a password from a pipe; returns its exit code, output and errors."""
        monkeypatch.setenv("DATA_DIR", str(tmp_path))
        monkeypatch.setenv("LOG_LEVEL", "warning")

        def command(*arguments: str, password: str = "") -> tuple[int, str, str]:
            monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
            code, shown = main([*arguments]), capsys.readouterr()
            return code, shown.out, shown.err

        return command

    def test_accounts_are_added_listed_and_reset_and_audited(self, command: Command, tmp_path: Path):
        added = command("users", "add", "Chief@example.org", "--admin", password="a sentence of mine")
        assert added == (0, "Added chief@example.org as an administrator\n", "")
        again = command("users", "add", "chief@example.org", password="a sentence of mine")
        assert again == (1, "", "error: an account chief@example.org already exists.\n")
        assert "chief@example.org" in command("users", "list")[1]
        _, link, _ = command("users", "reset", "chief@example.org", "--second-factor")
        assert link.startswith("http://127.0.0.1:8000/sign-in#reset=")
        _, checked, _ = command("audit", "verify")
        assert checked.startswith("The audit trail's 3 entries are unbroken.")
        assert command("audit", "verify", "--head", checked.splitlines()[-1])[0] == 0
        with sqlite3.connect(tmp_path / "service.db") as connection:
            connection.execute("DROP TRIGGER audit_delete")
            connection.execute("DELETE FROM audit WHERE sequence = 2")
        broken = command("audit", "verify")
        assert broken == (1, "", "error: the audit trail is broken: entry 2 is missing.\n")

    @pytest.mark.parametrize(
        ("arguments", "password", "words"),
        [
            (
                ["users", "add", "nobody"],
                "a sentence of mine",
                "is not an e-mail address: An email address must have an @",
            ),
            (["users", "add", "x@example.org"], "short", "12 to 128 characters"),
            (["users", "reset", "x@example.org"], "", "there is no account x@example.org"),
            (["audit", "verify", "--head", "x"], "", "a head has the form number:hash"),
        ],
        ids=lambda value: value[-1] if isinstance(value, list) else "",
    )
    def test_an_error_is_one_line(self, command: Command, arguments: list[str], password: str, words: str):
        code, _, shown = command(*arguments, password=password)
        assert code == 1
        assert shown.startswith("error: ")
        assert words in shown
        assert shown.count("\n") == 1


class TestOthers:
    def test_settings_are_printed_as_a_table(self, capsys):
        assert main(["settings"]) == 0
        assert capsys.readouterr().out.strip() == settings_table()

    def test_the_pipeline_without_its_packages_names_the_target_to_make(self):
        # With -S, Python finds no installed package.
        command = [sys.executable, "-S", "-m", "research.pipeline", "--help"]
        ended = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True)
        assert ended.returncode == 1
        assert ended.stderr.startswith("error: the package ")
        assert "`make .venv/dev`" in ended.stderr
        assert ended.stderr.count("\n") == 1

    def test_version_is_printed(self, capsys):
        with pytest.raises(SystemExit, match="0"):
            main(["--version"])
        assert capsys.readouterr().out.strip() == __version__

    @pytest.mark.parametrize("arguments", [[], ["predict"], ["dance"]])
    def test_wrong_arguments_exit_with_2(self, arguments, capsys):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
        assert "usage: python -m app" in capsys.readouterr().err
