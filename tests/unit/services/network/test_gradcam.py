from io import BytesIO

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.services.imaging.preprocessing import to_input
from app.services.imaging.reading import Limits, read_scan
from app.services.network import gradcam
from app.services.network.architectures.xception import build_xception
from app.services.network.classifier import Classifier
from app.services.network.weights import ClassifierHead
from tests.conftest import MODEL_FILE, sample_paths


@pytest.fixture(scope="module")
def network(metadata: ModelMetadata) -> keras.Sequential:
    """The Keras network, as a reference."""
    network = build_xception()
    network.load_weights(MODEL_FILE.parent / metadata.weights)
    return network


@pytest.fixture(scope="module")
def scans(metadata: ModelMetadata) -> list[np.ndarray]:
    """A sample of each class, as the network's input."""
    firsts = {path.name[3:5]: path for path in reversed(sample_paths())}
    return [
        to_input(read_scan(BytesIO(path.read_bytes()), Limits(10**7, 10**7)).image, metadata.input)
        for path in firsts.values()
    ]


def reference(network: keras.Sequential, feature_map: np.ndarray, target: int) -> np.ndarray:
    """Grad-CAM of a feature map by TensorFlow's automatic differentiation of the logit."""
    features = tf.constant(feature_map[np.newaxis])
    with tf.GradientTape() as tape:
        tape.watch(features)
        hidden = network.layers[-3](tf.reduce_max(features, axis=(1, 2)))
        logit = hidden @ network.layers[-1].kernel + network.layers[-1].bias
        logit = logit[0, target]
    weights = tf.reduce_mean(tape.gradient(logit, features), axis=(1, 2))
    heat = tf.nn.relu(tf.reduce_sum(features * weights, axis=-1))[0].numpy()
    return np.asarray(heat / heat.max() if heat.max() > 0 else heat)


def random_head(head: ClassifierHead, rng: np.random.Generator) -> ClassifierHead:
    """A head with random weights of the same standard deviation as the trained ones."""
    return ClassifierHead(
        *(rng.normal(0, weights.std(), weights.shape).astype(np.float32) for weights in vars(head).values())
    )


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rank correlation."""
    ranks = np.array([values.ravel().argsort().argsort() for values in (a, b)], float)
    return float(np.corrcoef(ranks)[0, 1])


class TestHeatmap:
    @pytest.mark.parametrize("target", range(len(CLASSES)), ids=CLASSES)
    def test_it_equals_automatic_differentiation(self, classifier: Classifier, network, scans, target):
        for scan in scans:
            # Both use the same feature map, so that differences between the engines do not count.
            feature_map = classifier.classify(scan).feature_map
            heat = gradcam.heatmap(feature_map, classifier.head, target)
            expected = reference(network, feature_map, target)
            assert np.abs(heat - expected).max() < 1e-5

    def test_random_weights_give_different_heatmaps(self, classifier, metadata, scans, rng):
        """Adebayo et al. 2018: an explanation that survives a random network explains nothing.

        Their measure: the rank correlation with the trained network's map, for a random head and for a random
        backbone, averaged over scans and draws.
        """
        keras.utils.set_random_seed(7)
        untrained = build_xception().layers[0]
        forward = keras.Model(untrained.input, untrained.get_layer(metadata.feature_map.layer).output)
        with_random_head, with_random_backbone = [], []
        for scan in scans:
            trained = classifier.classify(scan)
            target = int(trained.logits.argmax())
            heat = gradcam.heatmap(trained.feature_map, classifier.head, target)
            for _ in range(8):
                other = gradcam.heatmap(trained.feature_map, random_head(classifier.head, rng), target)
                with_random_head.append(rank_correlation(heat, other))
            other = gradcam.heatmap(forward(scan, training=False).numpy()[0], classifier.head, target)
            with_random_backbone.append(rank_correlation(heat, other))
        assert np.mean(with_random_head) < 0.5
        assert np.mean(with_random_backbone) < 0.5

    def test_another_class_has_another_heatmap(self, classifier, scans):
        features = classifier.classify(scans[0]).feature_map
        maps = [gradcam.heatmap(features, classifier.head, target) for target in range(4)]
        assert all(np.abs(a - b).max() > 0.1 for i, a in enumerate(maps) for b in maps[:i])

    def test_a_heatmap_without_evidence_is_all_zero_and_never_nan(self):
        head = ClassifierHead(
            np.ones((3, 2), np.float32), np.zeros(2, np.float32), -np.ones((2, 4), np.float32), np.zeros(4, np.float32)
        )
        heat = gradcam.heatmap(np.ones((5, 5, 3), np.float32), head, 0)
        assert (heat == 0).all()

    def test_the_heatmap_of_an_all_zero_feature_map_is_all_zero(self, classifier):
        heat = gradcam.heatmap(np.zeros((10, 10, 2048), np.float32), classifier.head, 1)
        assert (heat == 0).all()


class TestGrid:
    def test_each_cell_is_at_the_centre_of_its_receptive_field(self, network, metadata):
        """Gradients of single cells, averaged over noise images, have their centre of mass at the documented pixel."""
        backbone = network.layers[0]
        to_features = keras.Model(backbone.input, backbone.get_layer(metadata.feature_map.layer).output)
        grid = metadata.feature_map
        noise = tf.constant(np.random.default_rng(3).random((2, 299, 299, 3), np.float32))
        for row, column in ((4, 6), (5, 3)):
            with tf.GradientTape() as tape:
                tape.watch(noise)
                value = tf.reduce_sum(to_features(noise, training=False)[:, row, column])
            saliency = np.square(tape.gradient(value, noise).numpy()).sum(axis=(0, 3))
            y, x = (saliency.sum(axis=axis) @ np.arange(299) / saliency.sum() for axis in (1, 0))
            assert abs(y - (grid.stride * row + grid.offset)) < grid.stride / 2
            assert abs(x - (grid.stride * column + grid.offset)) < grid.stride / 2


class TestFocus:
    def test_the_focus_of_one_cell_is_that_cell(self, metadata):
        heat = np.zeros((10, 10), np.float32)
        heat[2, 7] = 1
        focus = gradcam.focus(heat, metadata.feature_map, metadata.input)
        assert focus is not None
        assert focus.x == pytest.approx((32 * 7 + 7.5) / 299)
        assert focus.y == pytest.approx((32 * 2 + 7.5) / 299)
        assert 0.005 < focus.area < 0.03

    def test_uniform_heat_has_its_focus_in_the_middle(self, metadata):
        focus = gradcam.focus(np.ones((10, 10), np.float32), metadata.feature_map, metadata.input)
        assert focus is not None
        assert focus.area == 1
        assert focus.x == pytest.approx(0.5, abs=0.02)

    def test_an_empty_heatmap_has_no_focus(self, metadata):
        assert gradcam.focus(np.zeros((10, 10), np.float32), metadata.feature_map, metadata.input) is None


class TestOverlay:
    def draw(self, metadata, image: Image.Image, heat: np.ndarray) -> np.ndarray:
        png = gradcam.overlay(image, heat, metadata.feature_map, metadata.input)
        with Image.open(BytesIO(png)) as overlay:
            assert overlay.format == "PNG"
            return np.asarray(overlay.convert("RGB"))

    def test_the_overlay_has_the_images_size(self, metadata):
        assert self.draw(metadata, Image.new("RGB", (123, 77)), np.ones((10, 10), np.float32)).shape == (77, 123, 3)

    def test_without_heat_the_scan_is_unchanged(self, metadata, rng):
        image = Image.fromarray(rng.integers(0, 255, (50, 60, 3), np.uint8))
        assert (self.draw(metadata, image, np.zeros((10, 10), np.float32)) == np.asarray(image)).all()

    def test_the_hottest_pixel_is_in_the_hottest_cell(self, metadata):
        heat = np.zeros((10, 10), np.float32)
        heat[2, 7] = 1
        drawn = self.draw(metadata, Image.new("RGB", (299, 299)), heat).astype(int).sum(axis=-1)
        y, x = np.unravel_index(drawn.argmax(), drawn.shape)
        assert abs(y - 71) <= 3
        assert abs(x - 231) <= 3
        assert (drawn[:, :140] == 0).all()
