"""Compare rules that combine the slices of a patient, on patients that the network was not trained on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.models.classes import CLASSES, TumorClass
from app.models.measured.test_set import Proportion
from app.models.model_file import ModelMetadata
from app.models.strict import Strict
from app.services.measures.classification import NOTUMOR, nll_of_each, squared_errors
from app.services.measures.intervals import share_of
from app.services.network.temperature import fit_temperature
from app.services.studies.combining import CombiningRule, Pooling, combine, combine_slices
from research.pipeline.data.manifest import Split
from research.pipeline.data.slices import DATA_SET, OTHER, Slice
from research.pipeline.trust.across.predictions import read_predictions

_SHARES = (0.2, 0.35, 0.5, 0.75, 1.0)
_LEAST = 3
_SMALLEST = 1e-12
_RESAMPLES = 1000
_SEED = 20261127


class MeanEstimate(Strict):
    """A mean over patients, with its 95 % interval."""

    value: float
    low: float
    high: float


class RuleReport(Strict):
    """What a rule leads to."""

    rule: CombiningRule
    accuracy: Proportion
    tumors_found: Proportion = Field(description="Patients with a tumor that are classified as any tumor.")
    log_loss: MeanEstimate
    brier: MeanEstimate


class CombiningReport(Strict):
    """The rules, the one with the smallest log loss first."""

    model: str
    sha256: str
    patients: int
    tumors: int = Field(description="Patients with a tumor.")
    slices: int
    rules: list[RuleReport]


@dataclass(frozen=True)
class Patient:
    """A patient.

    Attributes:
        label: index of the class: the tumor's, if a slice shows one.
        series: for each sequence and plane, the probabilities of its slices, float64 `[n, 4]`.
    """

    label: int
    series: tuple[NDArray[np.float64], ...]


def compare_rules(run: Path, slices: Sequence[Slice], metadata: ModelMetadata) -> CombiningReport:
    """Compare the rules on the validation patients of other hospitals that a run of `across` predicted.

    Patients of the data set are unknown, and a slice that is none of the four classes has no label to compare with, so
    that these do not count; nor do patients with fewer than three slices.

    Args:
        run: its folder.
        slices: the table of the packed file that it was trained on.
        metadata: of the model, for the probabilities that it serves.

    Returns:
        The rules, the one with the smallest log loss first.

    Raises:
        OSError: the run is not finished.
        ValueError: no patient is left.
    """
    found = read_predictions(run, slices)
    patients = patients_of(found.slices, list(found.probabilities(metadata.temperature)))
    if not patients:
        raise ValueError(f"{run}: no validation patient of another hospital has {_LEAST} slices")
    plain = [
        CombiningRule(pooling=pooling, share=share, least=_LEAST, temperature=1)
        for pooling in Pooling
        for share in _SHARES
    ]
    rules = sorted(
        (_report(calibrated(rule, patients), patients) for rule in plain), key=lambda found: found.log_loss.value
    )
    return CombiningReport(
        model=metadata.name,
        sha256=metadata.sha256,
        patients=len(patients),
        tumors=sum(patient.label != NOTUMOR for patient in patients),
        slices=sum(len(rows) for patient in patients for rows in patient.series),
        rules=rules,
    )


def patients_of(slices: Sequence[Slice], probabilities: Sequence[NDArray[np.float64]]) -> list[Patient]:
    """The patients that count, with the probabilities, float64 `[4]`, of their slices."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(slices):
        if item.split is Split.VALIDATION and item.source != DATA_SET:
            found[item.group].append(number)
    patients = []
    for numbers in found.values():
        labels = {slices[number].label for number in numbers}
        tumors = labels - {TumorClass.NOTUMOR}
        if OTHER in labels or len(tumors) > 1 or len(numbers) < _LEAST:
            continue
        series: dict[tuple[str, str], list[NDArray[np.float64]]] = defaultdict(list)
        for number in numbers:
            series[slices[number].sequence, slices[number].plane].append(probabilities[number])
        label = TumorClass(tumors.pop()) if tumors else TumorClass.NOTUMOR
        patients.append(Patient(CLASSES.index(label), tuple(np.array(rows) for rows in series.values())))
    return patients


def calibrated(rule: CombiningRule, patients: Sequence[Patient]) -> CombiningRule:
    """The rule with the temperature, at least 1, that fits the series of these patients.

    A lower one would make a study surer than its slices. Few patients, of hospitals that the network was trained on, do
    not show that it may be.
    """
    labels = np.array([patient.label for patient in patients for _ in patient.series])
    combined = np.array([combine(rows, rule)[0] for patient in patients for rows in patient.series])
    temperature = fit_temperature(
        np.log(np.maximum(combined, _SMALLEST)), np.eye(len(CLASSES), dtype=np.float32)[labels]
    )
    return rule.model_copy(update={"temperature": max(temperature, 1.0)})


def _report(rule: CombiningRule, patients: Sequence[Patient]) -> RuleReport:
    labels = np.array([patient.label for patient in patients])
    results = np.array(
        [combine(np.array([combine_slices(rows, rule)[0] for rows in each.series]), rule)[0] for each in patients]
    )
    predicted = results.argmax(axis=1)
    return RuleReport(
        rule=rule,
        accuracy=share_of(predicted == labels),
        tumors_found=share_of(predicted[labels != NOTUMOR] != NOTUMOR),
        log_loss=_estimate(nll_of_each(np.maximum(results, _SMALLEST), labels)),
        brier=_estimate(squared_errors(results, labels)),
    )


def _estimate(losses: NDArray[np.float64]) -> MeanEstimate:
    """The mean over patients, with the percentile bootstrap over patients."""
    rng = np.random.default_rng(_SEED)
    means = losses[rng.integers(0, len(losses), (_RESAMPLES, len(losses)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return MeanEstimate(value=float(losses.mean()), low=float(low), high=float(high))
