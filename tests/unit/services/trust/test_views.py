from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from app.config.choices import GateChoice
from app.services.explanations.built_in import describe
from app.services.explanations.words import agreement_sentence
from app.services.imaging.reading import Limits
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Predictor
from app.services.trust.views import MAX_VIEWS, agreement_of, other_views


class TestViews:
    @pytest.mark.parametrize("channels", [1, 3])
    def test_every_view_is_a_different_valid_input(self, rng, channels):
        scan = rng.random((1, 60, 50, channels), np.float32)
        views = [scan, *other_views(scan, MAX_VIEWS)]
        assert len(views) == MAX_VIEWS
        for view in views:
            assert view.shape == scan.shape
            assert view.dtype == np.float32
            assert 0 <= view.min() <= view.max() <= 1
        assert len({view.tobytes() for view in views}) == MAX_VIEWS

    def test_the_second_view_is_mirrored(self, rng):
        scan = rng.random((1, 6, 5, 3), np.float32)
        assert (other_views(scan, 2)[0][:, :, ::-1] == scan).all()

    def test_one_view_needs_no_others(self, rng):
        assert other_views(rng.random((1, 6, 5, 3), np.float32), 1) == []


class TestAgreement:
    def test_views_are_compared_with_the_first(self):
        found = agreement_of(np.array([[0.6, 0.4, 0, 0], [0.3, 0.7, 0, 0], [0.9, 0.1, 0, 0], [0.6, 0.4, 0, 0]]))
        assert (found.views, found.agreeing) == (4, 0.75)
        assert found.spread == pytest.approx(np.std([0.6, 0.3, 0.9, 0.6]))
        assert agreement_sentence(found).startswith("Only 3 of 4 views")


class TestPrediction:
    def test_further_views_do_not_change_the_answer(self, predictor, sample):
        one, several = (predictor.predict(BytesIO(sample), views=views) for views in (1, MAX_VIEWS))
        assert one.agreement is None
        assert several.probabilities.tolist() == one.probabilities.tolist()
        assert (several.heatmap.overlay, several.heatmap.focus) == (one.heatmap.overlay, one.heatmap.focus)
        assert several.agreement is not None
        assert (several.agreement.views, several.agreement.agreeing) == (MAX_VIEWS, 1)
        assert 0 < several.agreement.spread < 0.1
        assert "All 5 views of the scan have the same most probable class." in describe(several)

    def test_each_number_of_views_is_cached_separately(self, metadata, classifier, sample):
        limits = Limits(10**7, 10**7)
        cached = Predictor(
            metadata, classifier, limits=limits, cache=AnswerCache(10**7), gate=None, gate_choice=GateChoice.OFF
        )
        first, second, again = (cached.predict(BytesIO(sample), heatmap=False, views=views) for views in (1, 3, 3))
        assert second.agreement
        assert second.agreement.views == 3
        assert first.agreement is None
        assert again == replace(second, timing=again.timing)
