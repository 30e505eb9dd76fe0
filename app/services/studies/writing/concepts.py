"""The codes of classes and decisions, from SNOMED CT, DICOM and, for what neither has, a scheme of this project."""

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from app.models.classes import FACTS, TumorClass
from app.models.thresholds import Decision
from app.services.studies.results import Conclusion

MAKER = "The Brain Tumor Classification contributors"
PRODUCT = "Brain Tumor Classification"
SCHEME = "99BTC"
BRAIN: Code = codes.SCT.Brain
BRAIN_MRI: Code = codes.LN.BrainMRI
DECISION = Code("decision", SCHEME, "Decision")
TUMOR = Code("254935002", "SCT", "Intracranial tumor")
_TUMORS = {
    TumorClass.GLIOMA: Code("393564001", "SCT", "Glioma"),
    TumorClass.MENINGIOMA: Code("302820008", "SCT", "Intracranial meningioma"),
    TumorClass.PITUITARY: Code("127024001", "SCT", "Neoplasm of pituitary gland"),
}
_DECISIONS = {
    Decision.ANSWER: Code("385645004", "SCT", "Accepted"),
    Decision.UNCERTAIN: Code("64957009", "SCT", "Uncertain"),
    Decision.OTHER: Code("74964007", "SCT", "Other"),
    Decision.OUTSIDE: Code("385432009", "SCT", "Not applicable"),
}


def tumor_of(conclusion: Conclusion) -> Code | None:
    """The tumor that a conclusion names; None if it names none."""
    return _TUMORS.get(conclusion.result.predicted) if conclusion.decision is Decision.ANSWER else None


def presence_of(conclusion: Conclusion) -> Code:
    """Whether a conclusion is that there is a tumor."""
    presence: Code = codes.SCT.Indeterminate
    if conclusion.decision is Decision.ANSWER:
        presence = codes.SCT.Present if tumor_of(conclusion) else codes.SCT.Absent
    return presence


def decision_of(conclusion: Conclusion) -> Code:
    """The decision as a code."""
    return _DECISIONS[conclusion.decision]


def probability_of(tumor: TumorClass) -> Code:
    """The name of the probability of a class."""
    return Code(f"probability-{tumor}", SCHEME, f"Probability of {FACTS[tumor].label.lower()}")
