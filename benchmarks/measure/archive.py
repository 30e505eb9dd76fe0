"""An archive on this machine, compared with forward passes only and with Ray; what a million scans cost follows."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as parquet
from PIL import Image

from app.config.choices import Precision
from app.config.settings import PROJECT_DIR, Settings
from benchmarks.support.passes import ForwardPasses
from benchmarks.support.results import Figure, publish

_QUALITIES = range(80, 88)
# Three parts.
_MORE_QUALITIES = range(50, 95)


def run(rounds: int) -> None:
    """Measure and publish; a round takes three minutes on two cores."""
    served = Settings.from_environment().precision
    with tempfile.TemporaryDirectory() as folder:
        source = _source(Path(folder, "source"), _QUALITIES)
        larger = _source(Path(folder, "larger"), _MORE_QUALITIES)
        figures = [
            *_figures(served, "", source, Path(folder, "served"), rounds),
            *_figures(Precision.F32, ", float32", source, Path(folder, "float32"), rounds),
            _on_ray(served, larger, Path(folder, "ray"), rounds),
        ]
        parts = sum(path.stat().st_size for path in Path(folder, "served-0", "parts").iterdir())
        scans = len(list(source.iterdir()))
        figures.append(Figure(name="Parquet, for each scan", value=parts / scans, unit="bytes"))
    publish("archive", figures=figures)


def _source(folder: Path, qualities: range) -> Path:
    """A folder with every sample in some qualities of JPEG."""
    folder.mkdir()
    for path in sorted((PROJECT_DIR / "sample_images").glob("*.jpg")):
        with Image.open(path) as picture:
            # Different files with different results, as the size of the Parquet files needs them.
            for quality in qualities:
                picture.save(folder / f"{quality}-{path.name}", quality=quality)
    return folder


def _on_ray(precision: Precision, source: Path, results: Path, rounds: int) -> Figure:
    """The rate on a Ray cluster of one worker, relative to a run without Ray."""

    def rate(name: str, *options: str) -> float:
        folder = results.with_name(f"{results.name}-{name}")
        _batch(source, folder, precision, *options)
        return _later_rate(folder)

    ratios = [rate(f"without-{number}") / rate(f"with-{number}", "--ray", "--workers", "1") for number in range(rounds)]
    return Figure(name="archive on Ray, time of a scan, ratio", value=median(ratios), unit="1", target="<= 1.15")


def _later_rate(results: Path) -> float:
    """Scans a second after the first part, so that no start counts: by when the files of the parts were written."""
    first, *later = sorted(results.joinpath("parts").iterdir(), key=lambda path: path.stat().st_mtime)
    scans = sum(int(parquet.read_metadata(path).num_rows) for path in later)
    return scans / (later[-1].stat().st_mtime - first.stat().st_mtime)


def _figures(precision: Precision, how: str, source: Path, results: Path, rounds: int) -> list[Figure]:
    passes = ForwardPasses(precision)
    rates, ratios = [], []
    for number in range(rounds):
        before = passes.per_second()
        rate = _batch(source, results.with_name(f"{results.name}-{number}"), precision)["scans_per_second"]
        rates.append(rate)
        ratios.append(2 * rate / (before + passes.per_second()))
    return [
        Figure(name=f"archive{how}", value=median(rates), unit="scans/s"),
        Figure(name=f"archive{how}, to forward passes only", value=median(ratios), unit="1", target=">= 0.9"),
    ]


def _batch(source: Path, results: Path, precision: Precision, *options: str) -> Any:
    ended = subprocess.run(
        [sys.executable, "-m", "app", "batch", str(source), str(results), *options],
        cwd=PROJECT_DIR,
        env={**os.environ, "PRECISION": precision.value},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(ended.stdout)
