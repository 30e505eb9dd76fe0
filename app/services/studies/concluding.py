"""From the results of slices to those of their series, and from series to the study."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.models.acquisition import MriSequence
from app.models.thresholds import Decision
from app.services.explanations.words import headline, listed, percent
from app.services.imaging.reading import Notice
from app.services.inference.judge import Judge
from app.services.studies.combining import combine, combine_slices
from app.services.studies.results import Conclusion, SeriesResult, SliceResult, StudyResult
from app.services.studies.selection import NO_HEAD, choose, is_head
from app.services.studies.series import Series
from app.services.studies.survey import UNKNOWN_SEQUENCE, Survey
from app.services.trust.gate import GateResult
from app.services.trust.heads import Acquisition, Told, acquisition_of

_SIMPLE_RULE = Notice(
    "combined-by-a-simple-rule",
    "The thresholds and the calibration were fitted to single slices, and the rule that combines slices was chosen on "
    "few patients of hospitals that the network was trained on. Treat the result of a series or study as a hint to its "
    "slices.",
)


def conclude_series(series: Series, slices: list[SliceResult], judge: Judge) -> SeriesResult:
    """The result of a series.

    Args:
        series: the series.
        slices: the result of each of its slices, in any order.
        judge: of the model.
    """
    order = {id(place): position for position, place in enumerate(series.slices)}
    plane = series.orientation.plane if series.orientation else None
    chosen = choose(sorted(slices, key=lambda each: order[id(each.place)]), plane)
    used = [position for position, each in enumerate(chosen) if each.used]
    acquisition = _acquisition([chosen[position].told for position in used])
    result = SeriesResult(series=series, slices=tuple(chosen), faults=(), conclusion=None, acquisition=acquisition)
    fault = None
    if not is_head(chosen):
        fault = NO_HEAD
    elif result.sequence is MriSequence.OTHER:
        fault = UNKNOWN_SEQUENCE
    if fault:
        return replace(result, slices=tuple(each.with_reason(each.reason or fault) for each in chosen), faults=(fault,))
    probabilities, deciding = combine_slices(np.array([chosen[position].probabilities for position in used]))
    for row in deciding:
        chosen[used[row]] = replace(chosen[used[row]], deciding=True)
    decided = [each for each in chosen if each.deciding]
    others = [each.told.other for each in decided if each.told]
    conclusion = _conclusion(probabilities, [each.gate for each in decided], others, judge)
    return replace(
        result, slices=tuple(chosen), conclusion=conclusion, notices=_notices(series, result.sequence, acquisition)
    )


def conclude_study(found: Survey, results: list[SeriesResult], judge: Judge) -> StudyResult:
    """The result of a study from those of its series."""
    used = [each.conclusion for each in results if each.conclusion]
    conclusion = None
    notices = []
    if used:
        notices.append(_SIMPLE_RULE)
        probabilities, chosen = combine(np.array([each.probabilities for each in used]))
        others = [used[row].other for row in chosen]
        conclusion = _conclusion(
            probabilities, [each.gate for each in used], [each for each in others if each is not None], judge
        )
        doubts = [*_several_studies(results), *_disagreement(results)]
        if doubts and conclusion.decision is Decision.ANSWER:
            conclusion = replace(conclusion, decision=Decision.UNCERTAIN)
        notices = [*doubts, *notices]
    return StudyResult(series=tuple(results), left_out=found.left_out, conclusion=conclusion, notices=tuple(notices))


def _conclusion(
    probabilities: NDArray[np.float64], gates: list[GateResult | None], others: list[float], judge: Judge
) -> Conclusion:
    """The conclusion from combined probabilities, with the highest score of the gate, which every part has passed."""
    gate = max((each for each in gates if each), key=lambda each: each.score, default=None)
    other = float(np.mean(others)) if others else None
    ruling = judge.decide(probabilities, gate, other)
    return Conclusion(
        probabilities=probabilities,
        gate=gate,
        other=other,
        decision=ruling.decision,
        deciding_set=ruling.deciding_set,
        reasons=ruling.reasons,
    )


def _acquisition(told: list[Told | None]) -> Acquisition | None:
    """What the slices together show; None for a model without heads."""
    known = [each for each in told if each]
    if not known:
        return None
    return acquisition_of(
        np.mean([each.sequence for each in known], axis=0), np.mean([each.plane for each in known], axis=0)
    )


def _notices(series: Series, sequence: MriSequence | None, acquisition: Acquisition | None) -> tuple[Notice, ...]:
    if series.sequence:
        return ()
    if sequence and acquisition:
        return (
            Notice(
                "sequence-from-pictures",
                f"The header does not tell the sequence. By its slices, the network recognises {sequence.label} "
                f"({percent(acquisition.sequence_probability, decimals=0)}).",
            ),
        )
    return (
        Notice("sequence-unknown", "The header does not tell the sequence; the slices are read without knowing it."),
    )


def _several_studies(results: list[SeriesResult]) -> list[Notice]:
    studies = {each.series.study for each in results if each.conclusion and each.series.study}
    if len(studies) < 2:
        return []
    return [
        Notice(
            "several-studies",
            f"The series belong to {len(studies)} studies, perhaps of several patients. Send them one by one: the "
            "result for all of them has no meaning.",
        )
    ]


def _disagreement(results: list[SeriesResult]) -> list[Notice]:
    """A notice that names what each series leads to, where they lead to different results."""
    named: dict[str, list[str]] = {}
    for each in results:
        if each.conclusion and each.conclusion.decision in (Decision.ANSWER, Decision.OTHER):
            named.setdefault(headline(each.conclusion.result), []).append(each.name)
    if len(named) < 2:
        return []
    found = "; ".join(f"{listed(series, 'and')}: {result}" for result, series in named.items())
    return [Notice("series-disagree", f"The series lead to different results. {found}. Look at each of them.")]
