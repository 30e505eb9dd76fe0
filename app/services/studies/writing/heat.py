"""The heat-maps that are written: of which slices, and on the grid of their stored pixels."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.classes import TumorClass
from app.models.model_file import ModelMetadata
from app.models.problems import Problem
from app.models.thresholds import Decision
from app.services.imaging.dicom.pixels import to_stored
from app.services.imaging.reading import Limits
from app.services.inference.heat import SliceHeat
from app.services.inference.heatmaps import POINTED
from app.services.network import gradcam
from app.services.studies.drawing import strongest
from app.services.studies.files import StudyFile
from app.services.studies.reading import pictures_of
from app.services.studies.results import SeriesResult, SliceResult, StudyResult
from app.services.studies.writing.origin import used_series

# More would be a burden for readers, and 16 million pixels of a study take 50 MB in colour.
_MOST_SLICES = 32
_MOST_PIXELS = 2**24


@dataclass(frozen=True)
class HeatedSlice:
    """A slice with a heat-map.

    Attributes:
        found: the slice.
        target: the class that the heat-map is the evidence for; None for the probability of a tumor at each place.
        pointed: bool `[rows, columns]`, where the heat-map points to.
    """

    found: SliceResult
    target: TumorClass | None
    pointed: NDArray[np.bool_]


def heated_series(result: StudyResult) -> list[tuple[SeriesResult, list[SliceResult]]]:
    """The series whose heat-maps are written, each with its deciding slices that most probably show a tumor.

    The heat-map of the class without a tumor points to no tumor, so a series with that answer has none, nor has a slice
    with that class.
    """
    used = [each for each in used_series(result) if not _is_clear(each)]
    budget = _MOST_PIXELS // max(1, len(used))
    chosen = []
    for series in used:
        count = min(_MOST_SLICES, budget // (series.series.rows * series.series.columns))
        slices = [series.slices[index] for index in sorted(strongest(series.slices, count))]
        chosen.append((series, [each for each in slices if each.heat and each.heat.target is not TumorClass.NOTUMOR]))
    return [(series, slices) for series, slices in chosen if slices]


def _is_clear(series: SeriesResult) -> bool:
    assert series.conclusion is not None
    return series.conclusion.decision is Decision.ANSWER and series.conclusion.result.predicted is TumorClass.NOTUMOR


def heated_slices(
    series: SeriesResult, slices: list[SliceResult], files: list[StudyFile], limits: Limits, metadata: ModelMetadata
) -> Iterator[tuple[HeatedSlice, NDArray[np.uint8]]]:
    """Draw the heat-maps of slices, in the order of their files.

    Args:
        series: of the slices.
        slices: with heat-maps.
        files: of the study.
        limits: on each file.
        metadata: of the model.

    Yields:
        The slice with its heat-map, and its picture with the heat-map over it, uint8 `[rows, columns, 3]`.
    """
    by_place = {id(each.place): each for each in slices}
    for place, scan in pictures_of(series.series, [each.place for each in slices], files, limits):
        found = by_place[id(place)]
        if isinstance(scan, Problem) or found.heat is None:
            continue
        heat, shape = found.heat, (series.series.rows, series.series.columns)
        cells, spec = metadata.feature_map, metadata.input
        fine = gradcam.stretch(heat.grid, scan.image.size, cells, spec)
        drawn = gradcam.blend(scan.image, heat.grid, cells, spec)
        pointed = to_stored(fine, shape, place.frame) >= _level_of(heat)
        yield (
            HeatedSlice(found, heat.target, np.asarray(pointed, np.bool_)),
            np.asarray(to_stored(drawn, shape, place.frame), np.uint8),
        )


def level_words(target: TumorClass | None) -> str:
    """From which heat on a place is pointed to."""
    return f"from {POINTED:.0%}" if target is None else f"from {gradcam.FOCUS_LEVEL:.0%} of its maximum"


def _level_of(heat: SliceHeat) -> float:
    return POINTED if heat.target is None else gradcam.FOCUS_LEVEL
