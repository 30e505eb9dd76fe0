"""Classifies a study: surveys its files, reads the series that can be read slice by slice, and combines the results."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.models.problems import Problem, TooLarge
from app.models.thresholds import Decision
from app.services.imaging.dicom.header import Header
from app.services.imaging.dicom.pixels import GrayScale, picture_of
from app.services.imaging.preprocessing import to_input
from app.services.imaging.reading import Limits, Notice, Scan
from app.services.inference.predictor import Predictor
from app.services.studies.combining import combine
from app.services.studies.contents import open_content
from app.services.studies.files import StudyFile
from app.services.studies.results import Conclusion, SeriesResult, SliceResult, StudyResult
from app.services.studies.selection import NO_HEAD, TOO_SMALL, choose, is_head, shows_enough, tissue_area
from app.services.studies.series import Series, SeriesSlice
from app.services.studies.survey import Survey, survey
from app.services.trust.gate import GateResult

MAX_SLICES = 2_000


@dataclass(frozen=True)
class Step:
    """A step of a study's reading: what is done, and how far it is.

    Attributes:
        doing: `headers` or `slices`.
        done, total: number of files, or of slices.
    """

    doing: str
    done: int
    total: int


def answer_study(files: list[StudyFile], predictor: Predictor, limits: Limits) -> Iterator[Step | StudyResult]:
    """Classify a study in steps, so that the caller can stop between them; at most one picture is in memory.

    Args:
        files: of the study.
        predictor: of the model.
        limits: on each file.

    Yields:
        A step after each file and each slice, and the result at the end.

    Raises:
        TooLarge: the series that can be read have too many slices.
    """
    found = None
    for done, found in enumerate(survey(files, limits), 1):
        if found is None:
            yield Step("headers", done, len(files))
    assert isinstance(found, Survey)
    readable = [each for each in found.series if not each.faults]
    total = sum(len(each.slices) for each in readable)
    if total > MAX_SLICES:
        raise TooLarge(
            f"The study has {total:,} slices that can be read; at most {MAX_SLICES:,} are accepted. Send its series "
            "one by one.",
            limit=MAX_SLICES,
        )
    results: list[SeriesResult] = []
    done = 0
    for series in found.series:
        if series.faults:
            results.append(SeriesResult(series=series, slices=(), faults=series.faults, conclusion=None))
            continue
        slices = []
        for judged in _judged_slices(series, files, predictor, limits):
            slices.append(judged)
            done += 1
            yield Step("slices", done, total)
        results.append(_concluded(series, slices, predictor))
    yield _study_result(found, results, predictor)


def _judged_slices(
    series: Series, files: list[StudyFile], predictor: Predictor, limits: Limits
) -> Iterator[SliceResult]:
    """The result of each slice, in the order of the files."""
    scale = None
    middle = series.slices[len(series.slices) // 2]
    for _, _, chosen in _pictures([middle], files, limits, None):
        scale = chosen
    for place, scan, _ in _pictures(series.slices, files, limits, scale):
        if isinstance(scan, Problem):
            yield SliceResult(place=place, reason=Notice(scan.slug, scan.detail))
            continue
        area = tissue_area(scan, place.frame.spacing)
        if not shows_enough(area, place.frame.spacing):
            yield SliceResult(place=place, area=area, reason=TOO_SMALL)
            continue
        judged = predictor.judge(scan.image, to_input(scan.image, predictor.metadata.input))
        yield SliceResult(
            place=place,
            area=area,
            probabilities=judged.probabilities,
            gate=judged.gate,
            decision=judged.decision,
        )


def _pictures(
    slices: list[SeriesSlice] | tuple[SeriesSlice, ...], files: list[StudyFile], limits: Limits, scale: GrayScale | None
) -> Iterator[tuple[SeriesSlice, Scan | Problem, GrayScale | None]]:
    """The picture of each slice, or why there is none; each file is opened once."""
    by_file: dict[int, dict[int, SeriesSlice]] = {}
    for each in slices:
        by_file.setdefault(each.file, {})[each.frame.number] = each
    for index in sorted(by_file):
        wanted = dict(by_file[index])
        try:
            with files[index].open() as opened:
                content = open_content(opened, limits)
                for number, stored in content.frames(list(wanted)):
                    place = wanted.pop(number)
                    yield place, *_picture(stored, content.header, place, limits, scale)
        except Problem as problem:
            for place in wanted.values():
                yield place, problem, scale


def _picture(
    stored: NDArray[np.generic] | Problem, header: Header, place: SeriesSlice, limits: Limits, scale: GrayScale | None
) -> tuple[Scan | Problem, GrayScale | None]:
    if isinstance(stored, Problem):
        return stored, scale
    try:
        return picture_of(stored, header, place.frame, limits.max_pixels, scale)
    except Problem as problem:
        return problem, scale


def _concluded(series: Series, slices: list[SliceResult], predictor: Predictor) -> SeriesResult:
    order = {id(place): position for position, place in enumerate(series.slices)}
    plane = series.orientation.plane if series.orientation else None
    chosen = choose(sorted(slices, key=lambda each: order[id(each.place)]), plane)
    used = [position for position, each in enumerate(chosen) if each.used]
    if not is_head(chosen):
        return SeriesResult(series=series, slices=tuple(chosen), faults=(NO_HEAD,), conclusion=None)
    probabilities, deciding = combine(np.array([chosen[position].probabilities for position in used]))
    for row in deciding:
        chosen[used[row]] = replace(chosen[used[row]], deciding=True)
    conclusion = _conclusion(probabilities, [each.gate for each in chosen if each.deciding], predictor)
    return SeriesResult(series=series, slices=tuple(chosen), faults=(), conclusion=conclusion)


def _conclusion(probabilities: NDArray[np.float64], gates: list[GateResult | None], predictor: Predictor) -> Conclusion:
    """The conclusion from combined probabilities, with the highest score of the gate, which every part has passed."""
    gate = max((each for each in gates if each), key=lambda each: each.score, default=None)
    _, deciding_set, decision, reasons = predictor.decide_on(probabilities, gate)
    return Conclusion(
        probabilities=probabilities,
        gate=gate,
        decision=decision,
        deciding_set=deciding_set,
        reasons=tuple(reasons),
    )


def _study_result(found: Survey, results: list[SeriesResult], predictor: Predictor) -> StudyResult:
    used = [each.conclusion for each in results if each.conclusion]
    notices = []
    if found.studies > 1:
        notices.append(
            Notice(
                "several-studies",
                f"The files belong to {found.studies} studies, perhaps of several patients. Send them one by one: the "
                "result for all of them has no meaning.",
            )
        )
    conclusion = None
    if used:
        probabilities, _ = combine(np.array([each.probabilities for each in used]))
        conclusion = _conclusion(probabilities, [each.gate for each in used], predictor)
        answered = {int(each.probabilities.argmax()) for each in used if each.decision is Decision.ANSWER}
        if len(answered) > 1:
            notices.append(Notice("series-disagree", "The series lead to different classes; look at each of them."))
        notices.append(
            Notice(
                "combined-by-a-simple-rule",
                "The thresholds and the calibration were fitted to single slices, and the rule that combines slices "
                "was not compared on labelled studies. Treat the result of a series or study as a hint to its slices.",
            )
        )
    return StudyResult(series=tuple(results), left_out=found.left_out, conclusion=conclusion, notices=tuple(notices))
