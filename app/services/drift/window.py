"""Compares the latest answers with the reference: tests, class mix, histograms. Valid for a single look."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, FACTS
from app.services.drift.detectors import (
    TestResult,
    class_mix_changed,
    holm,
    kolmogorov_smirnov,
    label_shift,
    label_shift_interval,
    mmd,
)
from app.services.drift.reference import DIMENSIONS, SCALARS, DriftReference
from app.services.drift.schemas import Bin, ClassShare, DriftCheck, DriftTest, Histogram

# With fewer answers the tests have no power.
MIN_ANSWERS = 20
_PERMUTATIONS = 999
# Permutations take memory proportional to the square of the number of answers: beyond this, a random part is used.
_MAX_PERMUTED = 1000
_TABLES = 9999
_BOOTSTRAPS = 500
_BARS = 12


def check_window(reference: DriftReference, descriptors: NDArray[np.float32], rng: np.random.Generator) -> DriftCheck:
    """Compare answers with the reference by several tests; the order of the answers has no effect.

    Args:
        reference: the reference of the model that gave the answers.
        descriptors: float32 `[n, DESCRIPTOR_LENGTH]`, n at least 2.
        rng: draws permutations, tables and bootstrap samples.
    """
    of_reference, of_window = reference.descriptors.astype(np.float64), descriptors.astype(np.float64)
    predicted = np.bincount(of_window[:, -1].astype(int), minlength=len(CLASSES))
    some = rng.permutation(len(of_window))[:_MAX_PERMUTED]
    found: list[tuple[str, str, TestResult]] = [
        (
            "features",
            "maximum mean discrepancy, permuted",
            mmd(of_reference[:, :DIMENSIONS], of_window[some, :DIMENSIONS], _PERMUTATIONS, rng),
        ),
        ("class mix", "chi-squared, permuted", class_mix_changed(reference.predicted, predicted, _TABLES, rng)),
    ]
    for column, name in enumerate(SCALARS, DIMENSIONS):
        found.append((name, "Kolmogorov-Smirnov", kolmogorov_smirnov(of_reference[:, column], of_window[:, column])))
    adjusted = holm(np.array([result.p_value for _, _, result in found]))
    tests = tuple(
        DriftTest(name=name, method=method, statistic=result.statistic, p_value=result.p_value, adjusted=float(p_value))
        for (name, method, result), p_value in zip(found, adjusted, strict=True)
    )
    return DriftCheck(
        at=datetime.now(UTC), window=len(descriptors), tests=tests, classes=_classes(reference, predicted, rng)
    )


def histograms(reference: DriftReference, descriptors: NDArray[np.float32]) -> tuple[Histogram, ...]:
    """Histograms of the scalars, of the reference and a window, float32 `[n, DESCRIPTOR_LENGTH]` with n at least 1."""
    drawn = []
    for column, name in enumerate(SCALARS, DIMENSIONS):
        samples = reference.descriptors[:, column], descriptors[:, column]
        low, high = np.percentile(np.concatenate(samples), [1, 99])
        edges = np.linspace(low, high if high > low else low + 1, _BARS + 1)
        shares = [np.histogram(np.clip(sample, edges[0], edges[-1]), edges)[0] / len(sample) for sample in samples]
        bars = zip(edges[:-1].tolist(), edges[1:].tolist(), shares[0].tolist(), shares[1].tolist(), strict=True)
        drawn.append(
            Histogram(
                name=name,
                bins=tuple(Bin(low=start, high=end, reference=one, window=other) for start, end, one, other in bars),
            )
        )
    return tuple(drawn)


def _classes(
    reference: DriftReference, predicted: NDArray[np.int64], rng: np.random.Generator
) -> tuple[ClassShare, ...]:
    estimated = label_shift(reference.confusion, predicted)
    low, high = label_shift_interval(reference.confusion, predicted, _BOOTSTRAPS, rng)
    expected, observed = reference.predicted / reference.predicted.sum(), predicted / predicted.sum()
    return tuple(
        ClassShare(
            tumor=tumor,
            label=FACTS[tumor].label,
            reference=float(expected[index]),
            window=float(observed[index]),
            estimated=float(estimated[index]),
            low=float(low[index]),
            high=float(high[index]),
        )
        for index, tumor in enumerate(CLASSES)
    )
