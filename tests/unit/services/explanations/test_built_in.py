import asyncio
import itertools

import numpy as np
import pytest
from PIL import Image

from app.models.classes import CLASSES, FACTS, TumorClass
from app.models.thresholds import Decision
from app.services.explanations.built_in import BuiltInExplainer, describe, headline, percent, position, standing
from app.services.imaging.reading import Notice, ScanFacts
from app.services.inference.predictor import Heatmap, Prediction, Timing
from app.services.network.gradcam import Focus
from app.services.trust.prediction_sets import PredictionSet

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
        facts=ScanFacts(300, 300, "PNG", "L"),
        preview=Image.new("RGB", (300, 300)),
        probabilities=values,
        gate=None,
        prediction_sets=(),
        heatmap=Heatmap(target or CLASSES[int(values.argmax())], b"", focus) if heatmap else None,
        quality=(),
        notices=notices,
        timing=Timing(1, 1, 1),
        deciding_set=None if left is None else PredictionSet(0.95, left),
        decision=decision,
    )


class TestDescribe:
    @pytest.mark.parametrize("index", range(4), ids=CLASSES)
    @pytest.mark.parametrize("top", [0.99, 0.85, 0.5])
    def test_every_class_at_every_confidence_names_class_and_number(self, index, top):
        probabilities = [(1 - top) / 3] * 4
        probabilities[index] = top
        text = describe(predict(*probabilities))
        facts = FACTS[CLASSES[index]]
        assert percent(top) in text
        assert facts.phrase in text or "none of the three tumor types" in text
        assert "physician" in text
        assert ("undecided" in text) == (top < 0.8)

    def test_different_predictions_read_differently(self):
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

    def test_the_runner_up_is_named_when_it_counts(self):
        assert "does not rule out that there is no tumor" in describe(predict(0.55, 0.03, 0.40, 0.02))
        assert "The alternative it considers is a meningioma (40 %)" in describe(predict(0.55, 0.40, 0.03, 0.02))

    def test_no_tumor_says_what_is_left_for_a_tumor(self):
        text = describe(predict(0.06, 0.01, 0.90, 0.03))
        assert "leaves 10.0 % for a tumor" in text
        assert "does not rule out a tumor" in text
        assert "marks no lesion" in text

    def test_the_place_is_in_the_images_terms(self):
        assert "the upper right part of the image" in describe(predict(0.97, 0.01, 0.01, 0.01))

    def test_broad_heat_points_to_no_single_spot(self):
        assert "no single spot" in describe(predict(0.97, 0.01, 0.01, 0.01, focus=Focus(0.5, 0.5, 0.6)))

    def test_no_heat_is_said(self):
        assert "nothing in the image speaks for" in describe(predict(0.97, 0.01, 0.01, 0.01, focus=None))

    def test_another_target_is_not_mistaken_for_the_answer(self):
        text = describe(predict(0.97, 0.01, 0.01, 0.01, target=TumorClass.PITUITARY))
        assert "the class you asked about; the network's answer is a glioma" in text

    def test_warnings_are_in_it(self):
        assert "Crop it." in describe(predict(0.97, 0.01, 0.01, 0.01, notices=(Notice("aspect-ratio", "Crop it."),)))


# What argues for a class: the words of an answer.
ARGUMENTS = (
    "reads this slice as",
    "leans clearly",
    "first choice",
    "What speaks for",
    "finds none of",
    "hardly considers",
)


class TestDecisions:
    def test_an_answer_says_what_its_set_says(self):
        text = describe(predict(0.97, 0.01, 0.01, 0.01, left=(TumorClass.GLIOMA,)))
        assert "reads this slice as a glioma" in text
        assert "No other class is left in the set that holds the right one for 95 %" in text

    @pytest.mark.parametrize("top", [0.999, 0.85, 0.5])
    def test_an_uncertain_network_argues_for_no_class(self, top):
        rest = (1 - top) / 3
        open_classes = (TumorClass.GLIOMA, TumorClass.PITUITARY)
        prediction = predict(rest, rest, rest, top, decision=Decision.UNCERTAIN, left=open_classes)
        text = describe(prediction)
        assert "a pituitary tumor" in text
        assert "or a glioma" in text
        assert "meningioma" not in text
        assert "A person has to read this slice." in text
        assert not any(words in text for words in ARGUMENTS)
        assert headline(prediction) == "Uncertain: pituitary tumor or glioma"
        assert "a person has to read" in standing(prediction)

    def test_one_class_alone_that_is_not_sure_enough(self):
        text = describe(predict(0.7, 0.1, 0.1, 0.1, decision=Decision.UNCERTAIN, left=(TumorClass.GLIOMA,)))
        assert "gives no answer" in text
        assert "leaves a glioma (70 %) alone, but" in text
        assert not any(words in text for words in ARGUMENTS)

    def test_a_scan_that_fits_no_class(self):
        prediction = predict(0.4, 0.3, 0.2, 0.1, decision=Decision.UNCERTAIN)
        assert "typical of none of the classes" in describe(prediction)
        assert headline(prediction) == "Uncertain: no class fits"

    def test_weights_that_nothing_is_known_of(self):
        prediction = predict(0.97, 0.01, 0.01, 0.01, decision=Decision.UNCERTAIN, left=None)
        text = describe(prediction)
        assert "How far these weights can be relied on was not measured." in text
        assert all(facts.phrase in text for facts in FACTS.values())
        assert headline(prediction) == "Uncertain"
        assert not any(words in text for words in ARGUMENTS)

    @pytest.mark.parametrize("index", range(4), ids=CLASSES)
    def test_of_what_is_outside_no_class_is_named(self, index):
        prediction = predict(*(0.97 if i == index else 0.01 for i in range(4)), decision=Decision.OUTSIDE)
        text = describe(prediction)
        assert "does not look like a brain MRI that the network knows" in text
        assert not any(facts.phrase in text or facts.label in text for facts in FACTS.values())
        assert "%" not in text
        assert headline(prediction) == "No answer"

    @pytest.mark.parametrize("decision", Decision)
    def test_warnings_are_told_of_whatever_was_decided(self, decision):
        notice = Notice("blurred", "It is blurred.")
        assert "It is blurred." in describe(predict(0.97, 0.01, 0.01, 0.01, decision=decision, notices=(notice,)))


def test_the_explainer_passes_its_notice_on():
    explanation = asyncio.run(BuiltInExplainer("Gemini is off.").explain(predict(0.97, 0.01, 0.01, 0.01)))
    assert (explanation.source, explanation.model, explanation.notice) == ("built-in", None, "Gemini is off.")


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1, "over 99.9 %"),
        (0.9995, "over 99.9 %"),
        (0.987, "98.7 %"),
        (0.5, "50 %"),
        (0.012, "1.2 %"),
        (0, "under 0.1 %"),
    ],
)
def test_percent(probability, words):
    assert percent(probability) == words


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (0.1, 0.1, "the upper left part of the image"),
        (0.9, 0.9, "the lower right part of the image"),
        (0.1, 0.5, "the left part of the image, at mid-height"),
        (0.5, 0.9, "the lower part of the image, near the vertical midline"),
        (0.5, 0.5, "the middle of the image"),
    ],
)
def test_position(x, y, words):
    assert position(x, y) == words
