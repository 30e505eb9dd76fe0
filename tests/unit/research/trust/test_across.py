from dataclasses import replace

import numpy as np
import pytest

from app.models.classes import TumorClass
from app.models.model_file import FeatureMapSpec
from app.models.thresholds import Decision, HeatmapMethod, SetMethod
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.conformal import members
from research.pipeline.data.manifest import Split
from research.pipeline.data.slices import Slice, patient_weights
from research.pipeline.trust.across.fit import least_confidence, worst_sets
from research.pipeline.trust.across.pointing import pointing
from research.pipeline.trust.across.predictions import Predicted, joined
from research.pipeline.trust.across.thresholds import fit_thresholds

CLASS_NAMES = ("glioma", "meningioma", "notumor", "pituitary")


def test_the_worst_source_decides_the_confidence(rng: np.random.Generator):
    confidence = rng.uniform(0.5, 1, 4000)
    sources = np.repeat(["good", "bad"], 2000)
    right = rng.random(4000) < np.where(sources == "good", 0.99, confidence)
    least = least_confidence(confidence, right, sources, np.ones(len(sources)), accuracy=0.95, wrong_labels={})
    answered = (sources == "bad") & (confidence >= least)
    assert right[answered].mean() >= 0.95
    assert least > least_confidence(
        confidence[:2000], right[:2000], sources[:2000], np.ones(2000), accuracy=0.95, wrong_labels={}
    )


def test_the_sets_hold_the_class_in_the_worst_source(rng: np.random.Generator):
    labels = rng.integers(0, 4, 4000)
    sources = np.repeat(["clear", "blurred"], 2000)
    strength = np.where(sources == "clear", 6.0, 1.5)[:, np.newaxis]
    logits = strength * np.eye(4)[labels] + rng.normal(size=(4000, 4))
    probabilities = calibrated_probabilities(logits, 1.0)
    alike = np.ones(4000)
    spec = worst_sets(
        probabilities, labels, sources, alike, method=SetMethod.RAPS, coverage=0.95, needed=0.93, wrong_labels={}
    )
    inside = members(probabilities, SetMethod.RAPS, spec)[np.arange(4000), labels]
    assert inside[sources == "blurred"].mean() > 0.92
    assert inside.mean() > 0.94


def test_a_source_without_mistakes_decides_nothing():
    confidence = np.concatenate([np.full(7, 0.97), np.linspace(0.4, 1, 200)])
    right = np.concatenate([np.full(7, True), np.linspace(0.4, 1, 200) > 0.6])
    sources = np.repeat(["few", "many"], [7, 200])
    assert least_confidence(confidence, right, sources, np.ones(len(sources)), accuracy=0.95, wrong_labels={}) < 0.65


def test_a_patient_with_many_slices_does_not_decide():
    """One of 50 patients has half of the slices, which the network classifies wrongly and surely."""
    confidence = np.concatenate([np.full(200, 0.99), np.linspace(0.7, 1, 200)])
    right = np.repeat([False, True], 200)
    sources, labels = np.full(400, "one"), np.arange(400) % 4
    weights = np.concatenate([np.full(200, 1 / 200), np.full(200, 49 / 200)])
    weighted, alike = (
        least_confidence(confidence, right, sources, each, accuracy=0.95, wrong_labels={})
        for each in (weights, np.ones(400))
    )
    assert weighted == 0
    assert alike > 0.95
    logits = 5 * np.eye(4)[np.where(right, labels, (labels + 1) % 4)]
    weighted, alike = (
        worst_sets(
            calibrated_probabilities(logits, 1.0),
            labels,
            sources,
            each,
            method=SetMethod.RAPS,
            coverage=0.95,
            needed=0.93,
            wrong_labels={},
        ).thresholds[TumorClass.MENINGIOMA]
        for each in (weights, np.ones(400))
    )
    assert weighted < alike


def test_wrong_labels_raise_no_threshold(rng: np.random.Generator):
    """A source whose tumors are labelled wrongly in one case of ten, by a network that is nearly always right."""
    shown = rng.integers(0, 4, 4000)
    labels = np.where((rng.random(4000) < 0.1) & (shown == 2), 0, shown)
    sources = np.repeat(["clean", "noisy"], 2000)
    labels[:2000] = shown[:2000]
    probabilities = calibrated_probabilities(6 * np.eye(4)[shown] + rng.normal(size=(4000, 4)), 1.0)
    known, unknown = (
        worst_sets(
            probabilities,
            labels,
            sources,
            np.ones(4000),
            method=SetMethod.RAPS,
            coverage=0.99,
            needed=0.97,
            wrong_labels=wrong,
        ).thresholds[TumorClass.GLIOMA]
        for wrong in ({"noisy": 0.1}, {})
    )
    assert known < unknown


def predicted(rng: np.random.Generator, number: int) -> Predicted:
    """Slices of two sources; in the second the network is no better than chance, but unsure."""
    labels = rng.integers(-1, 4, number)
    far = np.arange(number) % 2 == 1
    shown = np.where(far, rng.integers(0, 4, number), np.maximum(labels, 0))
    strength = np.where(far, 1.0, 6.0)[:, np.newaxis]
    logits = strength * np.eye(4)[shown] + 0.5 * rng.normal(size=(number, 4))
    return Predicted(
        slices=[
            Slice(
                file=f"{index}.png",
                source="far" if far[index] else "near",
                label="other" if label < 0 else CLASS_NAMES[label],
                nature="lesion" if label < 0 else "normal" if label == 2 else "tumor",
                sequence="T1",
                group=str(index),
                split=Split.VALIDATION,
            )
            for index, label in enumerate(labels.tolist())
        ],
        numbers=np.arange(number),
        logs=np.log(calibrated_probabilities(logits, 1.0)),
        other=np.where(labels < 0, 4.0, -4.0),
        place=np.zeros((number, 2, 2), np.float16),
        evidence=np.zeros((number, 2, 2), np.float16),
        sequence=np.zeros(number, int),
        plane=np.zeros(number, int),
    )


def test_answers_are_given_only_where_they_are_right(rng: np.random.Generator):
    fitted = fit_thresholds(predicted(rng, 2000), 1.0)
    judged = fitted.decide(new := predicted(rng, 1000))
    answered = judged.decision == Decision.ANSWER.value
    assert not answered[new.sources == "far"].any()
    near = (new.sources == "near") & (new.labels >= 0)
    assert answered[near].mean() > 0.7
    assert (judged.predicted == new.labels)[near & answered].mean() > 0.95
    assert (judged.decision[new.labels < 0] == Decision.OTHER.value).all()


def test_every_patient_weighs_the_same(rng: np.random.Generator):
    slices = [
        item.model_copy(update={"group": "many" if index < 8 else str(index)})
        for index, item in enumerate(predicted(rng, 10).slices)
    ]
    weights = patient_weights(slices)
    assert weights[:8].sum() == weights[8] == weights[9] == 1


def test_parts_join_to_the_whole(rng: np.random.Generator):
    whole = predicted(rng, 20)
    first = np.arange(20) < 8
    again = joined([whole.part(first), whole.part(~first)])
    assert [item.file for item in again.slices] == [item.file for item in whole.slices]
    assert (again.logs == whole.logs).all()


@pytest.mark.parametrize(("cell", "hits"), [((0, 0), False), ((1, 1), True), ((1, 2), False)])
def test_a_heat_map_points_to_the_tumor(rng: np.random.Generator, cell, hits):
    grid = FeatureMapSpec(layer="x", stride=32, offset=7)
    mask = np.zeros((96, 96), np.uint8)
    mask[35:45, 35:45] = 255
    heat = np.zeros((1, 3, 3), np.float16)
    heat[0, *cell] = 1
    found = predicted(rng, 2)
    found = replace(found, evidence=np.repeat(heat, 2, axis=0), place=np.zeros((2, 3, 3), np.float16))
    shares = pointing(found, {1: mask}, grid, 96)
    assert (shares[HeatmapMethod.GRAD_CAM].count, shares[HeatmapMethod.GRAD_CAM].total) == (int(hits), 1)
