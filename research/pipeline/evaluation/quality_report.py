"""What was measured of the warnings about image quality: `research/documentation/quality.json`."""

from pydantic import Field

from app.models.measured.test_set import Proportion
from app.models.strict import Strict


class MeasureReport(Strict):
    """How often a measure warns of images as they are."""

    name: str
    meaning: str
    high_is_bad: bool
    bound: float
    warned: Proportion = Field(description="Of all test images.")


class DamageReport(Strict):
    """Test images that were damaged, and how many got the warning that is right."""

    name: str
    warning: str
    warned: Proportion


class QualityReport(Strict):
    """What `python -m research.pipeline quality` measured."""

    training_images: int = Field(gt=0, description="That the bounds were fitted on.")
    quantile: float = Field(gt=0.5, lt=1, description="Share of those within each bound.")
    measures: tuple[MeasureReport, ...]
    any_warning: Proportion = Field(description="Test images with a warning of any kind.")
    damages: tuple[DamageReport, ...]
