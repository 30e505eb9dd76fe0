"""The measures of a model at other hospitals, in the short form that the API returns."""

from pathlib import Path

from pydantic import Field

from app.models.classes import TumorClass
from app.models.measured.across import HospitalsReport, read_across
from app.models.measured.test_set import Proportion
from app.models.strict import Fraction, Strict


class PatientsMeasurement(Strict):
    """Results where every patient counts the same, however many slices there are of it."""

    patients: int = Field(gt=0)
    accuracy: Fraction
    answered: Fraction = Field(description="Share of the slices whose decision is `answer`.")
    accuracy_of_answers: Fraction = Field(description="Accuracy on the answered slices; 0 if none is answered.")


class HospitalsMeasurement(Strict):
    """Results on slices of other hospitals."""

    slices: int = Field(gt=0)
    accuracy: Fraction
    answered: Fraction = Field(description="Share of the slices whose decision is `answer`.")
    accuracy_of_answers: Fraction = Field(description="Accuracy on the answered slices; 0 if none is answered.")
    tumors_surely_called_notumor: Fraction = Field(
        description="Share of the tumor slices that are answered with 'no tumor'."
    )
    tumors_found: Fraction = Field(description="Share of the tumor slices that are classified as any tumor.")
    tumor_free_clear: Fraction = Field(description="Share of the tumor-free slices that are classified as 'no tumor'.")
    set_coverage_99: Fraction = Field(description="Share of the 99 % prediction sets that contain the label.")
    accuracy_by_sequence: dict[TumorClass, dict[str, Fraction]] = Field(description="Accuracy by class and sequence.")
    by_patient: PatientsMeasurement


class ExternalMeasurement(HospitalsMeasurement):
    """Results of one model version on slices of hospitals that were left out of the training."""

    model: str
    version: str
    source: str = Field(description="Where the slices and the figures come from.")
    patients: HospitalsMeasurement = Field(
        description="The same on other patients of hospitals that the model was trained on."
    )


def read_external(folder: Path, model: str) -> ExternalMeasurement:
    """Read the measures of a model from its report; see `AcrossReport`.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not valid.
    """
    report = read_across(folder, model)
    left_out = sum(source.slices > 0 for source in report.left_out.sources.values())
    return ExternalMeasurement(
        model=report.model,
        version=report.version,
        source=f"Slices of {left_out} collections. Networks that were trained like this one, but in fewer steps and "
        "without these collections, predicted them; the thresholds were fitted without them too.",
        patients=HospitalsMeasurement(**_measures(report.patients)),
        **_measures(report.left_out),
    )


def _measures(report: HospitalsReport) -> dict[str, object]:
    of_all = report.all
    return {
        "slices": of_all.slices,
        "accuracy": _value(of_all.accuracy),
        "answered": _value(of_all.answered),
        "accuracy_of_answers": _value(of_all.accuracy_of_answers),
        "tumors_surely_called_notumor": _value(of_all.tumors_surely_called_notumor),
        "tumors_found": _value(of_all.tumors_found),
        "tumor_free_clear": _value(of_all.tumor_free_clear),
        "set_coverage_99": _value(of_all.covered),
        "accuracy_by_sequence": {
            tumor: {sequence.label: _value(share) for sequence, share in shares.items()}
            for tumor, shares in report.accuracy_by_sequence.items()
            if shares
        },
        "by_patient": PatientsMeasurement(
            patients=of_all.by_patient.patients,
            accuracy=of_all.by_patient.accuracy or 0.0,
            answered=of_all.by_patient.answered or 0.0,
            accuracy_of_answers=of_all.by_patient.accuracy_of_answers or 0.0,
        ),
    }


def _value(share: Proportion) -> float:
    return share.value or 0.0
