"""A site's file: temperature and thresholds fitted to the scans of one hospital, which replace the model's."""

from datetime import date

from pydantic import Field

from app.models.classes import TumorClass
from app.models.measured.test_set import Calibration
from app.models.strict import Fraction, Strict
from app.models.thresholds import SetSpec, Trust


class SiteThresholds(Strict):
    """Thresholds that replace those of a model."""

    gate_threshold: float | None = Field(
        allow_inf_nan=False, description="Images with a higher score are outside. Null for the model's own threshold."
    )
    gate_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the gate's statistics file.")
    heads_sha256: str | None = Field(
        None, pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the heads' file; null for a model without heads."
    )
    sets: tuple[SetSpec, ...] = Field(min_length=1, description="In the order of increasing coverage.")
    min_confidence: Fraction = Field(description="Answers with a lower confidence are uncertain.")


class SiteFile(Strict):
    """The file that `python -m app evaluate FOLDER --fit FILE` writes, for the setting `SITE_FILE`."""

    model: str = Field(description="Name of the model.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the weights file that it was fitted to.")
    fitted_on: date = Field(description="Date of the fit, UTC.")
    scans: dict[TumorClass, int] = Field(description="Number of scans of each class that it was fitted to.")
    patients: int | None = Field(description="Number of patients; null where unknown.")
    temperature: float = Field(gt=0, le=100, description="Divisor of the logits before the softmax.")
    thresholds: SiteThresholds | None = Field(description="Null for a model without thresholds.")

    def replace(self, trust: Trust) -> Trust:
        """A model's thresholds, replaced by those of the site."""
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
    """Prediction sets with the site's thresholds, measured on scans that they were not fitted to."""

    coverage: Fraction
    fitted: bool = Field(
        description="False where a class has too few scans for this coverage; the model's own thresholds apply."
    )
    covered: Fraction = Field(description="Share of the scans whose set contains their class.")
    per_class: dict[TumorClass, Fraction]
    mean_size: float = Field(ge=0)


class SiteFit(Strict):
    """A fit to a site's scans, with its measures on other scans.

    The measures are cross-fitted: each part of the scans is measured with a fit to the other parts. All scans of a
    patient are in the same part. The file itself is fitted to all scans.
    """

    folds: int = Field(gt=1)
    temperature_kept: str | None = Field(
        description="Why the temperature is that of the model; null where it was fitted."
    )
    calibration: Calibration = Field(description="Cross-fitted, except its temperature, which is that of the file.")
    sets: tuple[FittedCoverage, ...] = Field(description="Cross-fitted; none for a model without thresholds.")
    answered: Fraction | None = Field(
        description="Share of the scans with the decision `answer`, cross-fitted; null for a model without thresholds."
    )
    right_where_answered: Fraction | None = Field(description="Accuracy on those scans.")
    outside: Fraction | None = Field(
        description="Share of the scans that the fitted gate rejects; null without a gate."
    )
    file: SiteFile = Field(description="Content of a file for `SITE_FILE`.")
