"""Compares two models on confirmed cases that both have classified, one of them as the shadow."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.settings import ConfigurationError, Settings
from app.models.measured.test_set import Proportion
from app.models.model_file import ModelMetadata
from app.models.problems import Problem
from app.services.database.database import Database
from app.services.database.tables import FeedbackRow, RecordRow, ShadowRow
from app.services.history.schemas import Verdict
from app.services.measures.intervals import wilson

_Z = NormalDist().inv_cdf(0.975)
_ROWS_AT_A_TIME = 500


@dataclass(frozen=True)
class Paired:
    """Accuracy of two models on the same cases.

    Attributes:
        first, second: the accuracy of each.
        only_first, only_second: cases that only the first, or only the second, model classified correctly.
        difference: accuracy of the second minus that of the first.
        low, high: its 95 % interval (Agresti and Min 2005, https://doi.org/10.1002/sim.1781).
        p: mid-p value of McNemar's test (Fagerland et al. 2013, https://doi.org/10.1186/1471-2288-13-91).
    """

    first: Proportion
    second: Proportion
    only_first: int
    only_second: int
    difference: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Comparison:
    """Two models on confirmed cases.

    Attributes:
        everywhere: the result on all cases that both models classified; None if there are none.
        named: the result on cases where the reader named the class. A reader who agrees has seen the answer first,
            which favours the model that gave it.
        other_versions: number of cases excluded because another version of one of the models classified them.
    """

    everywhere: Paired | None
    named: Paired | None
    other_versions: int


class _PairedCase(NamedTuple):
    """Whether each model is right, and whether the reader named the class."""

    first: bool
    second: bool
    named: bool


def compare_models(settings: Settings, first: ModelMetadata, second: ModelMetadata) -> Comparison:
    """Compare two models, or two versions of one.

    Raises:
        ConfigurationError: the database cannot be used.
    """
    database = Database.open(settings)
    try:
        with database.reading() as session:
            return _compare(session, first, second)
    except Problem as problem:
        raise ConfigurationError(problem.detail) from problem
    finally:
        database.close()


def _compare(session: Session, first: ModelMetadata, second: ModelMetadata) -> Comparison:
    statement = (
        select(RecordRow.model, RecordRow.predicted, ShadowRow, FeedbackRow)
        .join_from(RecordRow, ShadowRow)
        .join(FeedbackRow, FeedbackRow.record_id == RecordRow.id)
        .where(
            RecordRow.predicted.is_not(None),
            RecordRow.model.in_((first.name, second.name)),
            ShadowRow.model.in_((first.name, second.name)),
        )
        .execution_options(yield_per=_ROWS_AT_A_TIME)
    )
    cases: list[_PairedCase] = []
    others = 0
    for model, predicted, shadow, feedback in session.execute(statement):
        said = {(model, shadow.served_version): predicted, (shadow.model, shadow.version): shadow.predicted}
        if said.keys() != {(first.name, first.version), (second.name, second.version)}:
            others += 1
            continue
        cases.append(
            _PairedCase(
                said[first.name, first.version] == feedback.confirmed,
                said[second.name, second.version] == feedback.confirmed,
                feedback.verdict != Verdict.AGREE,
            )
        )
    return Comparison(_paired_if_any(cases), _paired_if_any([case for case in cases if case.named]), others)


def _paired_if_any(cases: Sequence[_PairedCase]) -> Paired | None:
    return paired([case.first for case in cases], [case.second for case in cases]) if cases else None


def paired(first: Sequence[bool], second: Sequence[bool]) -> Paired:
    """Compare two models by whether each is right on each of the same cases (at least one)."""
    cases = len(first)
    b = sum(one and not other for one, other in zip(first, second, strict=True))
    c = sum(other and not one for one, other in zip(first, second, strict=True))
    # Agresti and Min add half a case to each cell, so that a difference of 0 has an interval too.
    total, apart, shift = cases + 2, b + c + 1, c - b
    margin = _Z * sqrt(apart - shift**2 / total) / total
    return Paired(
        first=wilson(sum(first), cases),
        second=wilson(sum(second), cases),
        only_first=b,
        only_second=c,
        difference=shift / cases,
        low=max(-1.0, shift / total - margin),
        high=min(1.0, shift / total + margin),
        p=_mcnemar(b, c),
    )


def _mcnemar(b: int, c: int) -> float:
    """Two-sided mid-p value of the discordant counts; 1 if there are none."""
    discordant, fewer = b + c, min(b, c)
    doubled = 2 * sum(comb(discordant, count) for count in range(fewer + 1)) - comb(discordant, fewer)
    return float(doubled / 2**discordant)
