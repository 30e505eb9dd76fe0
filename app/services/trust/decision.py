"""The decision on a scan: whether its answer may be used, and the reasons against it.

A scan that the gate rejects is outside. A scan that most probably shows something else than the four classes is other.
An answer is given if the deciding prediction set contains exactly one class and the confidence reaches its threshold.
Every other answer is uncertain.
"""

import numpy as np
from numpy.typing import NDArray

from app.models.thresholds import Decision, Trust
from app.services.imaging.reading import Notice
from app.services.trust.conformal import PredictionSet
from app.services.trust.gate import GateResult


def decide(
    confidence: float,
    gate: GateResult | None,
    deciding: PredictionSet | None,
    trust: Trust | None,
    *,
    gate_off: bool,
    other: float | None = None,
) -> tuple[Decision, list[Notice]]:
    """Decide on one scan.

    Args:
        confidence: probability of the most probable class, 0 to 1.
        gate: the gate's result; None without a gate.
        deciding: the prediction set of the deciding coverage; None without thresholds.
        trust: the model's thresholds; None if no thresholds were fitted to its weights.
        gate_off: whether the operator has turned the gate off, so that its absence is no reason for doubt.
        other: log-odds that the scan shows something else; None for a model without further heads.

    Returns:
        The decision, and a notice for each reason why it is not `answer`.
    """
    if gate and gate.outside:
        return Decision.OUTSIDE, [
            Notice(
                "not-a-brain-mri",
                "The image does not look like the brain MRI scans that the network was trained on. The answer has no "
                "meaning.",
            )
        ]
    if trust and trust.heads and other is not None and other >= trust.heads.other_from:
        return Decision.OTHER, [
            Notice(
                "none-of-the-classes",
                "The slice seems to show something that is neither a tumor of the three types nor a slice without a "
                "tumor. A person must read it.",
            )
        ]
    reasons = []
    if trust is None or (gate is None and not gate_off):
        reasons.append(
            Notice(
                "no-thresholds",
                "There are no thresholds for these weights: whether the image is a brain MRI, and how reliable the "
                "answer is, is unknown.",
            )
        )
    if trust and (confidence < trust.min_confidence or deciding is None or len(deciding.classes) != 1):
        reasons.append(Notice("low-confidence", "The network is unsure. Do not rely on its most probable class."))
    return (Decision.UNCERTAIN if reasons else Decision.ANSWER), reasons


def decisions(
    probabilities: NDArray[np.float64],
    deciding: NDArray[np.bool_],
    min_confidence: float,
    outside: NDArray[np.bool_] | None,
    other: NDArray[np.bool_] | None = None,
) -> NDArray[np.str_]:
    """Decide on many scans of a model with thresholds, by the same rule.

    Args:
        probabilities: float64 `[n, 4]`.
        deciding: bool `[n, 4]`, the prediction sets of the deciding coverage.
        min_confidence: answers with a lower confidence are uncertain.
        outside: bool `[n]`, whether the gate rejects a scan; None without a gate.
        other: bool `[n]`, whether a scan shows something else than the four classes; None for a model without heads.

    Returns:
        Values of `Decision`, `[n]`.
    """
    sure = (deciding.sum(axis=1) == 1) & (probabilities.max(axis=1) >= min_confidence)
    decided = np.where(sure, Decision.ANSWER.value, Decision.UNCERTAIN.value)
    if other is not None:
        decided = np.where(other, Decision.OTHER.value, decided)
    return decided if outside is None else np.where(outside, Decision.OUTSIDE.value, decided)


def fit_min_confidence(probabilities: NDArray[np.float64], labels: NDArray[np.int_], accuracy: float) -> float:
    """The lowest confidence at which the predictions with at least this confidence reach an accuracy.

    Args:
        probabilities: float64 `[n, 4]`.
        labels: int `[n]`.
        accuracy: 0 to 1.

    Returns:
        The threshold, 0 to 1; 1 if no confidence reaches the accuracy.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    order = np.argsort(-confidence, kind="stable")
    selective = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(selective >= accuracy)
    return float(confidence[order[enough[-1]]]) if len(enough) else 1.0
