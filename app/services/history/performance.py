"""Performance on confirmed cases: predictions for which a reader has confirmed the class."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.classes import TumorClass
from app.services.database.tables import FeedbackRow, RecordRow
from app.services.history.schemas import (
    ConfirmedSetCoverage,
    Estimate,
    FeedbackStatistics,
    ModelPerformance,
    Performance,
    Period,
    PeriodPerformance,
    Selection,
    StoredPrediction,
    Verdict,
)
from app.services.inference.schemas import PredictedClass
from app.services.measures.classification import ECE_BINS, bins_of
from app.services.measures.intervals import wilson

MOST_CASES = 5000
_ROWS_AT_A_TIME = 500
_RESAMPLES = 1000
CAUTION = (
    "Only cases with feedback count, and readers do not choose them at random: they check doubtful cases more often, "
    "and they know the prediction when they agree with it. The accuracy over all predictions is between `lowest` and "
    "`highest`; these cases do not narrow it down further."
)


_Key = TypeVar("_Key", bound=Hashable)
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Case:
    """A prediction with feedback.

    Attributes:
        stored: the record.
        prediction: its predicted class.
        named: whether the reader named the class instead of agreeing with the prediction.
        confirmed: the class of the scan according to the reader.
    """

    stored: StoredPrediction
    prediction: PredictedClass
    named: bool
    confirmed: TumorClass

    @property
    def right(self) -> bool:
        """Whether the prediction is correct."""
        return self.prediction.tumor is self.confirmed


def cases(session: Session, *chosen: ColumnElement[bool]) -> Iterator[Case]:
    """Confirmed cases that name a class, newest first, read from the database in batches."""
    statement = select(RecordRow.body, FeedbackRow.verdict, FeedbackRow.confirmed).join(FeedbackRow).where(*chosen)
    newest_first = statement.order_by(RecordRow.created_at.desc(), RecordRow.id)
    for body, verdict, confirmed in session.execute(newest_first.execution_options(yield_per=_ROWS_AT_A_TIME)):
        stored = StoredPrediction.model_validate_json(body)
        if stored.prediction:
            yield Case(stored, stored.prediction, verdict != Verdict.AGREE, TumorClass(confirmed))


def newest_cases(session: Session, *chosen: ColumnElement[bool]) -> tuple[Selection, list[Case]]:
    """Counts of all and of confirmed predictions, and the newest 5,000 confirmed cases."""
    return _selection(session, *chosen), list(islice(cases(session, *chosen), MOST_CASES))


def _selection(session: Session, *chosen: ColumnElement[bool]) -> Selection:
    chosen = (*chosen, RecordRow.predicted.is_not(None))
    answers = session.scalar(select(func.count()).select_from(RecordRow).where(*chosen)) or 0
    rightly = func.count().filter(FeedbackRow.confirmed == RecordRow.predicted)
    confirmed, right = session.execute(
        select(func.count(), rightly).select_from(RecordRow).join(FeedbackRow).where(*chosen)
    ).one()
    return Selection(
        answers=answers,
        confirmed=confirmed,
        lowest=right / answers if answers else None,
        highest=(right + answers - confirmed) / answers if answers else None,
        caution=CAUTION,
    )


def performance_statistics(selection: Selection, found: Sequence[Case], period: Period) -> FeedbackStatistics:
    """Performance in total, per model version and per period. Blocks while it computes."""
    return FeedbackStatistics(
        selection=selection,
        overall=_performance(found) if found else None,
        models=[
            ModelPerformance(model=model, performance=_performance(part))
            for model, part in _grouped(found, lambda case: case.stored.model)
        ],
        periods=[
            PeriodPerformance(begin=begin, model=model, performance=_performance(part))
            for (begin, model), part in _grouped(
                reversed(found), lambda case: (_begin(case.stored.created_at, period), case.stored.model)
            )
        ],
        truncated=selection.confirmed > len(found),
    )


def _grouped(found: Iterable[_Item], key: Callable[[_Item], _Key]) -> Iterable[tuple[_Key, list[_Item]]]:
    """Items grouped by a key, in the order in which the keys first occur."""
    parts: dict[_Key, list[_Item]] = {}
    for one in found:
        parts.setdefault(key(one), []).append(one)
    return parts.items()


def _begin(moment: datetime, period: Period) -> date:
    day = moment.astimezone(UTC).date()
    return day.replace(day=1) if period is Period.MONTH else day - timedelta(days=day.weekday())


def _performance(found: Sequence[Case]) -> Performance:
    confidence = np.array([case.prediction.confidence for case in found])
    right = np.array([case.right for case in found])
    return Performance(
        cases=len(found),
        named=sum(case.named for case in found),
        accuracy=wilson(int(right.sum()), len(found)),
        calibration_error=_calibration_error(confidence, right),
        coverage=_coverage(found),
    )


def _calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Estimate:
    """Expected calibration error over 15 bins of equal width (Naeini et al. 2015), with its 95 % interval.

    The interval consists of percentiles of 1,000 bootstrap samples with a fixed seed. With few cases, error and
    interval are biased upwards: within a bin, chance does not cancel out.

    Args:
        confidence: float64 `[n]`, in `[0, 1]`, of at least one case.
        right: bool `[n]`, whether the prediction is correct.
    """
    bins = bins_of(confidence)
    gaps = right - confidence

    def error(chosen: NDArray[np.int_]) -> float:
        # A bin's share of the cases, times its gap between accuracy and confidence, is its sum of gaps over all cases.
        return float(np.abs(np.bincount(bins[chosen], gaps[chosen], ECE_BINS)).sum() / len(chosen))

    everything = np.arange(len(bins))
    rng = np.random.default_rng(0)
    resampled = [error(rng.choice(everything, len(everything))) for _ in range(_RESAMPLES)]
    low, high = np.quantile(resampled, (0.025, 0.975)).tolist()
    return Estimate(value=error(everything), low=low, high=high)


def _coverage(found: Sequence[Case]) -> list[ConfirmedSetCoverage]:
    sets = [(case.confirmed, one) for case in found for one in case.stored.prediction_sets]
    return [
        ConfirmedSetCoverage(
            promised=promised,
            held=wilson(sum(confirmed in one.classes for confirmed, one in part), len(part)),
            mean_size=sum(len(one.classes) for _, one in part) / len(part),
        )
        for promised, part in _grouped(sets, lambda pair: pair[1].coverage)
    ]
