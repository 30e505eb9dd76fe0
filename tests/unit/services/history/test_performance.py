"""Performance on made-up confirmed cases."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from app.models.classes import CLASSES
from app.services.history.performance import Case, performance_statistics
from app.services.history.schemas import FeedbackStatistics, Period, Selection, StoredPrediction
from app.services.inference.schemas import PredictedClass
from app.services.measures.classification import expected_calibration_error, reliability_bins
from app.services.measures.intervals import wilson
from tests.unit.services.history.test_records import prediction

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def case(
    *, probabilities: np.ndarray, confirmed: int, at: datetime = BEGIN, version: str = "1", named: bool = True
) -> Case:
    stored = prediction(at).model_dump()
    answered = CLASSES[int(probabilities.argmax())]
    answer = PredictedClass(tumor=answered, label="", confidence=float(probabilities.max()))
    stored["prediction"] = answer
    stored["model"] = {"name": "xception", "version": version}
    return Case(StoredPrediction.model_validate(stored), answer, named, CLASSES[confirmed])


@pytest.fixture
def cases(rng: np.random.Generator) -> list[Case]:
    """Cases of an overconfident model over a year and two versions, newest first."""
    probabilities = rng.dirichlet((0.3, 0.3, 0.3, 0.3), 400)
    labels = np.where(rng.random(400) < 0.7, probabilities.argmax(axis=1), rng.integers(0, 4, 400))
    found = [
        case(
            probabilities=one,
            confirmed=int(label),
            at=BEGIN + timedelta(hours=number * 20),
            version="1" if number < 150 else "2",
            named=number % 2 == 0,
        )
        for number, (one, label) in enumerate(zip(probabilities, labels, strict=True))
    ]
    return found[::-1]


def figures(found: list[Case], period: Period = Period.MONTH) -> FeedbackStatistics:
    selection = Selection(answers=len(found), confirmed=len(found), lowest=None, highest=None, caution="")
    return performance_statistics(selection, found, period)


def test_accuracy_and_calibration_match_the_measures(cases: list[Case]):
    overall = figures(cases).overall
    assert overall is not None
    assert overall.accuracy == wilson(sum(one.right for one in cases), 400)
    assert overall.named == 200
    confidence = np.array([one.prediction.confidence for one in cases])
    # Reduced to two classes: the predicted one and the rest.
    probabilities = np.zeros((400, 4))
    probabilities[:, 0] = confidence
    labels = np.array([0 if one.right else 1 for one in cases])
    expected = expected_calibration_error(reliability_bins(probabilities, labels))
    assert overall.calibration_error.value == pytest.approx(expected, abs=1e-12)
    assert overall.calibration_error.low < expected < overall.calibration_error.high


def test_cases_are_grouped_by_version_and_period(cases: list[Case]):
    found = figures(cases)
    assert {part.model.version: part.performance.cases for part in found.models} == {"1": 150, "2": 250}
    assert sum(part.performance.cases for part in found.periods) == 400
    begins = [part.begin for part in found.periods]
    assert begins == sorted(begins)
    assert {begin.day for begin in begins} == {1}
    assert {part.begin.weekday() for part in figures(cases, Period.WEEK).periods} == {0}
    assert begins[0] == date(2026, 1, 1)


def test_a_single_case(cases: list[Case]):
    overall = figures(cases[:1]).overall
    assert overall is not None
    assert overall.calibration_error.low == overall.calibration_error.high == overall.calibration_error.value


def test_without_cases_there_are_no_figures():
    found = figures([])
    assert found.overall is None
    assert found.models == found.periods == []


def test_observed_coverage_of_prediction_sets(cases: list[Case]):
    glioma, meningioma, notumor, _ = CLASSES
    sets = [
        {"coverage": 0.95, "classes": [glioma]},
        {"coverage": 0.99, "classes": [glioma, meningioma]},
    ]
    stored = [
        StoredPrediction.model_validate({**one.stored.model_dump(), "prediction_sets": sets}) for one in cases[:3]
    ]
    confirmed = [
        Case(one, before.prediction, True, tumor)
        for one, before, tumor in zip(stored, cases, (glioma, meningioma, notumor), strict=False)
    ]
    # Predictions without sets do not count.
    overall = figures([*confirmed, *cases[3:5]]).overall
    assert overall is not None
    assert [(part.promised, part.held.count, part.held.total, part.mean_size) for part in overall.coverage] == [
        (0.95, 1, 3, 1),
        (0.99, 2, 3, 2),
    ]
