"""Fit the confidence of a model's answers, and measure it on every source by a fit without that source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.models.acquisition import SEQUENCES
from app.models.classes import CLASSES
from app.models.measured.across import AcrossReport, SourceReport
from app.models.model_file import ModelMetadata
from app.models.thresholds import Decision, SetMethod, SetSpec, Signal
from app.services.measures.classification import NOTUMOR
from app.services.measures.intervals import share_of
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.conformal import members
from app.services.trust.decision import decisions
from app.services.trust.reliability import with_confidence
from research.pipeline.data.slices import Slice
from research.pipeline.training.across.known import UNKNOWN, plane_of, sequence_of
from research.pipeline.trust.across.fit import fit_reliability, least_confidence, worst_sets
from research.pipeline.trust.across.unseen import Unseen, read_unseen

SET_METHOD = SetMethod.RAPS
COVERAGES = {0.95: 0.93, 0.99: 0.97}
DECIDING_COVERAGE = 0.99
ACCURACY_OF_ANSWERS = 0.95
# Share of the slices of the four classes that may be taken for something else.
_TAKEN_FOR_OTHER = 0.02


@dataclass(frozen=True)
class Confidence:
    """What is fitted: everything that turns outputs into a decision.

    Attributes:
        temperature: divisor of the logits before the margin is computed.
        weights, intercept: of the signals, in the log-odds of a right answer.
        sets: from the smallest coverage to the largest.
        min_confidence: answers with a lower confidence are uncertain.
        other_from: log-odds of something else from which the decision is `other`.
    """

    temperature: float
    weights: NDArray[np.float64]
    intercept: float
    sets: tuple[SetSpec, ...]
    min_confidence: float
    other_from: float

    @property
    def named_weights(self) -> dict[Signal, float]:
        """The weights by signal."""
        return dict(zip(Signal, self.weights.tolist(), strict=True))

    def probabilities(self, found: Unseen) -> NDArray[np.float64]:
        """The probabilities that the service would give, float64 `[n, 4]`."""
        plain = calibrated_probabilities(found.logs, self.temperature)
        reliability = 1 / (1 + np.exp(-(found.signals(self.temperature) @ self.weights + self.intercept)))
        return with_confidence(plain, np.maximum(reliability, 1 / len(CLASSES)))

    def decide(self, found: Unseen, probabilities: NDArray[np.float64]) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
        """The decisions `[n]`, and the deciding sets bool `[n, 4]`."""
        deciding = members(probabilities, SET_METHOD, self.sets[-1])
        other = np.array([told.other >= self.other_from for told in found.told])
        return decisions(probabilities, deciding, self.min_confidence, None, other), deciding


def fit_confidence(found: Unseen, temperature: float) -> Confidence:
    """Fit to all slices. Slices of none of the classes count as wrong answers."""
    labels, sources, values = found.labels, found.sources, found.signals(temperature)
    plain = calibrated_probabilities(found.logs, temperature)
    right = plain.argmax(axis=1) == labels
    weights, intercept = fit_reliability(values, right, sources)
    other = np.array([told.other for told in found.told])
    fitted = Confidence(
        temperature=temperature,
        weights=weights,
        intercept=intercept,
        sets=(),
        min_confidence=1.0,
        other_from=float("inf"),
    )
    four = labels >= 0
    probabilities = fitted.probabilities(found.part(four))
    named, of_source = labels[four], sources[four]
    return Confidence(
        temperature=temperature,
        weights=weights,
        intercept=intercept,
        sets=tuple(
            worst_sets(probabilities, named, of_source, method=SET_METHOD, coverage=coverage, needed=needed)
            for coverage, needed in COVERAGES.items()
        ),
        min_confidence=least_confidence(probabilities.max(axis=1), right[four], of_source, ACCURACY_OF_ANSWERS),
        # The next number above the quantile: equal log-odds are not taken for something else.
        other_from=float(np.nextafter(np.quantile(other[four], 1 - _TAKEN_FOR_OTHER), np.inf)),
    )


def confidence(
    metadata: ModelMetadata, runs: Sequence[Path], slices: Sequence[Slice]
) -> tuple[Confidence, AcrossReport]:
    """Fit the confidence of a model from the runs that left out its sources, and measure it across sources.

    Args:
        metadata: the model's metadata.
        runs: folders of `across --fold`.
        slices: the table of the packed file.

    Raises:
        OSError: a run is not finished.
        ValueError: two runs left out the same source, or there is only one run.
    """
    if len(runs) < 2:
        raise ValueError("a source can be judged without itself only if there are at least two runs")
    found = read_unseen(runs, slices)
    probabilities = np.empty(found.logs.shape)
    decided = np.empty(len(found.slices), object)
    deciding = np.empty(found.logs.shape, bool)
    for fold in np.unique(found.fold):
        held = found.fold == fold
        fitted = fit_confidence(found.part(~held), metadata.temperature)
        probabilities[held] = fitted.probabilities(found.part(held))
        decided[held], deciding[held] = fitted.decide(found.part(held), probabilities[held])
    report = AcrossReport(
        model=metadata.name,
        version=metadata.version,
        measured_on=datetime.now(UTC).date(),
        all=_report(found, probabilities, decided, deciding, np.ones(len(decided), bool)),
        sources={
            str(source): _report(found, probabilities, decided, deciding, found.sources == source)
            for source in np.unique(found.sources)
        },
        accuracy_by_sequence={
            tumor: {
                sequence: share_of(probabilities[chosen].argmax(axis=1) == index)
                for number, sequence in enumerate(SEQUENCES)
                if (chosen := (found.labels == index) & (_sequences(found) == number)).any()
            }
            for index, tumor in enumerate(CLASSES)
        },
    )
    return fit_confidence(found, metadata.temperature), report


def _sequences(found: Unseen) -> NDArray[np.int_]:
    return np.array([sequence_of(item) for item in found.slices])


def _report(
    found: Unseen,
    probabilities: NDArray[np.float64],
    decided: NDArray[np.object_],
    deciding: NDArray[np.bool_],
    chosen: NDArray[np.bool_],
) -> SourceReport:
    labels, predicted = found.labels, probabilities.argmax(axis=1)
    four, other = chosen & (labels >= 0), chosen & (labels < 0)
    tumor, free = four & (labels != NOTUMOR), four & (labels == NOTUMOR)
    right, answered = predicted == labels, decided == Decision.ANSWER.value
    covered = np.take_along_axis(deciding, np.maximum(labels, 0)[:, np.newaxis], axis=1)[:, 0]
    sequence, plane = _sequences(found), np.array([plane_of(item) for item in found.slices])
    sequence_told = np.array([told.sequence.argmax() for told in found.told])
    plane_told = np.array([told.plane.argmax() for told in found.told])
    return SourceReport(
        slices=int(four.sum()),
        accuracy=share_of(right[four]),
        tumors_found=share_of(predicted[tumor] != NOTUMOR),
        tumor_free_clear=share_of(predicted[free] == NOTUMOR),
        answered=share_of(answered[four]),
        accuracy_of_answers=share_of(right[four & answered]),
        tumors_surely_called_notumor=share_of((answered & (predicted == NOTUMOR))[tumor]),
        covered=share_of(covered[four]),
        other=share_of(decided[other] == Decision.OTHER.value),
        other_answered=share_of(answered[other]),
        sequence=share_of((sequence_told == sequence)[chosen & (sequence != UNKNOWN)]),
        plane=share_of((plane_told == plane)[chosen & (plane != UNKNOWN)]),
    )
