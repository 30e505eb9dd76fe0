"""Conformal prediction sets."""

from dataclasses import dataclass

from app.models.tumor import TumorClass


@dataclass(frozen=True)
class PredictionSet:
    """The classes that are left at a coverage."""

    coverage: float
    classes: tuple[TumorClass, ...]
