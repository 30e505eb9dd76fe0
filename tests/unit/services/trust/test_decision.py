import numpy as np
import pytest

from app.models.classes import CLASSES
from app.models.thresholds import Decision
from app.services.trust.conformal import members, prediction_set
from app.services.trust.decision import decide, decisions
from app.services.trust.gate import GateResult
from tests.support.heads import HEADS

INSIDE, OUTSIDE = GateResult(1.0, 2.0), GateResult(3.0, 2.0)


@pytest.fixture(scope="module")
def trust(metadata):
    return metadata.trust.model_copy(update={"heads": HEADS})


def test_one_scan_and_many_scans_are_decided_by_the_same_rule(trust, rng):
    probabilities = rng.dirichlet(np.full(len(CLASSES), 0.05), 500)
    outside, scores = rng.random(500) < 0.1, rng.normal(size=500)
    spec = next(spec for spec in trust.sets if spec.coverage == trust.deciding_coverage)
    sets = members(probabilities, trust.set_method, spec)
    many = decisions(probabilities, sets, trust.min_confidence, outside, scores >= trust.heads.other_from)
    each = [
        decide(
            float(row.max()),
            OUTSIDE if rejected else INSIDE,
            prediction_set(row, trust.set_method, spec),
            trust,
            gate_off=False,
            other=score,
        )[0]
        for row, rejected, score in zip(probabilities, outside, scores, strict=True)
    ]
    assert many.tolist() == each
    assert set(each) == set(Decision)


def test_a_rejected_scan_is_outside_for_that_reason_only(trust):
    decision, reasons = decide(1.0, OUTSIDE, None, None, gate_off=False)
    assert decision is Decision.OUTSIDE
    assert [reason.code for reason in reasons] == ["not-a-brain-mri"]


def test_a_scan_of_something_else_is_other_for_that_reason_only(trust):
    decision, reasons = decide(0.1, INSIDE, None, trust, gate_off=False, other=trust.heads.other_from)
    assert decision is Decision.OTHER
    assert [reason.code for reason in reasons] == ["none-of-the-classes"]
    without = trust.model_copy(update={"heads": None})
    assert decide(0.1, INSIDE, None, without, gate_off=False, other=9)[0] is Decision.UNCERTAIN


@pytest.mark.parametrize(("gate_off", "codes"), [(False, ["no-thresholds"]), (True, [])])
def test_a_missing_gate_is_a_reason_unless_it_is_turned_off(trust, gate_off, codes):
    sure = np.array([1.0, 0, 0, 0])
    deciding = prediction_set(sure, trust.set_method, trust.sets[0])
    decision, reasons = decide(1.0, None, deciding, trust, gate_off=gate_off)
    assert [reason.code for reason in reasons] == codes
    assert decision is (Decision.UNCERTAIN if codes else Decision.ANSWER)
