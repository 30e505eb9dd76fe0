import asyncio
import itertools

import numpy as np
import pytest
from PIL import Image

from app.models.trust import Decision
from app.models.tumor import CLASSES, FACTS, TumorClass
from app.services.explanation import BuiltInExplainer, describe, percent, position
from app.services.gradcam import Focus
from app.services.imaging import Notice, ScanFacts
from app.services.prediction import Heatmap, Prediction, Timing

UPPER_RIGHT = Focus(0.7, 0.3, 0.1)


def predict(
    *probabilities: float,
    focus: Focus | None = UPPER_RIGHT,
    target: TumorClass | None = None,
    notices: tuple[Notice, ...] = (),
    heatmap: bool = True,
) -> Prediction:
    values = np.array(probabilities)
    return Prediction(
        facts=ScanFacts(300, 300, "PNG", "L"),
        preview=Image.new("RGB", (300, 300)),
        probabilities=values,
        gate=None,
        prediction_sets=(),
        deciding_set=None,
        decision=Decision.ANSWER,
        heatmap=Heatmap(target or CLASSES[int(values.argmax())], b"", focus) if heatmap else None,
        notices=notices,
        timing=Timing(1, 1, 1),
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
