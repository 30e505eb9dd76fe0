"""The wheel, installed in a separate environment, and the files with the project's metadata."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml
from packaging.version import Version

from app import __version__
from app.config.settings import PROJECT_DIR, Settings
from tests.support.server import free_port

SCAN = PROJECT_DIR / "sample_images" / "Te-me_0016.jpg"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        ".",
    ]
    subprocess.run(command, cwd=PROJECT_DIR, check=True)
    [built] = folder.glob("*.whl")
    return built


@dataclass(frozen=True)
class Installed:
    """The command `btc` of a fresh environment, and the folder that it runs in."""

    command: Path
    folder: Path

    @staticmethod
    def environment() -> dict[str, str]:
        """The environment variables, without settings of the service."""
        return {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}

    def __call__(self, *arguments: str | Path, **settings: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment(), **{name: str(value) for name, value in settings.items()}}
        return subprocess.run(
            [self.command, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True
        )


@pytest.fixture(scope="module")
def btc(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel; its dependencies are those of the running environment."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment)
    python = str(environment / "bin" / "python")
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run(install, check=True)
    [packages] = environment.glob("lib/*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return Installed(environment / "bin" / "btc", tmp_path_factory.mktemp("empty"))


class TestWheel:
    def test_it_contains_what_the_service_reads_and_no_weights(self, wheel: Path):
        names = set(zipfile.ZipFile(wheel).namelist())
        expected = {
            path.relative_to(PROJECT_DIR).as_posix()
            for path in (PROJECT_DIR / "app").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        } | {f"app/sample_images/{path.name}" for path in SCAN.parent.iterdir()}
        assert {name for name in names if not name.startswith("brain_tumor_classification-")} == expected
        assert wheel.stat().st_size < 5_000_000

    def test_its_metadata_names_licence_and_version(self, wheel: Path):
        [metadata] = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("/METADATA")]
        text = zipfile.ZipFile(wheel).read(metadata).decode()
        assert f"\nVersion: {__version__}\n" in text
        assert "\nLicense-Expression: Apache-2.0\n" in text


class TestInstalledCommand:
    def test_it_has_version_and_help(self, btc: Installed):
        assert __version__ in btc("--version").stdout
        assert "predict" in btc("--help").stdout

    def test_it_lists_the_settings(self, btc: Installed):
        assert "| `MODELS_DIR` | `models/` |" in btc("settings").stdout

    def test_it_classifies_with_the_weights_of_models_dir(self, btc: Installed):
        run = btc("predict", SCAN, "--json", MODELS_DIR=PROJECT_DIR / "models")
        assert run.returncode == 0, run.stderr
        [result] = json.loads(run.stdout)["results"]
        assert result["class"] == "meningioma"

    def test_it_stores_data_in_the_current_folder(self, btc: Installed):
        run = btc("users", "list")
        assert run.returncode == 0, run.stderr
        assert (btc.folder / "data" / "service.db").is_file()

    def test_it_serves_the_sample_images_of_the_wheel(self, btc: Installed):
        address = f"http://127.0.0.1:{free_port()}"
        settings = {"PORT": address.rpartition(":")[2], "MODELS_DIR": str(PROJECT_DIR / "models")}
        environment = {**btc.environment(), **settings}
        with subprocess.Popen(
            [btc.command, "serve"], cwd=btc.folder, env=environment, stderr=subprocess.DEVNULL
        ) as run:
            try:
                transport = httpx.HTTPTransport(retries=10)
                with httpx.Client(base_url=address, transport=transport, timeout=60) as client:
                    samples = client.get("/api/v1/samples").json()["samples"]
            finally:
                run.terminate()
        assert {sample["name"] for sample in samples} == {path.name for path in SCAN.parent.iterdir()}

    @pytest.mark.parametrize("arguments", [("serve",), ("predict", SCAN)], ids=["serve", "predict"])
    def test_without_weights_one_line_says_where_to_get_them(self, btc: Installed, arguments: tuple[str | Path, ...]):
        run = btc(*arguments)
        assert run.returncode == 1
        [line] = [line for line in run.stderr.splitlines() if line.startswith("error: ")]
        assert "MODELS_DIR" in line
        assert f"btc-models-{__version__}.tar.gz" in line
        assert "site-packages" not in line


class TestProjectFiles:
    def test_versions_agree(self):
        citation = yaml.safe_load((PROJECT_DIR / "CITATION.cff").read_text())
        client = json.loads((PROJECT_DIR / "clients" / "typescript" / "package.json").read_text())
        released = re.findall(r"^## \[(\d\S+)\] - (\S+)$", (PROJECT_DIR / "CHANGELOG.md").read_text(), re.MULTILINE)
        assert client["version"] == __version__
        assert (citation["version"], str(citation["date-released"])) == released[0]
        # A change that breaks the contract begins a new version before its release.
        assert Version(__version__) >= Version(released[0][0])

    def test_all_state_the_same_repository(self):
        citation = yaml.safe_load((PROJECT_DIR / "CITATION.cff").read_text())
        client = json.loads((PROJECT_DIR / "clients" / "typescript" / "package.json").read_text())
        assert client["repository"]["url"] == f"git+{citation['repository-code']}.git"
        assert f'Repository = "{citation["repository-code"]}"' in (PROJECT_DIR / "pyproject.toml").read_text()

    def test_the_example_of_an_env_file_is_valid(self, monkeypatch: pytest.MonkeyPatch):
        text = (PROJECT_DIR / ".env.example").read_text()
        variables = re.findall(r"^# ([A-Z][A-Z0-9_]+)=(.*)$", text, re.MULTILINE)
        assert len(variables) > 20
        for name, value in variables:
            assert name.lower() in Settings.model_fields
            monkeypatch.setenv(name, value)
        Settings.from_environment()
