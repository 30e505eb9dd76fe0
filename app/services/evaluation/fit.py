"""Fits a temperature and thresholds to a site's scans, and measures them on held-out folds."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, FACTS
from app.models.model_file import ModelMetadata
from app.models.site_file import FittedCoverage, SiteFile, SiteFit, SiteThresholds
from app.models.thresholds import Decision, Trust
from app.services.measures.classification import calibration_of
from app.services.network.temperature import calibrated_probabilities, fit_temperature
from app.services.trust.conformal import fit_sets, members
from app.services.trust.decision import decisions, fit_min_confidence

# A 95 % set needs at least 19 scans of each class; with 50 scans, the four folds that are fitted to hold 40.
MIN_PER_CLASS = 50
# Without mistakes the maximum-likelihood temperature is 0, which makes every answer certain.
MIN_MISTAKES = 10
FOLDS = 5
SEED = 20261125
INSIDE_SHARE = 0.99
SELECTIVE_ACCURACY = 0.995


class TooFewScans(Exception):
    """There are too few scans to fit anything; the message names the class."""


@dataclass(frozen=True)
class SiteScans:
    """A site's scans.

    Attributes:
        logits: float `[n, 4]`; a constant may be added to each row.
        labels: int `[n]`, indices into `CLASSES`.
        patients: patient of each scan; a scan with None counts as a patient of its own. None if no scan has a patient.
        gate_scores: float64 `[n]`, or None without a gate.
        other: bool `[n]`, whether a scan is decided `other`; None for a model without further heads.
    """

    logits: NDArray[np.float64]
    labels: NDArray[np.int_]
    patients: Sequence[str | None] | None
    gate_scores: NDArray[np.float64] | None
    other: NDArray[np.bool_] | None = None

    def part(self, chosen: NDArray[np.bool_]) -> "SiteScans":
        """Return the chosen scans, bool `[n]`, without their patients."""
        scores = None if self.gate_scores is None else self.gate_scores[chosen]
        return SiteScans(self.logits[chosen], self.labels[chosen], None, scores)

    @property
    def groups(self) -> NDArray[np.int_]:
        """Patient number of each scan, int `[n]`."""
        if self.patients is None:
            return np.arange(len(self.labels))
        names = [f"p{name}" if name is not None else f"s{index}" for index, name in enumerate(self.patients)]
        return np.unique(names, return_inverse=True)[1]


@dataclass(frozen=True)
class _Fitted:
    temperature: float
    thresholds: SiteThresholds | None


def fit_site(scans: SiteScans, metadata: ModelMetadata) -> SiteFit:
    """Fit to all scans, and measure by cross-fitting over 5 folds.

    Raises:
        TooFewScans: a class has fewer than 50 scans, or most of its scans belong to one patient.
    """
    counts = np.bincount(scans.labels, minlength=len(CLASSES))
    if counts.min() < MIN_PER_CLASS:
        lacking = ", ".join(
            f"{FACTS[tumor].label} has {count}"
            for tumor, count in zip(CLASSES, counts.tolist(), strict=True)
            if count < MIN_PER_CLASS
        )
        raise TooFewScans(
            f"A fit needs at least {MIN_PER_CLASS} scans of each class, not counting copies of training scans: "
            f"{lacking}."
        )
    fold = _folds(scans)
    trust = metadata.trust
    mistakes = int((scans.logits.argmax(axis=1) != scans.labels).sum())
    kept = None if mistakes >= MIN_MISTAKES else metadata.temperature
    coverages = _coverages(scans.labels, fold, trust) if trust else set()
    probabilities = np.empty_like(scans.logits)
    sets = {spec.coverage: np.empty(scans.logits.shape, bool) for spec in trust.sets} if trust else {}
    decided = np.empty(len(scans.labels), object)
    outside = np.zeros(len(scans.labels), bool)
    for number in range(FOLDS):
        held = fold == number
        fitted = _fit(scans.part(~held), trust, kept, coverages)
        probabilities[held] = calibrated_probabilities(scans.logits[held], fitted.temperature)
        if trust and fitted.thresholds:
            for spec in fitted.thresholds.sets:
                sets[spec.coverage][held] = members(probabilities[held], trust.set_method, spec)
            deciding = sets[trust.deciding_coverage][held]
            refused = None
            if scans.gate_scores is not None and fitted.thresholds.gate_threshold is not None:
                refused = scans.gate_scores[held] > fitted.thresholds.gate_threshold
                outside[held] = refused
            other = None if scans.other is None else scans.other[held]
            decided[held] = decisions(probabilities[held], deciding, fitted.thresholds.min_confidence, refused, other)
    final = _fit(scans, trust, kept, coverages)
    answered = decided == Decision.ANSWER.value
    right = probabilities.argmax(axis=1) == scans.labels
    return SiteFit(
        folds=FOLDS,
        temperature_kept=None
        if kept is None
        else f"The model's temperature is unchanged: fewer than {MIN_MISTAKES} scans are misclassified, too few to fit "
        "one.",
        calibration=calibration_of(probabilities, scans.labels, final.temperature),
        sets=tuple(
            FittedCoverage(
                coverage=coverage,
                fitted=coverage in coverages,
                covered=float(covered.mean()),
                per_class={tumor: float(covered[scans.labels == index].mean()) for index, tumor in enumerate(CLASSES)},
                mean_size=float(of_scans.sum(axis=1).mean()),
            )
            for coverage, of_scans in sets.items()
            for covered in [of_scans[np.arange(len(scans.labels)), scans.labels]]
        ),
        answered=float(answered.mean()) if trust else None,
        right_where_answered=float(right[answered].mean()) if trust and answered.any() else None,
        outside=float(outside.mean()) if trust and scans.gate_scores is not None else None,
        file=SiteFile(
            model=metadata.name,
            sha256=metadata.sha256,
            fitted_on=datetime.now(UTC).date(),
            scans=dict(zip(CLASSES, counts.tolist(), strict=True)),
            patients=int(scans.groups.max()) + 1 if scans.patients is not None else None,
            temperature=final.temperature,
            thresholds=final.thresholds,
        ),
    )


def _folds(scans: SiteScans) -> NDArray[np.int_]:
    """Assign each scan to a fold, int `[n]`: patients stay together, and each class is spread evenly.

    Raises:
        TooFewScans: most scans of a class belong to one patient.
    """
    groups, rng = scans.groups, np.random.default_rng(SEED)
    per_group = np.zeros((int(groups.max()) + 1, len(CLASSES)))
    np.add.at(per_group, (groups, scans.labels), 1)
    share = per_group / per_group.sum(axis=0)
    load = np.zeros((FOLDS, len(CLASSES)))
    fold_of = np.empty(len(per_group), int)
    # Largest patients first, each into the fold with the least of its classes.
    shuffled = rng.permutation(len(per_group))
    for group in shuffled[np.argsort(-share[shuffled].sum(axis=1), kind="stable")].tolist():
        fold_of[group] = (load @ share[group]).argmin()
        load[fold_of[group]] += share[group]
    if load.max() > 0.5:
        tumor = CLASSES[int(load.max(axis=0).argmax())]
        raise TooFewScans(
            f"A fit needs several patients in each class; most scans of {FACTS[tumor].label} belong to one."
        )
    return fold_of[groups]


def _coverages(labels: NDArray[np.int_], fold: NDArray[np.int_], trust: Trust) -> set[float]:
    """Return the coverages for which every class has enough scans in every fit; 99 % needs 99."""
    least = min(np.bincount(labels[fold != number], minlength=len(CLASSES)).min() for number in range(FOLDS))
    return {spec.coverage for spec in trust.sets if ceil((least + 1) * spec.coverage) <= least}


def _fit(scans: SiteScans, trust: Trust | None, kept: float | None, coverages: Set[float]) -> _Fitted:
    """Fit to scans.

    Args:
        scans: the scans to fit to.
        trust: the model's thresholds, None if it has none.
        kept: the temperature to use if none can be fitted; None to fit one.
        coverages: coverages to fit sets for; the model's sets stay for the others.
    """
    one_hot = np.eye(len(CLASSES), dtype=np.float32)[scans.labels]
    temperature = kept or fit_temperature(scans.logits, one_hot)
    if trust is None:
        return _Fitted(temperature, None)
    probabilities = calibrated_probabilities(scans.logits, temperature)
    gate = None if scans.gate_scores is None else float(np.quantile(scans.gate_scores, INSIDE_SHARE, method="higher"))
    return _Fitted(
        temperature,
        SiteThresholds(
            gate_threshold=gate,
            gate_sha256=trust.gate.statistics_sha256,
            heads_sha256=trust.heads.sha256 if trust.heads else None,
            sets=tuple(
                fit_sets(probabilities, scans.labels, trust.set_method, spec.coverage)
                if spec.coverage in coverages
                else spec
                for spec in trust.sets
            ),
            min_confidence=fit_min_confidence(probabilities, scans.labels, SELECTIVE_ACCURACY),
        ),
    )
