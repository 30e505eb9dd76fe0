"""The four classes and the facts about them, in the order of the network's outputs."""

from dataclasses import dataclass
from enum import StrEnum


class TumorClass(StrEnum):
    """Identifiers of the classes, in the order of the network's logits."""

    GLIOMA = "glioma"
    MENINGIOMA = "meningioma"
    NOTUMOR = "notumor"
    PITUITARY = "pituitary"


CLASSES: tuple[TumorClass, ...] = tuple(TumorClass)


@dataclass(frozen=True)
class TumorFacts:
    """Facts about a class, for people.

    Attributes:
        label: its name, capitalised.
        phrase: its name within a sentence, with its article.
        description: one or two sentences.
        characteristics: its typical appearance on MRI.
        file_code: its two letters in the data set's file names (`Te-gl_0010.jpg`).
    """

    label: str
    phrase: str
    description: str
    characteristics: tuple[str, ...]
    file_code: str


FACTS: dict[TumorClass, TumorFacts] = {
    TumorClass.GLIOMA: TumorFacts(
        label="Glioma",
        phrase="a glioma",
        description=(
            "A tumor that arises from the glial cells, the supporting tissue inside the brain. "
            "Gliomas range from slow-growing to highly aggressive."
        ),
        characteristics=(
            "grows within the brain tissue",
            "often has blurred, irregular borders",
            "may be surrounded by swelling (edema)",
            "aggressive forms often show ring-like contrast enhancement around a dark centre",
        ),
        file_code="gl",
    ),
    TumorClass.MENINGIOMA: TumorFacts(
        label="Meningioma",
        phrase="a meningioma",
        description=(
            "A tumor that arises from the meninges, the membranes around the brain and spinal cord. "
            "Most are benign and grow slowly."
        ),
        characteristics=(
            "grows outside the brain tissue, against the skull or a fold of the membranes",
            "usually has a sharp, rounded border",
            "usually enhances evenly with contrast agent",
            "may show a thickened 'dural tail' where it meets the membrane",
        ),
        file_code="me",
    ),
    TumorClass.NOTUMOR: TumorFacts(
        label="No tumor",
        phrase="no tumor",
        description=(
            "None of the three tumor types was recognised. This does not rule out a tumor or any other disease: "
            "the network distinguishes only these four classes."
        ),
        characteristics=(
            "no mass visible to the network on this slice",
            "both halves of the brain look broadly alike",
            "a lesion on another slice of the same examination is not detected",
        ),
        file_code="no",
    ),
    TumorClass.PITUITARY: TumorFacts(
        label="Pituitary tumor",
        phrase="a pituitary tumor",
        description=(
            "A tumor of the pituitary, the hormone gland at the base of the brain. "
            "Most are benign adenomas; they can disturb hormones or press on the optic nerves."
        ),
        characteristics=(
            "is located in or above the sella turcica, in the middle of the skull base",
            "usually rounded, and larger ones extend upwards",
            "often enhances differently from the normal gland",
        ),
        file_code="pi",
    ),
}

DISCLAIMER = (
    "Research software that supports reading a scan. It is not a medical device, gives no diagnosis "
    "and never replaces a physician; its answer can be wrong."
)
