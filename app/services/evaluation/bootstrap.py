"""Confidence intervals by patient: the cluster bootstrap, which resamples whole patients (Field and Welsh 2007)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES
from app.services.evaluation.schemas import ClassIntervals, Interval, PatientIntervals
from app.services.measures.classification import ECE_BINS, NOTUMOR, bins_of, nll_of_each, squared_errors
from app.services.measures.intervals import wilson

RESAMPLES = 1000
SEED = 20261125

_N = len(CLASSES)
_MEANS = ("nll", "brier", "ece")
_CONFUSION = slice(0, _N * _N)
_NLL, _BRIER = _N * _N, _N * _N + 1
_BINS = slice(_N * _N + 2, None)


def patient_intervals(
    probabilities: NDArray[np.float64], labels: NDArray[np.int_], patients: Sequence[str | None]
) -> PatientIntervals:
    """Compute 95 % percentile intervals over 1,000 resamples of the patients, with replacement.

    A share that is exactly 0 or 1 gets Wilson's interval with the number of patients as the number of trials.

    Args:
        probabilities: calibrated, float64 `[n, 4]`, n at least 1.
        labels: int `[n]`, indices into `CLASSES`.
        patients: patient of each scan; a scan with None counts as a patient of its own.
    """
    names = [f"p{patient}" if patient is not None else f"s{index}" for index, patient in enumerate(patients)]
    _, patient_of = np.unique(names, return_inverse=True)
    count = int(patient_of.max()) + 1
    # Every figure is a ratio of sums over scans, so a patient is a row of sums, and a resample is a sum of rows.
    columns = _columns(probabilities, labels)
    totals = np.zeros((count, columns.shape[1]))
    np.add.at(totals, patient_of, columns)
    rng = np.random.default_rng(SEED)
    draws = np.stack([np.bincount(rng.integers(count, size=count), minlength=count) @ totals for _ in range(RESAMPLES)])
    figures, drawn = _figures(totals.sum(axis=0)[None]), _figures(draws)
    # Number of patients with scans in the denominator of each share.
    concerned = {name: int((of > 0).sum()) for name, (_, of) in _figures(totals).items()}

    def interval(name: str) -> Interval | None:
        [count], [of] = figures[name]
        if of == 0:
            return None
        value = float(count / of)
        if name not in _MEANS and value in (0, 1):
            # Resampling identical outcomes has no spread, so the percentile interval would have no width.
            share = wilson(round(value * concerned[name]), concerned[name])
            return Interval(value=value, low=share.low, high=share.high)
        counts, totals_drawn = drawn[name]
        of_some = totals_drawn > 0
        low, high = np.percentile(counts[of_some] / totals_drawn[of_some], [2.5, 97.5])
        return Interval(value=value, low=float(low), high=float(high))

    def certain(name: str) -> Interval:
        found = interval(name)
        assert found is not None
        return found

    return PatientIntervals(
        patients=count,
        resamples=RESAMPLES,
        accuracy=certain("accuracy"),
        missed_tumors=interval("missed_tumors"),
        per_class={
            tumor: ClassIntervals(
                sensitivity=interval(f"sensitivity {tumor}"), specificity=interval(f"specificity {tumor}")
            )
            for tumor in CLASSES
        },
        nll=certain("nll"),
        brier=certain("brier"),
        ece=certain("ece"),
    )


def _columns(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return the contribution of each scan to the sums, float64 `[n, columns]`."""
    scans = np.arange(len(labels))
    predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    confusion = np.zeros((len(labels), _N * _N))
    confusion[scans, labels * _N + predicted] = 1
    gaps = np.zeros((len(labels), ECE_BINS))
    gaps[scans, bins_of(confidence)] = (predicted == labels) - confidence
    each = (nll_of_each(probabilities, labels)[:, None], squared_errors(probabilities, labels)[:, None])
    return np.hstack([confusion, *each, gaps])


def _figures(sums: NDArray[np.float64]) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return numerator and denominator of each figure, both `[k]`, from sums `[k, columns]`."""
    confusion = sums[:, _CONFUSION].reshape(-1, _N, _N)
    scans = confusion.sum(axis=(1, 2))
    right = np.diagonal(confusion, axis1=1, axis2=2)
    of_class, called = confusion.sum(axis=2), confusion.sum(axis=1)
    figures = {
        "accuracy": (right.sum(axis=1), scans),
        "missed_tumors": ((called - right)[:, NOTUMOR], scans - of_class[:, NOTUMOR]),
        "nll": (sums[:, _NLL], scans),
        "brier": (sums[:, _BRIER], scans),
        "ece": (np.abs(sums[:, _BINS]).sum(axis=1), scans),
    }
    for index, tumor in enumerate(CLASSES):
        others = scans - of_class[:, index]
        figures[f"sensitivity {tumor}"] = right[:, index], of_class[:, index]
        figures[f"specificity {tumor}"] = others - called[:, index] + right[:, index], others
    return figures
