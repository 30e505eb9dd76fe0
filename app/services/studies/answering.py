"""Classifies a study: surveys its files, reads the series that can be read slice by slice, and combines the results."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.models.model_file import InputSpec
from app.models.problems import Problem, TooLarge
from app.services.imaging.preprocessing import to_input
from app.services.imaging.reading import Limits, Notice
from app.services.inference.heat import heat_of
from app.services.inference.predictor import Predictor
from app.services.network.classifier import Classifier, ForwardPass
from app.services.studies.concluding import conclude_series, conclude_study
from app.services.studies.drawing import draw_series
from app.services.studies.files import StudyFile
from app.services.studies.reading import ahead, beside, pictures_of
from app.services.studies.results import SeriesResult, SliceResult, StudyResult
from app.services.studies.selection import TOO_SMALL, shows_enough, tissue_area
from app.services.studies.series import Series, SeriesSlice
from app.services.studies.survey import Survey, nothing_to_read, survey
from app.services.trust.appearance import appearance

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


@dataclass(frozen=True)
class _ReadSlice:
    place: SeriesSlice
    area: float
    network_input: NDArray[np.float32]
    looks: NDArray[np.float32]


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
        UnreadableImage, UnsupportedFormat: no file belongs to a series.
        TooLarge: the series that can be read have too many slices.
    """
    found = None
    for done, found in enumerate(survey(files, limits), 1):
        if found is None:
            yield Step("headers", done, len(files))
    assert isinstance(found, Survey)
    if not found.series:
        raise nothing_to_read(found.left_out)
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
    """The result of each slice, in the order of the files.

    Reading, forward passes and what follows them run beside each other.
    """
    classifier = predictor.classifier
    slices = ahead(_read_slices(series, files, predictor.metadata.input, limits))
    # One thread more than passes, so that one always waits: the engine shares the cores only then.
    for read, forward in beside(partial(_classified, classifier), slices, classifier.parallel + 1):
        if isinstance(read, SliceResult):
            yield read
            continue
        assert forward
        judged = predictor.judge.of_pass(forward, read.looks)
        yield SliceResult(
            place=read.place,
            area=read.area,
            probabilities=judged.probabilities,
            gate=judged.gate,
            told=judged.told,
            decision=judged.ruling.decision,
            heat=heat_of(judged, predictor),
        )


def _classified(
    classifier: Classifier, read: _ReadSlice | SliceResult
) -> tuple[_ReadSlice | SliceResult, ForwardPass | None]:
    return read, None if isinstance(read, SliceResult) else classifier.classify(read.network_input)


def _read_slices(
    series: Series, files: list[StudyFile], spec: InputSpec, limits: Limits
) -> Iterator[_ReadSlice | SliceResult]:
    """Each slice, ready for the forward pass, or its result if it needs none."""
    for place, scan in pictures_of(series, series.slices, files, limits):
        if isinstance(scan, Problem):
            yield SliceResult(place=place, reason=Notice(scan.slug, scan.detail))
            continue
        area = tissue_area(scan, place.frame.spacing)
        if shows_enough(area, place.frame.spacing):
            yield _ReadSlice(place, area, to_input(scan.image, spec), appearance(scan.image))
        else:
            yield SliceResult(place=place, area=area, reason=TOO_SMALL)
