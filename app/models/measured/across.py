"""The report on a model at other hospitals: `models/<name>_across_report.json`.

`python -m research.pipeline confidence` writes it.
"""

from datetime import date
from pathlib import Path

from pydantic import Field

from app.models.acquisition import MriSequence
from app.models.classes import TumorClass
from app.models.measured.test_set import Proportion
from app.models.strict import Fraction, Strict
from app.models.thresholds import HeatmapMethod


class PatientsReport(Strict):
    """The slices of the four classes, weighted so that every patient counts the same."""

    patients: int = Field(ge=0)
    most_slices: int = Field(ge=0, description="Slices of the patient with the most of them.")
    accuracy: Fraction | None = Field(description="null without patients.")
    answered: Fraction | None = Field(description="null without patients.")
    accuracy_of_answers: Fraction | None = Field(description="null without answers.")


class SourceReport(Strict):
    """The slices of one source, or of several."""

    slices: int = Field(ge=0, description="Slices of the four classes.")
    by_patient: PatientsReport
    accuracy: Proportion
    tumors_found: Proportion = Field(description="Tumors that are classified as any tumor.")
    tumor_free_clear: Proportion = Field(description="Tumor-free slices that are classified as 'no tumor'.")
    answered: Proportion = Field(description="Slices whose decision is `answer`.")
    accuracy_of_answers: Proportion
    tumors_surely_called_notumor: Proportion = Field(description="Tumors that are answered with 'no tumor'.")
    covered: Proportion = Field(description="Deciding prediction sets that contain the class.")
    other: Proportion = Field(description="Slices of none of the four classes whose decision is `other`.")
    other_answered: Proportion = Field(description="Slices of none of the four classes that are answered.")
    sequence: Proportion = Field(description="Slices of known sequence whose sequence is recognised.")
    plane: Proportion = Field(description="Slices of known plane whose plane is recognised.")


class HospitalsReport(Strict):
    """Several sources."""

    all: SourceReport = Field(description="All of them except the data set itself.")
    sources: dict[str, SourceReport]
    accuracy_by_sequence: dict[TumorClass, dict[MriSequence, Proportion]]


class AcrossReport(Strict):
    """All measures of a model at other hospitals."""

    model: str
    version: str
    measured_on: date
    patients: HospitalsReport = Field(
        description="Patients that the model was not trained on, of hospitals of which it saw others; each source is "
        "judged by thresholds that were fitted without it."
    )
    left_out: HospitalsReport = Field(
        description="Hospitals that were left out: predicted by networks of shorter trainings, and judged by "
        "thresholds, without any slice of theirs."
    )
    pointing: dict[HeatmapMethod, Proportion] = Field(
        description="Masked tumors of `patients` to which the highest place of the heat-map points, within 15 pixels "
        "(pointing game, Zhang et al. 2018, https://arxiv.org/abs/1608.00507)."
    )


def read_across(folder: Path, model: str) -> AcrossReport:
    """Read the report of a model.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not valid.
    """
    return AcrossReport.model_validate_json((folder / f"{model}_across_report.json").read_bytes())
