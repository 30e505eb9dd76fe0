"""An archive on this machine, compared with forward passes only, and what the costs of a million scans follow from."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image

from app.config.choices import Precision
from app.config.settings import PROJECT_DIR, Settings
from benchmarks.support.passes import ForwardPasses
from benchmarks.support.results import Figure, publish

_QUALITIES = range(80, 88)


def run(rounds: int) -> None:
    """Measure and publish; a round takes a minute on two cores."""
    served = Settings.from_environment().precision
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        source.mkdir()
        samples = sorted((PROJECT_DIR / "sample_images").glob("*.jpg"))
        for path in samples:
            with Image.open(path) as picture:
                # Different files with different results, as the size of the Parquet files needs them.
                for quality in _QUALITIES:
                    picture.save(source / f"{quality}-{path.name}", quality=quality)
        figures = [
            *_figures(served, "", source, Path(folder, "served"), rounds),
            *_figures(Precision.F32, ", float32", source, Path(folder, "float32"), rounds),
        ]
        parts = sum(path.stat().st_size for path in Path(folder, "served-0", "parts").iterdir())
        scans = len(list(source.iterdir()))
        figures.append(Figure(name="Parquet, for each scan", value=parts / scans, unit="bytes"))
    publish("archive", figures=figures)


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


def _batch(source: Path, results: Path, precision: Precision) -> Any:
    ended = subprocess.run(
        [sys.executable, "-m", "app", "batch", str(source), str(results)],
        cwd=PROJECT_DIR,
        env={**os.environ, "PRECISION": precision.value},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(ended.stdout)
