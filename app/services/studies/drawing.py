"""Draws a series: a montage of its slices, and heat-maps over the slices that decide."""

from math import ceil

import numpy as np
from PIL import Image

from app.models.model_file import ModelMetadata
from app.models.problems import Problem
from app.services.imaging.png import encode_png
from app.services.imaging.reading import Limits
from app.services.inference.heatmaps import draw_heatmap
from app.services.measures.classification import NOTUMOR
from app.services.studies.files import StudyFile
from app.services.studies.reading import pictures_of
from app.services.studies.results import Montage, SeriesPictures, SeriesResult, SlicePicture, SliceResult

# A montage of 40 slices is 1,024 pixels wide and takes about 400 KB.
_MOST_TILES = 40
_COLUMNS = 8
_TILE = 128
_MOST_DECIDING = 4
_OVERLAY_SIDE = 384


def draw_series(found: SeriesResult, files: list[StudyFile], limits: Limits, metadata: ModelMetadata) -> SeriesPictures:
    """Draw a series that is used; its slices are read again, since keeping them would take memory.

    Args:
        found: the result for the series.
        files: of the study.
        limits: on each file.
        metadata: of the model.
    """
    places = {id(each.place): index for index, each in enumerate(found.slices)}
    tiles = _evenly([index for index, each in enumerate(found.slices) if each.area])
    deciding = sorted(strongest(found.slices, _MOST_DECIDING))
    wanted = [found.slices[index].place for index in sorted({*tiles, *deciding})]
    sheet = Image.new("L", (_TILE * min(_COLUMNS, len(tiles)), _TILE * ceil(len(tiles) / _COLUMNS)))
    overlays = []
    for place, scan in pictures_of(found.series, wanted, files, limits):
        if isinstance(scan, Problem):
            continue
        index = places[id(place)]
        if index in tiles:
            row, column = divmod(tiles.index(index), _COLUMNS)
            tile = scan.image.convert("L").resize((_TILE, _TILE), Image.Resampling.BILINEAR)
            sheet.paste(tile, (column * _TILE, row * _TILE))
        heat = found.slices[index].heat
        if index in deciding and heat:
            shown = scan.image.copy()
            shown.thumbnail((_OVERLAY_SIDE, _OVERLAY_SIDE))
            drawn = draw_heatmap(shown, heat.grid, heat.target, metadata)
            overlays.append(SlicePicture(index, heat.target, drawn.overlay))
    montage = Montage(encode_png(np.asarray(sheet)), _COLUMNS, _TILE, tuple(tiles))
    return SeriesPictures(montage, tuple(sorted(overlays, key=lambda each: each.index)))


def _evenly(indices: list[int]) -> list[int]:
    """At most `_MOST_TILES` of the indices, at even distances."""
    if len(indices) <= _MOST_TILES:
        return indices
    return [indices[at] for at in np.linspace(0, len(indices) - 1, _MOST_TILES).round().astype(int)]


def strongest(slices: tuple[SliceResult, ...], count: int) -> list[int]:
    """Indices of the deciding slices, at most `count`, that most probably show a tumor."""
    ranked = [
        (float(each.probabilities[NOTUMOR]), index)
        for index, each in enumerate(slices)
        if each.deciding and each.probabilities is not None
    ]
    return [index for _, index in sorted(ranked)[:count]]
