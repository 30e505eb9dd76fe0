"""What a study's reading results in; routes and commands turn it into bodies."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.models.thresholds import Decision
from app.services.imaging.reading import Notice
from app.services.studies.series import Series, SeriesSlice
from app.services.studies.survey import UnreadFile
from app.services.trust.conformal import PredictionSet
from app.services.trust.gate import GateResult


@dataclass(frozen=True, kw_only=True)
class SliceResult:
    """The result for one slice.

    Attributes:
        place: the slice.
        area: of tissue; see `tissue_area`.
        probabilities: float64 `[4]`, calibrated; None if the slice was not classified.
        gate: None if it was not classified, or without a gate.
        decision: None if it was not classified.
        reason: why the slice does not decide; None if it does.
        deciding: whether it is among those that the series' result was computed from.
    """

    place: SeriesSlice
    area: float = 0.0
    probabilities: NDArray[np.float64] | None = None
    gate: GateResult | None = None
    decision: Decision | None = None
    reason: Notice | None = None
    deciding: bool = False

    @property
    def used(self) -> bool:
        """Whether the slice may decide."""
        return self.probabilities is not None and self.reason is None

    def with_reason(self, reason: Notice | None) -> "SliceResult":
        """The same with another reason."""
        return replace(self, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """The result for a series or a study.

    Attributes:
        probabilities: float64 `[4]`.
        gate: the highest score of what was combined; None without a gate.
        decision: by the thresholds of single slices.
        deciding_set: the prediction set of the decision; None without thresholds.
        reasons: why the decision is not `answer`.
    """

    probabilities: NDArray[np.float64]
    gate: GateResult | None
    decision: Decision
    deciding_set: PredictionSet | None
    reasons: tuple[Notice, ...]


@dataclass(frozen=True, kw_only=True)
class SeriesResult:
    """The result for one series.

    Attributes:
        series: the series.
        slices: in the order of the series; empty if it was not read.
        faults: why the series was not used; empty if it was.
        conclusion: None if it was not used.
    """

    series: Series
    slices: tuple[SliceResult, ...]
    faults: tuple[Notice, ...]
    conclusion: Conclusion | None


@dataclass(frozen=True, kw_only=True)
class StudyResult:
    """The result for a study.

    Attributes:
        series: used ones and others.
        left_out: files that belong to no series.
        conclusion: None if no series was used.
        notices: what a reader should know.
    """

    series: tuple[SeriesResult, ...]
    left_out: tuple[UnreadFile, ...]
    conclusion: Conclusion | None
    notices: tuple[Notice, ...]
