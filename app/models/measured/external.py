"""The measurement of a model at other hospitals: `models/<name>_external.json`.

The file is written by hand. Its pictures may not be published, so no command repeats the measurement.
"""

from pathlib import Path

from pydantic import Field

from app.models.classes import TumorClass
from app.models.strict import Fraction, Strict


class ExternalMeasurement(Strict):
    """Results of one model version on slices of other hospitals."""

    model: str
    version: str
    source: str = Field(description="Where the slices and the figures come from.")
    slices: int = Field(gt=0)
    accuracy: Fraction
    answered: Fraction = Field(description="Share of the slices whose decision is `answer`.")
    accuracy_of_answers: Fraction = Field(description="Accuracy on the answered slices.")
    tumors_surely_called_notumor: Fraction = Field(
        description="Share of the tumor slices that are answered with 'no tumor'."
    )
    tumors_found: Fraction = Field(description="Share of the tumor slices that are classified as any tumor.")
    tumor_free_clear: Fraction = Field(description="Share of the tumor-free slices that are classified as 'no tumor'.")
    set_coverage_99: Fraction = Field(description="Share of the 99 % prediction sets that contain the label.")
    accuracy_by_sequence: dict[TumorClass, dict[str, Fraction]] = Field(description="Accuracy by class and sequence.")


def read_external(folder: Path, model: str) -> ExternalMeasurement:
    """Read the measurement of a model.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not valid.
    """
    return ExternalMeasurement.model_validate_json((folder / f"{model}_external.json").read_bytes())
