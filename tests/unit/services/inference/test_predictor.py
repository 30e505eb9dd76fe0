from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from app.config.choices import GateChoice
from app.models.classes import TumorClass
from app.models.problems import UnreadableImage
from app.services.imaging.reading import Limits
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Predictor

LIMITS = Limits(10**7, 10**7)


def codes(predictor: Predictor, data: bytes, **options) -> list[str]:
    return [notice.code for notice in predictor.predict(BytesIO(data), **options).notices]


class TestNotices:
    def test_a_confident_prediction_has_no_notices(self, predictor, sample):
        assert codes(predictor, sample) == []

    def test_low_confidence_has_a_notice(self, classifier, metadata, sample):
        trust = metadata.trust.model_copy(update={"min_confidence": 1})
        metadata = metadata.model_copy(update={"trust": trust})
        strict = Predictor(
            metadata, classifier, limits=LIMITS, cache=AnswerCache(0), gate=None, gate_choice=GateChoice.OFF
        )
        assert codes(strict, sample) == ["low-confidence"]

    def test_weights_without_an_evaluation_have_a_notice(self, classifier, metadata, sample):
        unknown = Predictor(
            metadata.model_copy(update={"evaluation": None}),
            classifier,
            limits=LIMITS,
            cache=AnswerCache(0),
            gate=None,
            gate_choice=GateChoice.OFF,
        )
        assert codes(unknown, sample) == ["not-evaluated"]

    def test_an_empty_heatmap_has_a_notice(self, classifier, metadata, sample, monkeypatch):
        head = classifier.head
        monkeypatch.setattr(classifier, "head", replace(head, logit_kernel=-np.abs(head.logit_kernel)))
        kernel = np.abs(head.hidden_kernel)
        monkeypatch.setattr(classifier, "head", replace(classifier.head, hidden_kernel=kernel))
        predictor = Predictor(
            metadata, classifier, limits=LIMITS, cache=AnswerCache(0), gate=None, gate_choice=GateChoice.OFF
        )
        prediction = predictor.predict(BytesIO(sample), target=TumorClass.GLIOMA)
        assert [notice.code for notice in prediction.notices] == ["empty-heatmap"]
        assert prediction.heatmap is not None
        assert prediction.heatmap.focus is None


class TestPrediction:
    def test_the_ranking_starts_with_the_predicted_class(self, predictor, sample):
        prediction = predictor.predict(BytesIO(sample))
        assert prediction.ranking[0] == (prediction.predicted, prediction.confidence)
        probabilities = [probability for _, probability in prediction.ranking]
        assert probabilities == sorted(probabilities, reverse=True)
        assert sum(probabilities) == pytest.approx(1)

    def test_the_file_is_read_from_its_start(self, predictor, sample):
        file = BytesIO(sample)
        file.read()
        assert predictor.predict(file).predicted == TumorClass.MENINGIOMA

    def test_without_a_request_no_heatmap_is_drawn(self, predictor, sample):
        assert predictor.predict(BytesIO(sample), heatmap=False).heatmap is None


class TestCache:
    @pytest.fixture
    def cached(self, metadata, classifier) -> Predictor:
        return Predictor(
            metadata, classifier, limits=LIMITS, cache=AnswerCache(10**7), gate=None, gate_choice=GateChoice.OFF
        )

    def test_the_same_content_is_computed_once(self, cached: Predictor, sample):
        first, second = (cached.predict(BytesIO(sample)) for _ in range(2))
        assert first.timing.forward > 0
        assert second.timing.forward == second.timing.heatmap == 0
        assert second == replace(first, timing=second.timing)

    def test_other_content_and_other_options_are_computed(self, cached: Predictor, sample):
        cached.predict(BytesIO(sample))
        for data, options in (
            (sample + b"\0", {}),
            (sample, {"heatmap": False}),
            (sample, {"target": TumorClass.GLIOMA}),
        ):
            assert cached.predict(BytesIO(data), **options).timing.forward > 0

    def test_a_rejected_file_is_rejected_again(self, cached: Predictor, sample):
        for _ in range(2):
            with pytest.raises(UnreadableImage):
                cached.predict(BytesIO(sample[: len(sample) // 2]))

    def test_a_prediction_larger_than_the_cache_is_computed_each_time(self, metadata, classifier, sample):
        small = Predictor(
            metadata, classifier, limits=LIMITS, cache=AnswerCache(1000), gate=None, gate_choice=GateChoice.OFF
        )
        assert all(small.predict(BytesIO(sample)).timing.forward > 0 for _ in range(2))


class TestAnswerCache:
    def test_the_least_recently_used_answer_is_removed_first(self):
        cache: AnswerCache[str] = AnswerCache(100)
        for key in "abc":
            cache.put(key, key.upper(), 33)
        assert cache.get("a") == "A"
        cache.put("d", "D", 33)
        assert [cache.get(key) for key in "abcd"] == ["A", None, "C", "D"]

    def test_a_large_answer_replaces_several(self):
        cache: AnswerCache[str] = AnswerCache(100)
        for key, size in (("a", 40), ("b", 40), ("c", 90), ("d", 101)):
            cache.put(key, key.upper(), size)
        assert [cache.get(key) for key in "abcd"] == [None, None, "C", None]
