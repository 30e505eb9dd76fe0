import numpy as np
import pytest

from app.models.classes import CLASSES, TumorClass
from app.models.thresholds import SetMethod, SetSpec
from app.services.trust.conformal import lac, prediction_set, raps

GLIOMA, MENINGIOMA, NOTUMOR, PITUITARY = CLASSES


def spec(threshold: float, **others: float) -> SetSpec:
    return SetSpec(coverage=0.99, thresholds={**dict.fromkeys(CLASSES, threshold), **others})


class TestScores:
    def test_lac_is_one_minus_the_probability(self):
        assert lac(np.array([0.7, 0.1, 0.2, 0.0])) == pytest.approx([0.3, 0.9, 0.8, 1.0])

    def test_raps_sums_the_more_probable_classes_and_penalises_each_rank_but_the_first(self):
        assert raps(np.array([0.1, 0.7, 0.2, 0.0])) == pytest.approx([0.92, 0.0, 0.71, 1.03])

    def test_raps_of_many_scans_equals_raps_of_each(self):
        many = np.random.default_rng(1).dirichlet(np.ones(4), 50)
        assert (raps(many) == np.array([raps(one) for one in many])).all()


class TestSets:
    def test_classes_come_from_most_to_least_probable(self):
        found = prediction_set(np.array([0.1, 0.5, 0.0, 0.4]), SetMethod.LAC, spec(0.7))
        assert (found.coverage, found.classes) == (0.99, (MENINGIOMA, PITUITARY))

    def test_each_class_has_a_threshold_of_its_own(self):
        found = prediction_set(np.array([0.1, 0.5, 0.0, 0.4]), SetMethod.LAC, spec(0.7, glioma=0.9, pituitary=0.5))
        assert found.classes == (MENINGIOMA, GLIOMA)

    @pytest.mark.parametrize("top", [0.26, 0.6, 1.0])
    def test_raps_always_contains_the_most_probable_class(self, top: float):
        probabilities = np.array([top, *[(1 - top) / 3] * 3])
        assert prediction_set(probabilities, SetMethod.RAPS, spec(0)).classes == (TumorClass.GLIOMA,)
