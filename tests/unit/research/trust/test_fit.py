from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.models.classes import CLASSES
from app.models.thresholds import SetMethod
from app.services.trust.appearance import APPEARANCE, appearance
from app.services.trust.conformal import fit_sets, members
from app.services.trust.decision import fit_min_confidence
from app.services.trust.gate import Gate
from research.pipeline.trust import altered_scans, outsiders
from research.pipeline.trust.passes import Passes
from research.pipeline.trust.quality_changes import QUALITIES
from research.pipeline.trust.scores import fit_gate, fit_layers, gate_scores
from tests.conftest import sample_paths

SIZES = (40, 60)


def passes(rng: np.random.Generator, number: int, shift: float = 0.0) -> Passes:
    """Made-up passes: features of low rank, moved by `shift`."""
    mixing = np.random.default_rng(7).normal(size=(8, sum(SIZES)))
    looks = np.random.default_rng(8).normal(size=(8, sum(APPEARANCE.values())))
    hidden = rng.normal(size=(number, 8))
    described = np.abs(hidden @ looks + 0.3 * rng.normal(size=(number, sum(APPEARANCE.values()))))
    described[:, -1] = 0  # no colour
    return Passes(
        rng.normal(size=(number, 4)).astype(np.float32),
        (hidden @ mixing + 0.3 * rng.normal(size=(number, sum(SIZES))) + shift).astype(np.float16),
        np.zeros((number, 3), np.float16),
        described.astype(np.float32),
    )


class TestGate:
    @pytest.fixture
    def gate(self, rng) -> Gate:
        training = passes(rng, 300)
        return fit_gate(training, [passes(rng, 20, 3.0)], fit_layers(training, SIZES))

    def test_it_detects_outsiders_of_an_unknown_kind(self, gate: Gate, rng):
        usual, strange = gate_scores(gate)(passes(rng, 100)), gate_scores(gate)(passes(rng, 100, -3.0))
        assert np.quantile(usual, 0.95) < strange.min()

    def test_new_scans_have_usual_scores(self, gate: Gate, rng):
        assert np.median(gate_scores(gate)(passes(rng, 200))) < 3


class TestConformal:
    @pytest.mark.parametrize("method", SetMethod)
    @pytest.mark.parametrize("coverage", [0.8, 0.95])
    def test_the_sets_contain_each_class_at_the_guaranteed_rate(self, method: SetMethod, coverage: float, rng):
        def drawn(number: int) -> tuple[np.ndarray, np.ndarray]:
            labels = rng.integers(0, 4, number)
            values = np.exp(rng.normal(0, 1, (number, 4)) + 1.5 * np.eye(4)[labels])
            return values / values.sum(axis=1, keepdims=True), labels

        spec = fit_sets(*drawn(4000), method, coverage)
        probabilities, labels = drawn(8000)
        holds = members(probabilities, method, spec)[np.arange(len(labels)), labels]
        assert all(holds[labels == index].mean() > coverage - 0.03 for index in range(4))

    def test_too_few_images_are_rejected(self):
        with pytest.raises(ValueError, match="too few for sets of coverage 99%"):
            fit_sets(np.eye(4), np.arange(4), SetMethod.LAC, 0.99)

    def test_the_confidence_threshold_reaches_the_accuracy(self):
        probabilities = np.array([[0.9, 0.1, 0, 0], [0.8, 0.2, 0, 0], [0.7, 0.3, 0, 0], [0.6, 0.4, 0, 0]])
        assert fit_min_confidence(probabilities, np.array([0, 0, 1, 0]), 1.0) == 0.8
        assert fit_min_confidence(probabilities, np.array([0, 0, 1, 0]), 0.75) == 0.6
        assert fit_min_confidence(probabilities, np.ones(4, int), 0.5) == 1.0


class TestPictures:
    def test_the_same_seed_makes_the_same_outsiders(self):
        first, second = ({**outsiders.made(1, 3), **outsiders.changed(sample_paths(), 1, 3)} for _ in range(2))
        assert set(first) == {*outsiders.MAKERS, *altered_scans.CHANGES}
        assert all((np.asarray(first[kind][0]) == np.asarray(second[kind][0])).all() for kind in first)

    def test_every_alteration_changes_the_scan_strongly(self, sample_image: Image.Image):
        scan = sample_image.resize((altered_scans.SIDE,) * 2)
        before = np.asarray(scan, float)
        for kind, change in altered_scans.CHANGES.items():
            after = change(scan, np.random.default_rng(1))
            assert after.mode == "RGB", kind
            assert np.abs(np.asarray(after.resize(scan.size), float) - before).mean() > 5, kind

    def test_similar_kinds_are_left_out_together(self):
        kinds = [*outsiders.MAKERS, *altered_scans.CHANGES]
        alike = outsiders.families(kinds)
        assert {"two laid over", "doubled"} in alike
        assert all(sum(kind in family for family in alike) == 1 for kind in kinds)

    @pytest.mark.parametrize("name", QUALITIES)
    def test_a_quality_change_keeps_the_scan_recognisable(self, name: str, sample_image: Image.Image):
        changed = QUALITIES[name](sample_image, np.random.default_rng(1))
        assert changed.mode == "RGB"
        before, after = (
            np.asarray(image.resize((32, 32)).convert("L"), float).ravel() for image in (sample_image, changed)
        )
        assert np.corrcoef(before, after)[0, 1] > 0.9

    def test_the_appearance_has_the_documented_length(self, sample_image: Image.Image):
        assert appearance(sample_image).shape == (sum(APPEARANCE.values()),)
        assert np.isfinite(appearance(Image.new("RGB", (1, 1)))).all()

    def test_collected_kinds_are_the_folders(self, tmp_path: Path):
        (tmp_path / "Hand").mkdir()
        (tmp_path / "Hand" / "one.png").touch()
        assert outsiders.collected(tmp_path) == {"hand": [tmp_path / "Hand" / "one.png"]}

    @pytest.fixture
    def sample_image(self) -> Image.Image:
        return Image.open(sample_paths()[0]).convert("RGB")


def test_every_class_has_a_threshold(metadata):
    assert all(set(spec.thresholds) == set(CLASSES) for spec in metadata.trust.sets)
