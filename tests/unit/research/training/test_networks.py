import keras
import numpy as np
import pytest

from app.services.network.architectures.catalogue import ARCHITECTURES
from app.services.network.temperature import calibrated_probabilities, fit_temperature
from research.pipeline.training.base_weights import start_from_imagenet
from research.pipeline.training.networks import update_batch_statistics


class TestBaseWeights:
    def test_the_change_of_range_is_exact(self, tmp_path):
        """ImageNet's network on 2x - 1 and this project's on x have the same features."""
        theirs = keras.applications.Xception(include_top=False, weights=None, pooling="max")
        theirs.save_weights(tmp_path / "base.weights.h5")
        ours = ARCHITECTURES["xception"].build(96)
        start_from_imagenet(ours, tmp_path / "base.weights.h5")
        scan = np.random.default_rng(0).random((1, 96, 96, 3), np.float32)
        expected = theirs(2 * scan - 1, training=False)
        assert np.allclose(ours.layers[0](scan, training=False), expected, atol=1e-4)


class TestCnn:
    def test_it_is_compact_and_takes_one_channel(self):
        network = ARCHITECTURES["cnn"].build(224)
        assert network.count_params() <= 1_500_000
        assert network.input_shape == (None, 224, 224, 1)

    def test_its_feature_map_is_the_input_of_the_pooling(self):
        backbone = ARCHITECTURES["cnn"].build(224).layers[0]
        assert backbone.layers[-1].input.name == backbone.get_layer(ARCHITECTURES["cnn"].feature_map.layer).output.name


class TestFinish:
    def test_batch_statistics_become_those_of_the_images(self):
        network = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.BatchNormalization()])
        pictures = np.random.default_rng(0).integers(50, 200, (64, 2, 2), np.uint8)
        update_batch_statistics(network, pictures, channels=1)
        _, _, mean, variance = network.get_weights()
        values = pictures / 255
        assert mean[0] == pytest.approx(values.mean(), abs=1e-5)
        assert variance[0] == pytest.approx(np.mean([values[:32].var(), values[32:].var()]), rel=1e-4)

    def test_the_fit_recovers_the_temperature(self):
        rng = np.random.default_rng(0)
        logits = rng.normal(0, 3, (20_000, 4)).astype(np.float32)
        probabilities = calibrated_probabilities(logits, 1.7)
        drawn = (rng.random((len(logits), 1)) > probabilities.cumsum(axis=1)).sum(axis=1).clip(max=3)
        assert fit_temperature(logits, np.eye(4, dtype=np.float32)[drawn]) == pytest.approx(1.7, rel=0.05)
