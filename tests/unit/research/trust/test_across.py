import numpy as np
import pytest

from app.models.thresholds import Decision, SetMethod
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.conformal import members
from app.services.trust.heads import Told
from research.pipeline.data.manifest import Split
from research.pipeline.data.slices import Slice
from research.pipeline.trust.across.confidence import fit_confidence
from research.pipeline.trust.across.fit import fit_reliability, least_confidence, worst_sets
from research.pipeline.trust.across.unseen import Unseen, fit_familiar

CLASS_NAMES = ("glioma", "meningioma", "notumor", "pituitary")


def test_the_reliability_finds_the_weights_of_the_signals(rng: np.random.Generator):
    values = rng.normal(size=(20_000, 3)) * (1, 5, 0.2)
    log_odds = values @ (1.0, -0.2, 3.0) + 0.5
    right = rng.random(len(values)) < 1 / (1 + np.exp(-log_odds))
    sources = np.array(["a", "b"])[rng.integers(0, 2, len(values))]
    weights, intercept = fit_reliability(values, right, sources)
    assert weights == pytest.approx([1, -0.2, 3], rel=0.15)
    assert intercept == pytest.approx(0.5, abs=0.1)


def test_a_signal_that_never_varies_does_no_harm():
    weights, intercept = fit_reliability(np.zeros((50, 2)), np.arange(50) < 40, np.full(50, "a"))
    assert np.isfinite([*weights, intercept]).all()
    assert 1 / (1 + np.exp(-intercept)) == pytest.approx(0.8, abs=0.01)


def test_the_worst_source_decides_the_confidence(rng: np.random.Generator):
    confidence = rng.uniform(0.5, 1, 4000)
    sources = np.repeat(["good", "bad"], 2000)
    right = rng.random(4000) < np.where(sources == "good", 0.99, confidence)
    least = least_confidence(confidence, right, sources, 0.95)
    answered = (sources == "bad") & (confidence >= least)
    assert right[answered].mean() >= 0.95
    assert least > least_confidence(confidence[:2000], right[:2000], sources[:2000], 0.95)


def test_the_sets_hold_the_class_in_the_worst_source(rng: np.random.Generator):
    labels = rng.integers(0, 4, 4000)
    sources = np.repeat(["clear", "blurred"], 2000)
    strength = np.where(sources == "clear", 6.0, 1.5)[:, np.newaxis]
    logits = strength * np.eye(4)[labels] + rng.normal(size=(4000, 4))
    probabilities = calibrated_probabilities(logits, 1.0)
    spec = worst_sets(probabilities, labels, sources, method=SetMethod.RAPS, coverage=0.95, needed=0.93)
    inside = members(probabilities, SetMethod.RAPS, spec)[np.arange(4000), labels]
    assert inside[sources == "blurred"].mean() > 0.92
    assert inside.mean() > 0.94


def test_familiar_is_high_for_the_data_set_and_low_elsewhere(rng: np.random.Generator):
    own = np.arange(300) % 3 == 0
    features = rng.normal(size=(300, 40)).astype(np.float32) + np.where(own, 1.0, -1.0)[:, np.newaxis]
    weight, bias = fit_familiar(features.astype(np.float32), own)
    familiar = features @ weight + bias
    assert familiar[own].mean() == pytest.approx(1, abs=0.1)
    assert familiar[~own].mean() == pytest.approx(-1, abs=0.1)


def unseen(rng: np.random.Generator, number: int) -> Unseen:
    """Slices of two sources; in the second, where `familiar` is low, the network is no better than chance."""
    labels = rng.integers(-1, 4, number)
    far = np.arange(number) % 2 == 1
    shown = np.where(far, rng.integers(0, 4, number), np.maximum(labels, 0))
    logits = 4 * np.eye(4)[shown] + rng.normal(size=(number, 4))
    slices = [
        Slice(
            file=f"{index}.png",
            source="far" if far[index] else "near",
            label="other" if label < 0 else CLASS_NAMES[label],
            nature="lesion" if label < 0 else "normal" if label == 2 else "tumor",
            sequence="T1",
            group=str(index),
            split=Split.TRAIN,
        )
        for index, label in enumerate(labels.tolist())
    ]
    told = [
        Told(
            sequence=np.array([1.0, 0, 0, 0, 0]),
            plane=np.array([1.0, 0, 0]),
            other=4.0 if label < 0 else -4.0,
            familiar=-1.0 if is_far else 1.0,
            place=np.zeros((2, 2), np.float32),
        )
        for label, is_far in zip(labels.tolist(), far.tolist(), strict=True)
    ]
    return Unseen(slices, np.zeros(number, int), np.log(calibrated_probabilities(logits, 1.0)), told)


def test_answers_are_given_only_where_they_are_right(rng: np.random.Generator):
    fitted = fit_confidence(unseen(rng, 2000), 1.0)
    new = unseen(rng, 1000)
    probabilities = fitted.probabilities(new)
    decided, _ = fitted.decide(new, probabilities)
    answered = decided == Decision.ANSWER.value
    assert not answered[new.sources == "far"].any()
    near = (new.sources == "near") & (new.labels >= 0)
    assert answered[near].mean() > 0.7
    assert (probabilities.argmax(axis=1) == new.labels)[near & answered].mean() > 0.95
    assert (decided[new.labels < 0] == Decision.OTHER.value).all()
