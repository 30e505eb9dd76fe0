import numpy as np
import pytest

from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.models.thresholds import HeadsSpec, HeatmapMethod, Signal
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.heads import Told
from app.services.trust.reliability import probabilities_of, reliability, signals, with_confidence

SPEC = HeadsSpec(
    file="x",
    sha256="0" * 64,
    temperature=0.5,
    weights={signal: 0.3 if signal is Signal.MARGIN else -0.2 for signal in Signal},
    intercept=0.1,
    other_from=1,
    heatmap=HeatmapMethod.GRAD_CAM,
)
TOLD = Told(
    sequence=np.array([0.1, 0.2, 0.3, 0.4, 0]),
    plane=np.array([1.0, 0, 0]),
    other=-2.0,
    familiar=3.0,
    place=np.array([[-3, 1], [0, -1]], np.float32),
)
LOGITS = np.array([2.0, 1.0, -1.0, 0.5], np.float32)


@pytest.fixture
def headed(metadata: ModelMetadata) -> ModelMetadata:
    trust = metadata.trust
    assert trust is not None
    return metadata.model_copy(update={"temperature": 0.5, "trust": trust.model_copy(update={"heads": SPEC})})


class TestSignals:
    def test_each_signal_has_its_value(self):
        found = dict(zip(Signal, signals(np.array([0.6, 0.3, 0.1, 0]), TOLD), strict=True))
        assert found[Signal.MARGIN] == pytest.approx(np.log(2))
        assert (found[Signal.OTHER], found[Signal.PLACE], found[Signal.FAMILIAR]) == (-2, 1, 3)
        assert [found[Signal(f"class-{name}")] for name in CLASSES] == [1, 0, 0, 0]
        assert [found[signal] for signal in list(Signal)[-5:]] == TOLD.sequence.tolist()

    def test_no_tumor_is_doubtful_where_a_tumor_is_seen(self):
        found = signals(np.array([0, 0, 1.0, 0]), TOLD)
        assert found[list(Signal).index(Signal.PLACE)] == -1

    def test_extreme_inputs_are_bounded(self):
        told = Told(TOLD.sequence, TOLD.plane, -1e9, 1e9, np.full((2, 2), 1e9, np.float32))
        found = signals(np.array([1.0, 0, 0, 0]), told)
        assert np.isfinite(found).all() and np.abs(found).max() <= 8


class TestConfidence:
    def test_it_is_between_a_quarter_and_one(self):
        values = np.array([[100.0] * len(Signal), [-100.0] * len(Signal), [0.0] * len(Signal)])
        found = reliability(values, SPEC)
        assert found.min() >= 1 / 4 and found.max() <= 1
        assert found[2] == pytest.approx(1 / (1 + np.exp(-0.1)))

    def test_the_highest_probability_equals_it_and_the_order_stays(self, rng: np.random.Generator):
        probabilities = rng.dirichlet(np.full(4, 0.3), 200)
        wanted = rng.uniform(0.26, 0.999, 200)
        found = with_confidence(probabilities, wanted)
        assert found.max(axis=1) == pytest.approx(wanted, abs=1e-3)
        assert found.sum(axis=1) == pytest.approx(np.ones(200))
        # Very small probabilities may become equal.
        assert (np.diff(np.take_along_axis(found, probabilities.argsort(axis=1), 1), axis=1) >= 0).all()

    @pytest.mark.parametrize(
        ("row", "confidence", "highest"),
        [
            ((1, 0, 0, 0), 0.25, 0.25),
            ((1, 0, 0, 0), 0.9, 0.9),
            ((1, 0, 0, 0), 1, 1),
            ((0.25, 0.25, 0.25, 0.25), 0.9, 0.25),
            ((0.5, 0.5, 0, 0), 0.9, 0.5),
        ],
    )
    def test_extreme_rows(self, row, confidence, highest):
        found = with_confidence(np.array(row, float), confidence)
        assert found.max() == pytest.approx(highest, abs=0.02)
        assert found.sum() == pytest.approx(1)

    def test_a_batch_equals_its_rows(self, rng: np.random.Generator):
        probabilities, wanted = rng.dirichlet(np.ones(4), 20), rng.uniform(0.3, 1, 20)
        each = [with_confidence(row, confidence) for row, confidence in zip(probabilities, wanted, strict=True)]
        assert with_confidence(probabilities, wanted) == pytest.approx(np.array(each), abs=1e-12)


class TestServed:
    def test_without_heads_it_is_the_softmax(self, metadata: ModelMetadata, headed: ModelMetadata):
        assert metadata.trust is not None
        plain = metadata.model_copy(update={"trust": metadata.trust.model_copy(update={"heads": None})})
        assert probabilities_of(LOGITS, None, plain) == pytest.approx(
            calibrated_probabilities(LOGITS, metadata.temperature)
        )

    def test_a_sites_temperature_applies_to_the_served_probabilities(self, headed: ModelMetadata):
        """An evaluation recovers logits from the served probabilities, and fits the temperature to these."""
        served = probabilities_of(LOGITS, TOLD, headed)
        recovered = headed.temperature * np.log(served)
        other = headed.model_copy(update={"temperature": 1.3})
        assert probabilities_of(LOGITS, TOLD, other) == pytest.approx(calibrated_probabilities(recovered, 1.3))
        assert served.argmax() == LOGITS.argmax()
