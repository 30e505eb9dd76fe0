import numpy as np
import pytest

from app.models.classes import CLASSES, TumorClass
from app.models.measured.test_set import PartReport, ReliabilityBin
from app.services.measures import classification
from app.services.measures.intervals import wilson


def probabilities_of(*winners: tuple[int, float]) -> np.ndarray:
    """Rows with the given probability of the class `winner`; the other classes share the rest."""
    rows = np.array([np.full(4, (1 - confidence) / 3) for _, confidence in winners])
    rows[np.arange(len(winners)), [winner for winner, _ in winners]] = [confidence for _, confidence in winners]
    return rows


class TestAuroc:
    def test_a_perfect_order_gives_1(self):
        assert classification.auroc(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])) == 1

    def test_one_reversed_pair_of_four_gives_three_quarters(self):
        assert classification.auroc(np.array([0.1, 0.5, 0.4, 0.9]), np.array([False, False, True, True])) == 0.75

    def test_a_tie_counts_half(self):
        assert classification.auroc(np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, False, True, True])) == 0.875
        assert classification.auroc(np.full(5, 0.3), np.array([True, False, False, True, False])) == 0.5

    def test_without_negatives_there_is_none(self):
        assert classification.auroc(np.array([0.1, 0.2]), np.array([True, True])) is None

    def test_equal_values_share_their_mean_rank(self):
        assert classification.average_ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1, 3.5, 2]


class TestCalibration:
    def test_ten_predictions_at_70_percent_of_which_half_are_right(self):
        labels = np.array([0] * 5 + [1] * 5)
        bins = classification.reliability_bins(probabilities_of(*[(0, 0.7)] * 10), labels)
        assert classification.expected_calibration_error(bins) == pytest.approx(0.2)
        assert [bin.images for bin in bins] == [0] * 10 + [10] + [0] * 4
        assert bins[0] == ReliabilityBin(low=0, high=1 / 15, images=0, confidence=None, accuracy=None)

    def test_gaps_of_two_bins_are_weighted(self):
        probabilities = probabilities_of(*[(2, 0.9)] * 2, *[(1, 0.5)] * 6)
        labels = np.array([2, 2, 1, 1, 1, 0, 0, 0])
        bins = classification.reliability_bins(probabilities, labels)
        assert classification.expected_calibration_error(bins) == pytest.approx((2 * 0.1 + 6 * 0) / 8)

    def test_full_confidence_belongs_to_the_last_bin(self):
        bins = classification.reliability_bins(probabilities_of((3, 1.0)), np.array([3]))
        assert (bins[-1].images, bins[-1].confidence, bins[-1].accuracy) == (1, 1, 1)

    def test_likelihood_and_brier_score_of_known_predictions(self):
        probabilities, labels = probabilities_of((0, 0.7), (1, 0.4)), np.array([0, 3])
        assert classification.negative_log_likelihood(probabilities, labels) == pytest.approx(
            -(np.log(0.7) + np.log(0.2)) / 2
        )
        first, second = 0.3**2 + 3 * 0.1**2, 0.4**2 + 2 * 0.2**2 + 0.8**2
        assert classification.brier_score(probabilities, labels) == pytest.approx((first + second) / 2)

    def test_a_probability_of_zero_gives_a_finite_likelihood(self):
        assert classification.negative_log_likelihood(probabilities_of((0, 1.0)), np.array([1])) < 1000


class TestRiskCoverage:
    def test_the_curve_of_four_predictions(self):
        probabilities = probabilities_of((0, 0.9), (1, 0.6), (2, 0.8), (3, 0.7))
        curve = classification.risk_coverage(probabilities, np.array([0, 0, 0, 3]))
        assert [(point.coverage, point.risk) for point in curve] == [
            (0.25, 0),
            (0.5, 0.5),
            (0.75, pytest.approx(1 / 3)),
            (1, 0.5),
        ]

    def test_among_equal_confidences_errors_count_first_in_any_order(self):
        probabilities = probabilities_of(*[(0, 0.9)] * 3)
        curves = [classification.risk_coverage(probabilities, np.array(labels)) for labels in ([0, 0, 1], [1, 0, 0])]
        assert curves[0] == curves[1]
        assert curves[0][0].risk == 1

    def test_many_predictions_give_fifty_points(self, rng):
        curve = classification.risk_coverage(rng.dirichlet(np.ones(4), 1311), rng.integers(0, 4, 1311))
        assert len(curve) == 50
        assert curve[-1].coverage == 1


@pytest.fixture
def report() -> PartReport:
    """Eight images, two of each class, of which a meningioma and a pituitary tumor were misclassified."""
    labels, predicted = np.array([0, 0, 1, 1, 2, 2, 3, 3]), np.array([0, 0, 1, 2, 2, 2, 3, 0])
    return classification.part_report(np.eye(4, dtype=np.float32)[predicted] * 3, labels, 0.5)


class TestPartReport:
    def test_the_report_counts_images_and_errors(self, report):
        assert report.confusion == ((2, 0, 0, 0), (0, 1, 1, 0), (0, 0, 2, 0), (1, 0, 0, 1))
        assert report.accuracy == wilson(6, 8)
        assert report.missed_tumors == wilson(1, 6)
        assert report.images == 8

    def test_the_report_compares_a_class_with_the_others(self, report):
        glioma = report.per_class[TumorClass.GLIOMA]
        assert (glioma.images, glioma.f1) == (2, 0.8)
        assert glioma.sensitivity == wilson(2, 2)
        assert glioma.specificity == wilson(5, 6)
        assert glioma.ppv == wilson(2, 3)
        assert glioma.auroc == pytest.approx((2 * 5 + 2 * 0.5) / 12)
        assert report.macro_f1 == pytest.approx((0.8 + 2 / 3 + 0.8 + 2 / 3) / 4)

    def test_the_report_measures_calibration_before_and_after_scaling(self, report):
        assert (report.uncalibrated.temperature, report.calibrated.temperature) == (1, 0.5)
        sure = np.exp(3 / 0.5) / (np.exp(3 / 0.5) + 3)
        assert report.calibrated.ece == pytest.approx(sure - 0.75)
        assert report.calibrated.nll == pytest.approx(-(6 * np.log(sure) + 2 * np.log((1 - sure) / 3)) / 8)

    def test_classes_without_images_have_no_values(self):
        report = classification.part_report(np.eye(4, dtype=np.float32)[[0, 1]], np.array([0, 1]), 1.0)
        absent = report.per_class[TumorClass.NOTUMOR]
        assert (absent.images, absent.f1, absent.auroc, absent.sensitivity.value) == (0, 0, None, None)
        assert set(report.per_class) == set(CLASSES)
