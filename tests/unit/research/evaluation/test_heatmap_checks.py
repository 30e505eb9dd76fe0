from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.config.choices import Precision
from app.models.classes import CLASSES, TumorClass
from app.models.model_file import FeatureMapSpec, ModelMetadata
from app.services.imaging.preprocessing import to_input
from app.services.network.classifier import Classifier
from research.pipeline.data.images import read_image
from research.pipeline.evaluation.heatmap_checks import (
    STEPS,
    cell_orders,
    check_heatmaps,
    choose_images,
    growing_masks,
    rank_correlation,
)
from research.pipeline.evaluation.networks import ServedNetwork, UntrainedNetwork
from tests.conftest import MODEL_FILE, MODELS, SAMPLES_DIR

GRID = FeatureMapSpec(layer="features", stride=32, offset=7)


@pytest.fixture(scope="module")
def metadata() -> ModelMetadata:
    return MODELS["cnn"]


@pytest.fixture(scope="module")
def classifier(metadata: ModelMetadata) -> Classifier:
    return Classifier(metadata, MODEL_FILE.parent / metadata.weights, precision=Precision.F32)


def network_input(path: Path, metadata: ModelMetadata) -> NDArray[np.float32]:
    return to_input(read_image(path), metadata.input)


@pytest.fixture(scope="module")
def inputs(metadata: ModelMetadata) -> list[NDArray[np.float32]]:
    return [network_input(SAMPLES_DIR / name, metadata) for name in ("Te-gl_0010.jpg", "Te-me_0016.jpg")]


@pytest.fixture(scope="module")
def network(classifier: Classifier) -> ServedNetwork:
    return ServedNetwork(classifier)


class TestNetworks:
    def test_each_scan_gets_its_own_logits(self, network, classifier, inputs):
        logits, feature_maps = network(np.concatenate(inputs))
        for index, scan in enumerate(inputs):
            served = classifier.classify(scan)
            assert (logits[index] == served.logits).all()
            assert (feature_maps[index] == served.feature_map).all()

    def test_an_untrained_network_depends_only_on_its_seed(self, metadata, inputs):
        first, again, other = (UntrainedNetwork(metadata, seed)(inputs[0])[0] for seed in (1, 1, 2))
        assert (first == again).all()
        assert not np.allclose(first, other)


class TestChecks:
    def test_two_scans(self, network, metadata, inputs):
        found = check_heatmaps(network, metadata, inputs, seed=1)
        assert found.images == 2
        assert found.randomised_correlation < 0.7
        assert set(found.deletion) == set(found.insertion) == {"grad-cam", "random", "centre"}
        assert found.deletion["grad-cam"] < found.deletion["random"]
        assert found.insertion["grad-cam"] > found.insertion["random"]


class TestRankCorrelation:
    def test_a_monotonic_change_has_no_effect(self, rng):
        heat = rng.random((10, 10)).astype(np.float32)
        assert rank_correlation(heat, heat**3) == pytest.approx(1)
        assert rank_correlation(heat, -heat) == pytest.approx(-1)

    def test_by_hand(self):
        """1 - 6 * (1 + 1 + 0 + 0) / (4 * 15)."""
        first, second = np.array([[1, 2], [3, 4]], np.float32), np.array([[2, 1], [3, 4]], np.float32)
        assert rank_correlation(first, second) == pytest.approx(0.8)

    def test_an_empty_map_has_no_correlation(self, rng):
        assert rank_correlation(np.zeros((10, 10), np.float32), rng.random((10, 10)).astype(np.float32)) == 0


class TestOrders:
    def test_the_hottest_cells_come_first(self, rng):
        heat = np.array([[0.2, 1.0, 0.0], [0.5, 0.1, 0.3], [0.4, 0.0, 0.9]], np.float32)
        orders = cell_orders(heat, rng)
        assert orders["grad-cam"][0].tolist()[:2] == [5, 0]
        assert {orders["grad-cam"][0, 2], orders["grad-cam"][2, 1]} == {7, 8}
        assert orders["centre"][1, 1] == 0
        assert sorted(orders["centre"][[0, 0, 2, 2], [0, 2, 0, 2]]) == [5, 6, 7, 8]
        assert all(sorted(order.ravel()) == list(range(9)) for order in orders.values())

    def test_masks_grow_from_no_cell_to_all(self, rng):
        order = cell_orders(rng.random((10, 10)).astype(np.float32), rng)["random"]
        masks = growing_masks(order, (299, 299), GRID)
        assert masks.shape == (STEPS + 1, 299, 299, 1)
        assert not masks[0].any()
        assert masks[-1].all()
        assert not (masks[:-1] & ~masks[1:]).any()

    def test_a_cell_covers_the_pixels_around_its_centre(self):
        order = np.arange(1, 101).reshape(10, 10)
        order[2, 3], order[0, 0] = 0, 24
        rows, columns, _ = np.nonzero(growing_masks(order, (299, 299), GRID)[1])
        in_cell = (rows >= 2 * 32 + 7 - 16) & (rows < 2 * 32 + 7 + 16)
        assert columns[in_cell].min() == 3 * 32 + 7 - 16
        assert columns[in_cell].max() == 3 * 32 + 7 + 15


class TestChoice:
    def test_equally_many_of_each_type(self):
        labels = np.repeat(np.arange(4), 20)
        chosen = choose_images(labels, 12, seed=1)
        tumors = [CLASSES.index(tumor) for tumor in CLASSES if tumor is not TumorClass.NOTUMOR]
        assert labels[chosen].tolist() == np.repeat(tumors, 4).tolist()
        assert (choose_images(labels, 12, seed=1) == chosen).all()
        assert (choose_images(labels, 12, seed=2) != chosen).any()

    def test_at_most_the_available_images(self):
        assert len(choose_images(np.array([0, 1, 2, 3]), 12, seed=1)) == 3
