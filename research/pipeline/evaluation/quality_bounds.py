"""Limits of the image quality measures, fitted to the training images, and how well they detect bad scans."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from app.services.imaging.quality import MEASURES, Measure, measure
from app.services.imaging.reading import Scan, ScanFacts
from app.services.measures.intervals import share_of
from research.pipeline.data.images import path_of, read_image
from research.pipeline.data.manifest import ImageSource, ManifestRow, Split
from research.pipeline.evaluation.quality_report import DamageReport, MeasureReport, QualityReport

# With ten measures, two in a hundred good scans receive a warning.
QUANTILE = 0.998

Damage = Callable[[Image.Image], Image.Image]


def quality_bounds(paths: Sequence[Path]) -> dict[str, float]:
    """The limit of each measure by name: its quantile over the images, or its tolerance if that is wider."""
    values = _measured(paths, lambda scan: scan)

    def bound_of(each: Measure) -> float:
        share, wider = (QUANTILE, max) if each.high_is_bad else (1 - QUANTILE, min)
        bound = float(np.quantile(values[each.name], share))
        return bound if each.tolerance is None else wider(bound, each.tolerance)

    return {each.name: bound_of(each) for each in MEASURES}


def fit_quality(rows: Sequence[ManifestRow], data: Path, bounds_file: Path, report_file: Path) -> QualityReport:
    """Write the limits to the file that the service reads, and a report about them.

    Args:
        rows: the manifest; the limits come from the labelled images of the training split, the report covers the test
            split.
        data: folder of the data set.
        bounds_file: JSON file for the limits.
        report_file: JSON file for the report.
    """
    labelled = [row for row in rows if row.source is not ImageSource.UNKNOWN_TUMORS]
    training, test = (
        [path_of(row, data, None) for row in labelled if row.split is split] for split in (Split.TRAIN, Split.TEST)
    )
    bounds = quality_bounds(training)
    bounds_file.write_text(json.dumps(bounds, indent=2) + "\n")

    bad = _beyond(_measured(test, lambda scan: scan), bounds)
    report = QualityReport(
        training_images=len(training),
        quantile=QUANTILE,
        measures=tuple(
            MeasureReport(
                name=each.name,
                meaning=each.meaning,
                high_is_bad=each.high_is_bad,
                bound=bounds[each.name],
                warned=share_of(bad[each.name]),
            )
            for each in MEASURES
        ),
        any_warning=share_of(np.any(list(bad.values()), axis=0)),
        damages=tuple(
            DamageReport(name=name, warning=warning, warned=share_of(_beyond(_measured(test, damage), bounds)[warning]))
            for name, (warning, damage) in DAMAGES.items()
        ),
    )
    report_file.write_text(report.model_dump_json(indent=2) + "\n")
    return report


def _measured(paths: Sequence[Path], damage: Damage) -> dict[str, NDArray[np.float64]]:
    """All measures of damaged images, by name: float64 `[n]` each."""

    def values_of(path: Path) -> dict[str, float]:
        image = damage(read_image(path))
        return measure(Scan(image, ScanFacts(image.width, image.height, "PNG", "RGB")))

    with ThreadPoolExecutor() as pool:
        found = list(pool.map(values_of, paths))
    return {each.name: np.array([values[each.name] for values in found]) for each in MEASURES}


def _beyond(values: dict[str, NDArray[np.float64]], bounds: dict[str, float]) -> dict[str, NDArray[np.bool_]]:
    return {
        each.name: values[each.name] > bounds[each.name] if each.high_is_bad else values[each.name] < bounds[each.name]
        for each in MEASURES
    }


def _brightness(factor: float) -> Damage:
    return lambda image: image.point([min(255, round(factor * value)) for value in range(256)] * 3)


def _scaled(image: Image.Image, width: float, height: float) -> Image.Image:
    size = max(1, round(width * image.width)), max(1, round(height * image.height))
    return image.resize(size, Image.Resampling.BICUBIC)


def _blur(share: float) -> Damage:
    """Gaussian blur; the standard deviation is a share of the shorter side."""
    return lambda image: image.filter(ImageFilter.GaussianBlur(share * min(image.size)))


def _crop(share: float) -> Damage:
    """Crop to the middle `share` of each side."""

    def crop(image: Image.Image) -> Image.Image:
        left, top = round(image.width * (1 - share) / 2), round(image.height * (1 - share) / 2)
        return image.crop((left, top, image.width - left, image.height - top))

    return crop


def _write_on(image: Image.Image) -> Image.Image:
    """Write name, date and device as a viewer does, in the size that exported slices have."""
    written = image.copy()
    font = ImageFont.load_default(max(10, image.height / 22))
    ImageDraw.Draw(written).multiline_text((4, 4), "DOE^JANE\n1970-01-01 F\nMR 3T AX T1", "white", font)
    return written


def _tint(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    return Image.merge("RGB", (red, green.point(lambda value: value * 0.7), blue.point(lambda value: value * 0.5)))


def _tiled(columns: int, rows: int) -> Damage:
    def tile(image: Image.Image) -> Image.Image:
        sheet = Image.new("RGB", (columns * image.width, rows * image.height))
        for column in range(columns):
            for row in range(rows):
                sheet.paste(image, (column * image.width, row * image.height))
        return sheet

    return tile


def _flatten(image: Image.Image) -> Image.Image:
    """Reduce the contrast to a tenth, around middle gray."""
    return image.point([round(115 + 0.1 * value) for value in range(256)] * 3)


# Each damage, and the warning that it must cause.
DAMAGES: dict[str, tuple[str, Damage]] = {
    "a fifth of the brightness": ("too-dark", _brightness(0.2)),
    "half of the brightness": ("too-dark", _brightness(0.5)),
    "three times the brightness, cut off": ("clipped", _brightness(3)),
    "a tenth of the contrast": ("low-contrast", _flatten),
    "blurred, sigma 0.6 % of the side": ("blurred", _blur(0.006)),
    "blurred, sigma 1 % of the side": ("blurred", _blur(0.01)),
    "the middle 70 % of each side": ("cropped", _crop(0.7)),
    "the middle 55 % of each side": ("cropped", _crop(0.55)),
    "name and date in a corner": ("burnt-in-text", _write_on),
    "twice, side by side": ("several-panels", _tiled(2, 1)),
    "three times, side by side": ("several-panels", _tiled(3, 1)),
    "four times, two by two": ("several-panels", _tiled(2, 2)),
    "half as wide again and half as high": ("aspect-ratio", lambda image: _scaled(image, 1.5, 0.5)),
    "a fifth of the size": ("low-resolution", lambda image: _scaled(image, 0.2, 0.2)),
    "tinted": ("colour", _tint),
}
