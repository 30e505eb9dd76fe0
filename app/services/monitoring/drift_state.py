"""The drift state of one model: the sequential test and the window of the latest answers, stored as one blob."""

from dataclasses import dataclass
from io import BytesIO
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.services.drift.detectors import ExchangeabilityTest
from app.services.drift.reference import BINS, DESCRIPTOR_LENGTH, LOG_WEIGHTS, DriftReference


@dataclass
class DriftState:
    """Mutable state of the drift detection for one model and one reference.

    Attributes:
        test: the sequential exchangeability test.
        window: descriptors of the latest answers, float32 `[n, DESCRIPTOR_LENGTH]`, newest last.
    """

    test: ExchangeabilityTest
    window: NDArray[np.float32]

    @classmethod
    def new(cls, reference: DriftReference) -> Self:
        """Return the state before any answer."""
        test = ExchangeabilityTest.of_reference(reference.bins(reference.descriptors), BINS)
        return cls(test, np.empty((0, DESCRIPTOR_LENGTH), np.float32))

    @classmethod
    def from_bytes(cls, blob: bytes) -> Self:
        """Read a state that `to_bytes` wrote."""
        with np.load(BytesIO(blob)) as file:
            test = ExchangeabilityTest(file["counts"], file["log_bets"], file["log_best"], int(file["answers"]))
            return cls(test, file["window"])

    def to_bytes(self) -> bytes:
        """Serialize the state as a compressed NumPy archive."""
        file, test = BytesIO(), self.test
        np.savez_compressed(
            file,
            counts=test.counts,
            log_bets=test.log_bets,
            log_best=test.log_best,
            answers=test.answers,
            window=self.window,
        )
        return file.getvalue()

    @property
    def evidence(self) -> NDArray[np.float64]:
        """Log evidence against exchangeability for each score, weighted so that the maximum is one valid test."""
        evidence: NDArray[np.float64] = self.test.log_best + LOG_WEIGHTS
        return evidence

    def add(self, reference: DriftReference, descriptors: NDArray[np.float32], window: int) -> None:
        """Update the test with new descriptors, float32 `[n, DESCRIPTOR_LENGTH]`, and keep the latest `window`."""
        self.test.update(reference.bins(descriptors), np.random.default_rng())
        self.window = np.concatenate([self.window, descriptors])[-window:]


def p_value(log_evidence: float) -> float:
    """Return the p-value of the greatest evidence so far, by Ville's inequality (Ville 1939)."""
    return float(min(1.0, np.exp(-log_evidence)))
