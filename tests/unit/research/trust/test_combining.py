import json
from pathlib import Path

import numpy as np
import pytest

from app.models.classes import CLASSES
from app.services.network.temperature import calibrated_probabilities
from app.services.studies.combining import Pooling
from research.pipeline.data.manifest import Split
from research.pipeline.data.slices import DATA_SET, OTHER, Slice
from research.pipeline.trust.combining import compare_rules
from tests.conftest import MODELS

PATIENTS, SLICES = 60, 8


def slice_of(patient: str, label: str, source: str = "hospital", split: Split = Split.VALIDATION) -> Slice:
    nature = "normal" if label == "notumor" else "tumor"
    return Slice(
        file="", source=source, label=label, nature=nature, sequence="T1", plane="axial", group=patient, split=split
    )


def test_the_rule_that_fits_the_patients_is_the_first(tmp_path: Path, rng: np.random.Generator):
    # A tumor shows on a quarter of its patient's slices; every slice is sure of itself, and one in six is wrong.
    slices, logs = [], []
    for patient in range(PATIENTS):
        label = patient % len(CLASSES)
        for number in range(SLICES):
            shown = label if number < SLICES // 4 else CLASSES.index("notumor")
            slices.append(slice_of(str(patient), CLASSES[shown]))
            logs.append(rng.normal(size=4) + 6 * np.eye(4)[rng.integers(4) if rng.random() < 1 / 6 else shown])
    for strange in (
        slice_of("other", OTHER),
        slice_of("unknown", "glioma", DATA_SET),
        slice_of("single", "glioma"),
    ):
        slices.append(strange)
        logs.append(np.zeros(4))
    count = len(slices)
    np.savez(
        tmp_path / "predictions.npz",
        numbers=np.arange(count),
        logs=np.log(calibrated_probabilities(np.array(logs), 1)),
        other=np.zeros(count),
        place=np.zeros((count, 10, 10)),
        sequence=np.zeros((count, 5)),
        plane=np.zeros((count, 3)),
        evidence=np.zeros((count, 10, 10)),
    )
    report = compare_rules(tmp_path, slices, MODELS["cnn"])
    assert (report.patients, report.tumors, report.slices) == (PATIENTS, 45, PATIENTS * SLICES)
    losses = [found.log_loss.value for found in report.rules]
    assert losses == sorted(losses)
    best, worst = report.rules[0], report.rules[-1]
    assert best.rule.share < 1
    assert best.rule.temperature != 1
    assert best.log_loss.low < best.log_loss.value < best.log_loss.high < worst.log_loss.value
    assert best.tumors_found.value == pytest.approx(1, abs=0.1)
    assert {found.rule.pooling for found in report.rules} == set(Pooling)
    assert json.loads(report.model_dump_json())["rules"][0]["accuracy"]["total"] == PATIENTS
