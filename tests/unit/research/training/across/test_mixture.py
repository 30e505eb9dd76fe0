from collections import Counter

import numpy as np
import pytest

from app.models.classes import CLASSES
from research.pipeline.data.manifest import UNKNOWN_TUMOR
from research.pipeline.data.slices import OTHER
from research.pipeline.training.across.mixture import Mixture, MixtureSettings, target_of
from tests.unit.research.training.across.slices import make_slice, make_slices

SETTINGS = MixtureSettings(
    data_set={**dict.fromkeys(CLASSES, 0.1), UNKNOWN_TUMOR: 0.1}, sources={"glioma": 0.2, "notumor": 0.2, OTHER: 0.1}
)


def test_classes_have_their_shares_and_rare_sequences_more_than_their_number():
    slices = make_slices()
    drawn = Mixture(slices, range(len(slices)), SETTINGS).draw(20_000, np.random.default_rng(1))
    shares = Counter((slices[number].source, slices[number].label) for number in drawn)
    assert shares["far", "glioma"] / len(drawn) == pytest.approx(0.2, abs=0.02)
    assert shares["br35h", UNKNOWN_TUMOR] / len(drawn) == pytest.approx(0.1, abs=0.02)
    sequences = Counter(slices[number].sequence for number in drawn if slices[number].label == "notumor")
    # Ten T2 slices beside ninety T1 slices: their roots are as one to three.
    assert sequences["T2"] / sequences["T1"] == pytest.approx(1 / 3, abs=0.05)


def test_only_members_are_drawn():
    slices = make_slices()
    members = [number for number, item in enumerate(slices) if item.source != "far"]
    assert set(Mixture(slices, members, SETTINGS).draw(2_000, np.random.default_rng(1))) <= set(members)


@pytest.mark.parametrize(
    ("label", "nature", "target"),
    [
        ("meningioma", "tumor", [0, 1, 0, 0]),
        (UNKNOWN_TUMOR, "tumor", [1, 1, 0, 1]),
        (OTHER, "tumor", [1 / 3, 1 / 3, 0, 1 / 3]),
        (OTHER, "lesion", [1 / 4] * 4),
    ],
)
def test_a_slice_of_none_of_the_classes_has_a_flat_target(label: str, nature: str, target: list[float]):
    assert target_of(make_slice(0, "far", label, nature=nature)) == pytest.approx(target)
