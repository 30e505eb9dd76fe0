"""A site's file: the temperature and the thresholds that its own scans ask for, in the place of the model's."""

from datetime import date

from pydantic import Field

from app.models.classes import TumorClass
from app.models.measured.test_set import Calibration
from app.models.strict import Fraction, Strict
from app.models.thresholds import SetSpec, Trust


class SiteThresholds(Strict):
    """What replaces a model's thresholds."""

    gate_threshold: float | None = Field(
        allow_inf_nan=False, description="An OOD score above it is outside. Null keeps the model's own."
    )
    gate_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the gate's statistics that give the score.")
    sets: tuple[SetSpec, ...] = Field(min_length=1, description="From the smallest coverage to the largest.")
    min_confidence: Fraction = Field(description="Less confident answers are uncertain.")


class SiteFile(Strict):
    """Written by `python -m app evaluate FOLDER --fit FILE`; the service takes it with `SITE_FILE`."""

    model: str = Field(description="Name of the model it is for.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the weights file it was fitted to.")
    fitted_on: date = Field(description="UTC.")
    scans: dict[TumorClass, int] = Field(description="How many of each class it was fitted to.")
    patients: int | None = Field(description="How many; null where that is not known.")
    temperature: float = Field(gt=0, le=100, description="Logits are divided by it before the softmax.")
    thresholds: SiteThresholds | None = Field(description="Null where the model has none to replace.")

    def replace(self, trust: Trust) -> Trust:
        """A model's thresholds with the site's in their place."""
        fitted = self.thresholds
        if fitted is None:
            return trust
        threshold = trust.gate.threshold if fitted.gate_threshold is None else fitted.gate_threshold
        return trust.model_copy(
            update={
                "gate": trust.gate.model_copy(update={"threshold": threshold}),
                "sets": fitted.sets,
                "min_confidence": fitted.min_confidence,
            }
        )


class FittedCoverage(Strict):
    """Prediction sets with the site's thresholds, on scans that these were not fitted to."""

    coverage: Fraction
    fitted: bool = Field(
        description="False where a class has too few scans for this coverage, and the model's own thresholds stay."
    )
    covered: Fraction = Field(description="Share of the scans whose set has their class.")
    per_class: dict[TumorClass, Fraction]
    mean_size: float = Field(ge=0)


class SiteFit(Strict):
    """A fit to a site's scans, and what it is worth on scans that it has not seen.

    The figures are cross-fitted: each part of the scans is measured with what was fitted to the other parts. Scans of
    one patient are never divided. The file is fitted to all of them.
    """

    folds: int = Field(gt=1)
    temperature_kept: str | None = Field(
        description="Why the temperature is still the one that was served; null where it was fitted."
    )
    calibration: Calibration = Field(description="Cross-fitted; its temperature is that of the file.")
    sets: tuple[FittedCoverage, ...] = Field(description="Cross-fitted; none where the model has no thresholds.")
    answered: Fraction | None = Field(
        description="Share with the decision `answer`, cross-fitted; null where the model has no thresholds."
    )
    right_where_answered: Fraction | None = Field(description="Share of those that were called rightly.")
    outside: Fraction | None = Field(description="Share that the fitted gate refuses; null without a gate.")
    file: SiteFile = Field(description="For `SITE_FILE`.")
