"""Classifies a study: surveys its files, reads the series that can be read slice by slice, and combines the results."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.models.problems import Problem, TooLarge
from app.services.imaging.preprocessing import to_input
from app.services.imaging.reading import Limits, Notice
from app.services.inference.predictor import Predictor
from app.services.studies.concluding import conclude_series, conclude_study
from app.services.studies.drawing import draw_series, heat_of
from app.services.studies.files import StudyFile
from app.services.studies.reading import pictures_of
from app.services.studies.results import SeriesResult, SliceResult, StudyResult
from app.services.studies.selection import TOO_SMALL, shows_enough, tissue_area
from app.services.studies.series import Series
from app.services.studies.survey import Survey, survey

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


def answer_study(
    files: list[StudyFile], predictor: Predictor, limits: Limits, *, pictures: bool = False
) -> Iterator[Step | StudyResult]:
    """Classify a study in steps, so that the caller can stop between them; one picture at a time is in memory.

    Args:
        files: of the study.
        predictor: of the model.
        limits: on each file.
        pictures: whether to draw pictures of each series that is used.

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
        result = conclude_series(series, slices, predictor.judge)
        if pictures and result.conclusion:
            result = replace(result, pictures=draw_series(result, files, limits, predictor.metadata))
        results.append(result)
    yield conclude_study(found, results, predictor.judge)


def _judged_slices(
    series: Series, files: list[StudyFile], predictor: Predictor, limits: Limits
) -> Iterator[SliceResult]:
    """The result of each slice, in the order of the files."""
    for place, scan in pictures_of(series, series.slices, files, limits):
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
            told=judged.told,
            decision=judged.verdict.decision,
            heat=heat_of(judged, predictor),
        )
