"""Fit everything that turns a network's outputs into a decision, and decide with it on many slices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.thresholds import SetMethod, SetSpec
from app.services.trust.conformal import members
from app.services.trust.decision import decisions
from research.pipeline.data.slices import WRONG_LABELS, patient_weights
from research.pipeline.trust.across.fit import least_confidence, worst_sets
from research.pipeline.trust.across.predictions import Predicted

SET_METHOD = SetMethod.RAPS
DECIDING_COVERAGE = 0.99
# The coverage over all sources, and in the worst one.
_COVERAGES = {0.95: 0.93, DECIDING_COVERAGE: 0.97}
_ACCURACY_OF_ANSWERS = 0.95
# Share of the slices of the four classes that may be taken for something else.
_TAKEN_FOR_OTHER = 0.02


@dataclass(frozen=True)
class Thresholds:
    """What is fitted.

    Attributes:
        temperature: divisor of the logits.
        sets: from the smallest coverage to the largest.
        min_confidence: answers with a lower confidence are uncertain.
        other_from: log-odds of something else from which the decision is `other`.
    """

    temperature: float
    sets: tuple[SetSpec, ...]
    min_confidence: float
    other_from: float

    def decide(self, found: Predicted) -> "Decided":
        """Decide on slices."""
        probabilities = found.probabilities(self.temperature)
        deciding = members(probabilities, SET_METHOD, self.sets[-1])
        other = found.other >= self.other_from
        return Decided(
            found=found,
            predicted=probabilities.argmax(axis=1),
            deciding=deciding,
            decision=decisions(probabilities, deciding, self.min_confidence, None, other),
        )


@dataclass(frozen=True)
class Decided:
    """Slices with their decisions.

    Attributes:
        found: the slices.
        predicted: index of the most probable class, int `[n]`.
        deciding: the deciding sets, bool `[n, 4]`.
        decision: values of `Decision`, `[n]`.
    """

    found: Predicted
    predicted: NDArray[np.int_]
    deciding: NDArray[np.bool_]
    decision: NDArray[np.str_]


def fit_thresholds(found: Predicted, temperature: float) -> Thresholds:
    """Fit to slices of several sources, the worst one deciding."""
    four = found.part(found.labels >= 0)
    labels, sources, probabilities = four.labels, four.sources, four.probabilities(temperature)
    weights = patient_weights(four.slices)
    right = probabilities.argmax(axis=1) == labels
    return Thresholds(
        temperature=temperature,
        sets=tuple(
            worst_sets(
                probabilities,
                labels,
                sources,
                weights,
                method=SET_METHOD,
                coverage=coverage,
                needed=needed,
                wrong_labels=WRONG_LABELS,
            )
            for coverage, needed in _COVERAGES.items()
        ),
        min_confidence=least_confidence(
            probabilities.max(axis=1),
            right,
            sources,
            weights,
            accuracy=_ACCURACY_OF_ANSWERS,
            wrong_labels=WRONG_LABELS,
        ),
        # The next number above the quantile: equal log-odds are not taken for something else.
        other_from=float(np.nextafter(np.quantile(four.other, 1 - _TAKEN_FOR_OTHER), np.inf)),
    )
