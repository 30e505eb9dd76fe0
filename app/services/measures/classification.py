"""What is measured of predictions: pure functions of logits or probabilities and labels.

The test set is measured with them, and so are the scans of a site.

Labels are int `[n]`, indices into `CLASSES`; predictions likewise; probabilities are float64 `[n, 4]`.
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
    """Images called rightly."""
    return share_of(predicted == labels)


def missed_tumors(predicted: NDArray[np.int_], labels: NDArray[np.int_]) -> Proportion:
    """Tumors, of whatever type, that were called 'no tumor'."""
    return share_of(predicted[labels != NOTUMOR] == NOTUMOR)


def confusion_matrix(predicted: NDArray[np.int_], labels: NDArray[np.int_]) -> NDArray[np.int_]:
    """Counts, int `[4, 4]`; rows are the true classes, columns the predicted ones."""
    matrix = np.zeros((len(CLASSES), len(CLASSES)), np.int_)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


def average_ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Ranks of `[n]` values, 1 for the least; equal ones share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks


def auroc(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float | None:
    """How often a positive has the higher score of a pair, ties counting half (Mann and Whitney 1947).

    None where only one side has images.
    """
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        return None
    rank_sum = float(average_ranks(scores)[positive].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def class_report(probabilities: NDArray[np.float64], labels: NDArray[np.int_], index: int) -> ClassReport:
    """One class against the three others; F1 is 0 where the class neither occurs nor is predicted."""
    called, real = probabilities.argmax(axis=1) == index, labels == index
    either = int(called.sum() + real.sum())
    return ClassReport(
        images=int(real.sum()),
        sensitivity=share_of(called[real]),
        specificity=share_of(~called[~real]),
        ppv=share_of(real[called]),
        f1=2 * int((called & real).sum()) / either if either else 0.0,
        auroc=auroc(probabilities[:, index], real),
    )


def nll_of_each(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> NDArray[np.float64]:
    """Minus the logarithm of the true class's probability, `[n]`, in nats."""
    true = probabilities[np.arange(len(labels)), labels]
    losses: NDArray[np.float64] = -np.log(np.maximum(true, np.finfo(np.float64).tiny))
    return losses


def squared_errors(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> NDArray[np.float64]:
    """Squared distance to the one-hot label, summed over the classes, `[n]`: 0 to 2."""
    errors: NDArray[np.float64] = ((probabilities - np.eye(len(CLASSES))[labels]) ** 2).sum(axis=1)
    return errors


def negative_log_likelihood(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> float:
    """Mean of minus the logarithm of the true class's probability, in nats."""
    return float(nll_of_each(probabilities, labels).mean())


def brier_score(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> float:
    """Mean squared distance to the one-hot label, summed over the classes: 0 to 2 (Brier 1950)."""
    return float(squared_errors(probabilities, labels).mean())


def bins_of(confidence: NDArray[np.float64]) -> NDArray[np.int_]:
    """The bin of each confidence, int `[n]`: 15 of equal width, each with its lower end, the last one with both."""
    bins: NDArray[np.int_] = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    return bins


def reliability_bins(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> tuple[ReliabilityBin, ...]:
    """Confidence against accuracy, in the bins of `bins_of`."""
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
    """How good the probabilities are at a temperature; takes logits float `[n, 4]`."""
    return calibration_of(calibrated_probabilities(logits, temperature), labels, temperature)


def calibration_of(probabilities: NDArray[np.float64], labels: NDArray[np.int_], temperature: float) -> Calibration:
    """The same of probabilities that were made at that temperature."""
    bins = reliability_bins(probabilities, labels)
    return Calibration(
        temperature=temperature,
        nll=negative_log_likelihood(probabilities, labels),
        brier=brier_score(probabilities, labels),
        ece=expected_calibration_error(bins),
        bins=bins,
    )


def risk_coverage(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> tuple[RiskAtCoverage, ...]:
    """The risk-coverage curve (El-Yaniv and Wiener 2010) at about 50 coverages, the last of them 1.

    Of predictions that are equally sure, the wrong ones are taken first.
    """
    right = probabilities.argmax(axis=1) == labels
    order = np.lexsort((right, -probabilities.max(axis=1)))
    wrong = np.cumsum(~right[order])
    images = len(labels)
    taken = sorted({int(count) for count in np.ceil(np.linspace(0, images, _CURVE_POINTS + 1)[1:])})
    return tuple(RiskAtCoverage(coverage=count / images, risk=wrong[count - 1] / count) for count in taken)


def part_report(logits: NDArray[np.floating], labels: NDArray[np.int_], temperature: float) -> PartReport:
    """All that is said of a part of the test images.

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
    """The numbers of the images called wrongly with the most confidence, of probabilities `[n, 4]`; at most `most`."""
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    surest: list[int] = wrong[np.argsort(-probabilities.max(axis=1)[wrong], kind="stable")][:most].tolist()
    return surest
