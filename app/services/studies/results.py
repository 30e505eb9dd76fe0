"""What a study's reading results in; routes and commands turn it into bodies."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.models.acquisition import MriSequence, Plane
from app.models.classes import CLASSES, TumorClass
from app.models.thresholds import Decision
from app.services.explanations.result import Result
from app.services.imaging.reading import Notice
from app.services.inference.heat import SliceHeat
from app.services.studies.series import Series, SeriesSlice
from app.services.studies.survey import UnreadFile
from app.services.trust.conformal import PredictionSet
from app.services.trust.gate import GateResult
from app.services.trust.heads import RECOGNISED_FROM, Acquisition, Told


@dataclass(frozen=True, kw_only=True)
class SliceResult:
    """The result for one slice.

    Attributes:
        place: the slice.
        area: of tissue; see `tissue_area`.
        probabilities: float64 `[4]`, calibrated; None if the slice was not classified.
        gate: None if it was not classified, or without a gate.
        told: what the heads tell; None if it was not classified, and for a model without heads.
        decision: None if it was not classified.
        heat: None if it was not classified.
        reason: why the slice does not decide; None if it does.
        deciding: whether it is among those that the series' result was computed from.
    """

    place: SeriesSlice
    area: float = 0.0
    probabilities: NDArray[np.float64] | None = None
    gate: GateResult | None = None
    told: Told | None = None
    decision: Decision | None = None
    heat: SliceHeat | None = None
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
        other: log-odds that none of the classes is shown; None for a model without heads.
        decision: by the thresholds of single slices; `uncertain` where series disagree.
        deciding_set: the prediction set of the decision; None without thresholds.
        reasons: why the decision is not `answer`.
    """

    probabilities: NDArray[np.float64]
    gate: GateResult | None
    other: float | None
    decision: Decision
    deciding_set: PredictionSet | None
    reasons: tuple[Notice, ...]

    @property
    def result(self) -> Result:
        """The numbers that words are made from."""
        ranking = sorted(zip(CLASSES, self.probabilities.tolist(), strict=True), key=lambda pair: -pair[1])
        return Result(
            decision=self.decision,
            ranking=tuple(ranking),
            deciding_set=self.deciding_set if self.decision.names_class else None,
        )


@dataclass(frozen=True)
class Montage:
    """Small pictures of slices side by side.

    Attributes:
        png: the picture, gray.
        columns: number of slices in a row.
        side: pixels of a slice.
        slices: their indices in the series, in the order of the pictures.
    """

    png: bytes
    columns: int
    side: int
    slices: tuple[int, ...]


@dataclass(frozen=True)
class SlicePicture:
    """A slice with its heat-map.

    Attributes:
        index: of the slice in the series.
        target: the class that the heat-map is the evidence for; None for the probability of a tumor at each place.
        overlay: the slice with the heat-map over it, PNG.
    """

    index: int
    target: TumorClass | None
    overlay: bytes


@dataclass(frozen=True)
class SeriesPictures:
    """Pictures of a series.

    Attributes:
        montage: of its slices.
        deciding: those of the deciding slices that most probably show a tumor.
    """

    montage: Montage
    deciding: tuple[SlicePicture, ...]


@dataclass(frozen=True, kw_only=True)
class SeriesResult:
    """The result for one series.

    Attributes:
        series: the series.
        slices: in the order of the series; empty if it was not read.
        faults: why the series was not used; empty if it was.
        conclusion: None if it was not used.
        acquisition: sequence and plane, as its slices show; None if it was not read, and for a model without heads.
        notices: what a reader should know besides the notices of the series.
        pictures: None if none were requested, or if the series was not used.
    """

    series: Series
    slices: tuple[SliceResult, ...]
    faults: tuple[Notice, ...]
    conclusion: Conclusion | None
    acquisition: Acquisition | None = None
    notices: tuple[Notice, ...] = ()
    pictures: SeriesPictures | None = None

    @property
    def sequence(self) -> MriSequence | None:
        """From the header, or where it is silent, as the slices show; None where neither tells."""
        shown = self.acquisition
        if self.series.sequence or shown is None or shown.sequence_probability < RECOGNISED_FROM:
            return self.series.sequence
        return shown.sequence

    @property
    def plane(self) -> Plane | None:
        """From the header, or where it is silent, as the slices show; None where neither tells."""
        shown = self.acquisition
        if self.series.orientation:
            return self.series.orientation.plane
        return shown.plane if shown and shown.plane_probability >= RECOGNISED_FROM else None

    @property
    def name(self) -> str:
        """What people call it: its number and its sequence."""
        number = "the series without a number" if self.series.number is None else f"series {self.series.number}"
        return f"{number} ({self.sequence.label})" if self.sequence else number

    @property
    def title(self) -> str:
        """Its name at the start of a line."""
        return self.name[0].upper() + self.name[1:]

    @property
    def remarks(self) -> list[str]:
        """What a reader should know: why it is not answered, then all notices."""
        reasons = self.conclusion.reasons if self.conclusion else ()
        return [notice.message for notice in (*reasons, *self.series.notices, *self.notices)]


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

    @property
    def remarks(self) -> list[str]:
        """What a reader should know: why it is not answered, then all notices."""
        reasons = self.conclusion.reasons if self.conclusion else ()
        return [notice.message for notice in (*reasons, *self.notices)]
