"""Measures of classification: pure functions of logits or probabilities, and labels.

The test set and the scans of a site are measured with the same functions. Labels and predictions are int `[n]`, indices
into `CLASSES`; probabilities are float64 `[n, 4]`.
"""

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES, TumorClass
from app.models.measured.test_set import (
    Calibration,
    ClassReport,
    PartReport,
    Proportion,
    ReliabilityBin,
    RiskAtCoverage,
)
from app.services.measures.intervals import share_of
from app.services.network.temperature import calibrated_probabilities

ECE_BINS = 15
NOTUMOR = CLASSES.index(TumorClass.NOTUMOR)

_CURVE_POINTS = 50


def accuracy(predicted: NDArray[np.int_], labels: NDArray[np.int_]) -> Proportion:
    """Share of the images that are classified correctly."""
    return share_of(predicted == labels)


def missed_tumors(predicted: NDArray[np.int_], labels: NDArray[np.int_]) -> Proportion:
    """Share of the tumors of any type that are classified as 'no tumor'."""
    return share_of(predicted[labels != NOTUMOR] == NOTUMOR)


def confusion_matrix(predicted: NDArray[np.int_], labels: NDArray[np.int_]) -> NDArray[np.int_]:
    """Counts, int `[4, 4]`; rows are the true classes, columns the predicted ones."""
    matrix = np.zeros((len(CLASSES), len(CLASSES)), np.int_)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


def average_ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Ranks of `[n]` values, float64 `[n]`, from 1 for the smallest; equal values share their mean rank."""
    _, positions, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[positions]
    return ranks


def auroc(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float | None:
    """Area under the ROC curve: the probability that a positive has a higher score than a negative.

    Equal scores count half (Mann and Whitney 1947).

    Args:
        scores: float `[n]`.
        positive: bool `[n]`.

    Returns:
        0 to 1; None without positives or without negatives.
    """
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        return None
    rank_sum = float(average_ranks(scores)[positive].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def class_report(probabilities: NDArray[np.float64], labels: NDArray[np.int_], index: int) -> ClassReport:
    """Measures of `CLASSES[index]` against the three others; F1 is 0 if the class neither occurs nor is predicted."""
    predicted, real = probabilities.argmax(axis=1) == index, labels == index
    either = int(predicted.sum() + real.sum())
    return ClassReport(
        images=int(real.sum()),
        sensitivity=share_of(predicted[real]),
        specificity=share_of(~predicted[~real]),
        ppv=share_of(real[predicted]),
        f1=2 * int((predicted & real).sum()) / either if either else 0.0,
        auroc=auroc(probabilities[:, index], real),
    )


def nll_of_each(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> NDArray[np.float64]:
    """Negative logarithm of the true class's probability, float64 `[n]`, in nats."""
    true = probabilities[np.arange(len(labels)), labels]
    losses: NDArray[np.float64] = -np.log(np.maximum(true, np.finfo(np.float64).tiny))
    return losses


def squared_errors(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> NDArray[np.float64]:
    """Squared distance to the one-hot label, summed over the classes, float64 `[n]`, 0 to 2."""
    errors: NDArray[np.float64] = ((probabilities - np.eye(len(CLASSES))[labels]) ** 2).sum(axis=1)
    return errors


def negative_log_likelihood(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> float:
    """Mean negative logarithm of the true class's probability, in nats."""
    return float(nll_of_each(probabilities, labels).mean())


def brier_score(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> float:
    """Mean squared distance to the one-hot label, summed over the classes: 0 to 2 (Brier 1950)."""
    return float(squared_errors(probabilities, labels).mean())


def bins_of(confidence: NDArray[np.float64]) -> NDArray[np.int_]:
    """The bin of each confidence, int `[n]`: 15 bins of equal width, closed below; the last is closed above too."""
    bins: NDArray[np.int_] = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    return bins


def reliability_bins(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> tuple[ReliabilityBin, ...]:
    """Mean confidence and accuracy in each bin of `bins_of`."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = bins_of(confidence)
    return tuple(
        ReliabilityBin(
            low=number / ECE_BINS,
            high=(number + 1) / ECE_BINS,
            images=int(inside.sum()),
            confidence=float(confidence[inside].mean()) if inside.any() else None,
            accuracy=float(right[inside].mean()) if inside.any() else None,
        )
        for number in range(ECE_BINS)
        for inside in [bins == number]
    )


def expected_calibration_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """Mean gap between confidence and accuracy, weighted by images, in `[0, 1]` (Naeini et al. 2015)."""
    gaps = [
        bin.images * abs(bin.accuracy - bin.confidence)
        for bin in bins
        if bin.accuracy is not None and bin.confidence is not None
    ]
    return sum(gaps) / sum(bin.images for bin in bins)


def calibration(logits: NDArray[np.floating], labels: NDArray[np.int_], temperature: float) -> Calibration:
    """Calibration of the probabilities that a temperature gives for logits, float `[n, 4]`."""
    return calibration_of(calibrated_probabilities(logits, temperature), labels, temperature)


def calibration_of(probabilities: NDArray[np.float64], labels: NDArray[np.int_], temperature: float) -> Calibration:
    """Calibration of probabilities; `temperature` is the one that they were computed with."""
    bins = reliability_bins(probabilities, labels)
    return Calibration(
        temperature=temperature,
        nll=negative_log_likelihood(probabilities, labels),
        brier=brier_score(probabilities, labels),
        ece=expected_calibration_error(bins),
        bins=bins,
    )


def risk_coverage(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> tuple[RiskAtCoverage, ...]:
    """The risk-coverage curve (El-Yaniv and Wiener 2010) at up to 50 coverages, the last of which is 1.

    Among predictions of equal confidence, errors count first.
    """
    right = probabilities.argmax(axis=1) == labels
    order = np.lexsort((right, -probabilities.max(axis=1)))
    wrong = np.cumsum(~right[order])
    images = len(labels)
    taken = sorted({int(count) for count in np.ceil(np.linspace(0, images, _CURVE_POINTS + 1)[1:])})
    return tuple(RiskAtCoverage(coverage=count / images, risk=wrong[count - 1] / count) for count in taken)


def part_report(logits: NDArray[np.floating], labels: NDArray[np.int_], temperature: float) -> PartReport:
    """All measures of one part of the test images.

    Args:
        logits: float `[n, 4]`, of at least one image.
        labels: int `[n]`.
        temperature: fitted on other images.
    """
    probabilities = calibrated_probabilities(logits, temperature)
    predicted = probabilities.argmax(axis=1)
    per_class = {tumor: class_report(probabilities, labels, index) for index, tumor in enumerate(CLASSES)}
    return PartReport(
        images=len(labels),
        accuracy=accuracy(predicted, labels),
        missed_tumors=missed_tumors(predicted, labels),
        macro_f1=float(np.mean([report.f1 for report in per_class.values()])),
        confusion=tuple(tuple(row) for row in confusion_matrix(predicted, labels).tolist()),
        per_class=per_class,
        uncalibrated=calibration(logits, labels, 1.0),
        calibrated=calibration(logits, labels, temperature),
        risk_coverage=risk_coverage(probabilities, labels),
    )


def surest_mistakes(probabilities: NDArray[np.float64], labels: NDArray[np.int_], most: int) -> list[int]:
    """Indices of the errors with the highest confidence, at most `most`, in descending order."""
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    surest: list[int] = wrong[np.argsort(-probabilities.max(axis=1)[wrong], kind="stable")][:most].tolist()
    return surest
