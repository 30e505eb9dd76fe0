import keras
import numpy as np
import pytest

from app.models.classes import TumorClass
from research.pipeline.data.labels import label_vector
from research.pipeline.training.loss import PartialLabelLoss, allowed_accuracy


class TestLoss:
    def test_for_a_full_label_it_is_the_cross_entropy(self):
        probabilities = np.array([[0.7, 0.1, 0.1, 0.1]], np.float32)
        loss = PartialLabelLoss()(label_vector(TumorClass.GLIOMA)[None, None], probabilities)
        assert float(loss) == pytest.approx(-np.log(0.7), abs=1e-6)

    def test_for_a_partial_label_any_tumor_is_correct(self):
        probabilities = np.array([[0.2, 0.1, 0.6, 0.1]], np.float32)
        loss = PartialLabelLoss()(label_vector(None)[None, None], probabilities)
        assert float(loss) == pytest.approx(-np.log(0.4), abs=1e-6)

    def test_smoothing_adds_the_mean_over_all_classes(self):
        probabilities = np.array([[0.4, 0.3, 0.2, 0.1]], np.float32)
        loss = PartialLabelLoss(0.1)(label_vector(TumorClass.GLIOMA)[None, None], probabilities)
        assert float(loss) == pytest.approx(-0.9 * np.log(0.4) - 0.1 * np.log(probabilities).mean(), abs=1e-6)

    def test_the_loss_of_a_blended_picture_is_the_weighted_mean_over_its_labels(self):
        probabilities = np.array([[0.4, 0.3, 0.2, 0.1]], np.float32)
        labels = np.stack([0.75 * label_vector(TumorClass.NOTUMOR), 0.25 * label_vector(None)])[None]
        expected = -0.75 * np.log(0.2) - 0.25 * np.log(0.8)
        assert float(PartialLabelLoss()(labels, probabilities)) == pytest.approx(expected, abs=1e-6)

    def test_a_certain_mistake_is_finite(self):
        predictions = np.array([[0, 0, 1, 0]], np.float32)
        assert np.isfinite(float(PartialLabelLoss()(label_vector(None)[None, None], predictions)))

    def test_accuracy_counts_any_allowed_class(self):
        predictions = np.eye(4, dtype=np.float32)
        labels = np.array([[label_vector(None)]] * 4)
        assert keras.ops.convert_to_numpy(allowed_accuracy(labels, predictions)).tolist() == [1, 1, 0, 1]

    def test_accuracy_of_blended_pictures_is_the_weight_of_the_predicted_label(self):
        labels = np.array([[0.75 * label_vector(TumorClass.GLIOMA), 0.25 * label_vector(TumorClass.PITUITARY)]])
        predictions = label_vector(TumorClass.PITUITARY)[None]
        assert keras.ops.convert_to_numpy(allowed_accuracy(labels, predictions)).tolist() == [0.25]
