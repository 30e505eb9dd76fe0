import asyncio
import itertools

import numpy as np
import pytest
from PIL import Image

from app.models.classes import CLASSES, FACTS, TumorClass
from app.models.thresholds import Decision
from app.services.explanations.built_in import BuiltInExplainer, describe
from app.services.explanations.words import percent
from app.services.imaging.reading import Notice, ScanFacts
from app.services.inference.heatmaps import Heatmap
from app.services.inference.predictor import Prediction, Timing
from app.services.network.gradcam import Focus
from app.services.trust.conformal import PredictionSet

UPPER_RIGHT = Focus(0.7, 0.3, 0.1)


def predict(
    *probabilities: float,
    focus: Focus | None = UPPER_RIGHT,
    target: TumorClass | None = None,
    notices: tuple[Notice, ...] = (),
    heatmap: bool = True,
    decision: Decision = Decision.ANSWER,
    left: tuple[TumorClass, ...] | None = (),
) -> Prediction:
    values = np.array(probabilities)
    return Prediction(
        content=b"",
        facts=ScanFacts(300, 300, "PNG", "L"),
        preview=Image.new("RGB", (300, 300)),
        probabilities=values,
        gate=None,
        prediction_sets=(),
        heatmap=Heatmap(target or CLASSES[int(values.argmax())], np.zeros((1, 1), np.float32), b"", None, focus)
        if heatmap
        else None,
        heat=np.zeros((4, 1, 1), np.float32),
        quality=(),
        notices=notices,
        timing=Timing(1, 1, 1),
        deciding_set=None if left is None else PredictionSet(0.95, left),
        decision=decision,
    )


class TestDescribe:
    @pytest.mark.parametrize("index", range(4), ids=CLASSES)
    @pytest.mark.parametrize("top", [0.99, 0.85, 0.5])
    def test_the_text_names_class_and_probability(self, index, top):
        probabilities = [(1 - top) / 3] * 4
        probabilities[index] = top
        text = describe(predict(*probabilities))
        facts = FACTS[CLASSES[index]]
        assert percent(top) in text
        assert facts.phrase in text or "none of the three tumor types" in text
        assert "physician" in text
        assert ("undecided" in text) == (top < 0.8)

    def test_different_predictions_have_different_texts(self):
        predictions = [
            predict(0.97, 0.01, 0.01, 0.01),
            predict(0.90, 0.08, 0.01, 0.01),
            predict(0.55, 0.40, 0.03, 0.02),
            predict(0.55, 0.03, 0.40, 0.02),
            predict(0.01, 0.01, 0.97, 0.01),
            predict(0.97, 0.01, 0.01, 0.01, focus=Focus(0.2, 0.8, 0.02)),
            predict(0.97, 0.01, 0.01, 0.01, focus=Focus(0.5, 0.5, 0.6)),
            predict(0.97, 0.01, 0.01, 0.01, focus=None),
            predict(0.97, 0.01, 0.01, 0.01, target=TumorClass.PITUITARY),
            predict(0.97, 0.01, 0.01, 0.01, heatmap=False),
            predict(0.97, 0.01, 0.01, 0.01, notices=(Notice("colour", "There are colours."),)),
        ]
        texts = [describe(prediction) for prediction in predictions]
        assert all(a != b for a, b in itertools.combinations(texts, 2))

    def test_a_probable_runner_up_is_named(self):
        assert "does not rule out that there is no tumor" in describe(predict(0.55, 0.03, 0.40, 0.02))
        assert "The alternative is a meningioma (40.0 %)" in describe(predict(0.55, 0.40, 0.03, 0.02))

    def test_no_tumor_gives_the_probability_of_a_tumor(self):
        text = describe(predict(0.06, 0.01, 0.90, 0.03))
        assert "leaves 10.0 % for a tumor" in text
        assert "does not rule out a tumor" in text
        assert "marks no lesion" in text

    def test_the_position_is_in_image_coordinates(self):
        assert "of the image, in the upper right." in describe(predict(0.97, 0.01, 0.01, 0.01))

    def test_broad_evidence_has_no_single_focus(self):
        assert "without a single focus" in describe(predict(0.97, 0.01, 0.01, 0.01, focus=Focus(0.5, 0.5, 0.6)))

    def test_an_empty_heatmap_is_reported(self):
        assert "contains no evidence for glioma" in describe(predict(0.97, 0.01, 0.01, 0.01, focus=None))

    def test_another_target_is_distinguished_from_the_answer(self):
        text = describe(predict(0.97, 0.01, 0.01, 0.01, target=TumorClass.PITUITARY))
        assert "the class you selected; the network’s answer is a glioma" in text

    def test_warnings_are_included(self):
        assert "Crop it." in describe(predict(0.97, 0.01, 0.01, 0.01, notices=(Notice("aspect-ratio", "Crop it."),)))


# Words that argue for a class: only an answer has them.
ARGUMENTS = (
    "reads this slice as",
    "favours",
    "Evidence for",
    "finds none of",
    "next most probable",
)


class TestDecisions:
    def test_an_answer_quotes_its_prediction_set(self):
        text = describe(predict(0.97, 0.01, 0.01, 0.01, left=(TumorClass.GLIOMA,)))
        assert "reads this slice as a glioma" in text
        assert "The 95 % prediction set contains only this class." in text

    @pytest.mark.parametrize("top", [0.999, 0.85, 0.5])
    def test_an_uncertain_network_argues_for_no_class(self, top):
        rest = (1 - top) / 3
        open_classes = (TumorClass.GLIOMA, TumorClass.PITUITARY)
        prediction = predict(rest, rest, rest, top, decision=Decision.UNCERTAIN, left=open_classes)
        text = describe(prediction)
        assert "a pituitary tumor" in text
        assert "or a glioma" in text
        assert "meningioma" not in text
        assert "a person must read this slice." in text
        assert not any(words in text for words in ARGUMENTS)

    def test_a_set_of_one_class_without_sufficient_confidence(self):
        text = describe(predict(0.7, 0.1, 0.1, 0.1, decision=Decision.UNCERTAIN, left=(TumorClass.GLIOMA,)))
        assert "gives no answer" in text
        assert "contains only a glioma (70.0 %), but" in text
        assert not any(words in text for words in ARGUMENTS)

    def test_a_scan_that_fits_no_class(self):
        prediction = predict(0.4, 0.3, 0.2, 0.1, decision=Decision.UNCERTAIN)
        assert "typical of none of the four classes" in describe(prediction)

    def test_weights_without_fitted_thresholds(self):
        prediction = predict(0.97, 0.01, 0.01, 0.01, decision=Decision.UNCERTAIN, left=None)
        text = describe(prediction)
        assert "The reliability of these weights was not measured." in text
        assert all(facts.phrase in text for facts in FACTS.values())
        assert not any(words in text for words in ARGUMENTS)

    @pytest.mark.parametrize("index", range(4), ids=CLASSES)
    def test_an_out_of_distribution_image_names_no_class(self, index):
        prediction = predict(*(0.97 if i == index else 0.01 for i in range(4)), decision=Decision.OUTSIDE)
        text = describe(prediction)
        assert "does not look like the brain MRI scans that the network was trained on" in text
        assert "It may be a CT" in text
        assert not any(facts.phrase in text or facts.label in text for facts in FACTS.values())
        assert "%" not in text

    @pytest.mark.parametrize("decision", Decision)
    def test_warnings_are_included_with_every_decision(self, decision):
        notice = Notice("blurred", "It is blurred.")
        assert "It is blurred." in describe(predict(0.97, 0.01, 0.01, 0.01, decision=decision, notices=(notice,)))


def test_the_explainer_adds_its_notice():
    explanation = asyncio.run(BuiltInExplainer("Gemini is off.").explain(predict(0.97, 0.01, 0.01, 0.01)))
    assert (explanation.source, explanation.model, explanation.notice) == ("built-in", None, "Gemini is off.")
