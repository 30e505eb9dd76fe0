import json
from datetime import date
from pathlib import Path

import pytest

from app.config.settings import ConfigurationError, Settings
from app.models.model_file import read_metadata
from app.models.site_file import SiteFile, SiteThresholds
from app.services.inference.default_versions import CHOICE_FILE
from app.services.inference.model_set import Canary, read_models
from tests.support.models import models_of_cnn, version_of_cnn


def write_site_file(path: Path, version: Path, temperature: float) -> None:
    metadata = read_metadata(version / "cnn_model.json")
    trust = metadata.trust
    assert trust
    thresholds = SiteThresholds(
        gate_threshold=None,
        gate_sha256=trust.gate.statistics_sha256,
        heads_sha256=trust.heads.sha256 if trust.heads else None,
        sets=trust.sets,
        min_confidence=trust.min_confidence,
    )
    site = SiteFile(
        model=metadata.name,
        sha256=metadata.sha256,
        fitted_on=date(2026, 1, 1),
        scans={},
        patients=None,
        temperature=temperature,
        thresholds=thresholds,
    )
    path.write_text(site.model_dump_json())


def test_a_canary_with_a_file_of_the_site_becomes_the_default_version(tmp_path: Path):
    models, sites = models_of_cnn(tmp_path / "models"), tmp_path / "sites"
    old, new = read_metadata(models / "cnn_model.json").version, "9.0.0"
    version_of_cnn(models / "next", new)
    sites.mkdir()
    write_site_file(sites / "old.json", models, 2.0)
    choice, settings = models / CHOICE_FILE, Settings(models_dir=models, site_file=sites)

    canary = {"default": old, "canary": new, "share": 0.1}
    for stated in (canary, new):
        choice.write_text(json.dumps({"cnn": stated}))
        with pytest.raises(ConfigurationError, match=f"was fitted to {old} of cnn, and not to {new}.*cnn@{new} --fit"):
            read_models(settings)

    write_site_file(sites / "new.json", models / "next", 3.0)
    choice.write_text(json.dumps({"cnn": canary}))
    found = read_models(settings)
    first, second = found.versions_of("cnn")
    assert (first.metadata.temperature, second.metadata.temperature) == (2.0, 3.0)
    assert second.metadata.version.startswith(f"{new}+site.")
    assert found.canaries == {"cnn": Canary(second.metadata.version, 0.1)}
    choice.write_text(json.dumps({"cnn": new}))
    assert read_models(settings).catalogue["cnn"].temperature == 3.0
