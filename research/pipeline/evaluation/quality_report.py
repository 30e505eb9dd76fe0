"""Results about the image quality warnings: `research/documentation/quality.json`."""

from pydantic import Field

from app.models.measured.test_set import Proportion
from app.models.strict import Strict


class MeasureReport(Strict):
    """How often a measure warns about unchanged images."""

    name: str
    meaning: str
    high_is_bad: bool
    bound: float
    warned: Proportion = Field(description="Warned of all test images.")


class DamageReport(Strict):
    """Damaged test images, and how many received the correct warning."""

    name: str
    warning: str
    warned: Proportion


class QualityReport(Strict):
    """Results of `python -m research.pipeline quality`."""

    training_images: int = Field(gt=0, description="Images that the limits were fitted to.")
    quantile: float = Field(gt=0.5, lt=1, description="Share of these images within each limit.")
    measures: tuple[MeasureReport, ...]
    any_warning: Proportion = Field(description="Test images with a warning of any kind.")
    damages: tuple[DamageReport, ...]
