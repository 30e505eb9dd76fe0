"""The report on a model's answers for hospitals that it had not seen: `models/<name>_across_report.json`.

`python -m research.pipeline confidence` writes it: each source is predicted by a network, and judged by thresholds,
that were fitted without it.
"""

from datetime import date

from pydantic import Field

from app.models.acquisition import MriSequence
from app.models.classes import TumorClass
from app.models.measured.test_set import Proportion
from app.models.strict import Strict


class SourceReport(Strict):
    """The slices of one source, or of all."""

    slices: int = Field(ge=0, description="Slices of the four classes.")
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


class AcrossReport(Strict):
    """All measures of a model on sources that it had not seen."""

    model: str
    version: str
    measured_on: date
    all: SourceReport
    sources: dict[str, SourceReport]
    accuracy_by_sequence: dict[TumorClass, dict[MriSequence, Proportion]]
