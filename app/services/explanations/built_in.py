"""A prediction explained in plain words, written by the service itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from app.models.classes import FACTS, TumorClass
from app.models.thresholds import Decision
from app.services.explanations.result import Result
from app.services.explanations.words import (
    agreement_sentence,
    coverage,
    decision_sentence,
    heatmap_sentence,
    listed,
    name,
    percent,
    set_sentence,
)
from app.services.inference.predictor import Prediction

_SURE = 0.95
_LIKELY = 0.8
_WORTH_NAMING = 0.05
# Notices that the paragraphs already express.
_COVERED = {"empty-heatmap", "none-of-the-classes", "not-a-brain-mri"}
_JUDGE = "Only a physician who knows the whole examination and the patient can judge"
_CLOSING = {
    Decision.ANSWER: f"The network sorts one slice into four classes. {_JUDGE} whether the answer is right.",
    Decision.UNCERTAIN: f"The network sorts one slice into four classes. {_JUDGE} what this slice shows.",
    Decision.OTHER: f"The network sorts one slice into four classes and names nothing else. {_JUDGE} what this slice "
    "shows.",
    Decision.OUTSIDE: "The network sorts one slice into four classes. For this image it has no answer; a person must "
    "look at it.",
}


class Fallback(StrEnum):
    """Why the built-in explanation replaces Gemini's."""

    NOT_SET_UP = "not-set-up"
    KEY = "key"
    REGION = "region"
    MODEL = "model"
    QUOTA = "quota"
    BUSY = "busy"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ERROR = "error"
    NO_TEXT = "no-text"


@dataclass(frozen=True)
class Explanation:
    """The text that explains a prediction.

    Attributes:
        source: who wrote the text.
        model: the language model; None for the built-in explanation.
        text: paragraphs separated by blank lines.
        notice: why Gemini did not write the requested text; None otherwise.
        fallback: the reason behind the notice.
    """

    source: Literal["gemini", "built-in"]
    model: str | None
    text: str
    notice: str | None = None
    fallback: Fallback | None = None


class Explainer(Protocol):
    """Explains predictions in words. Never raises, and never takes longer than its time-out."""

    async def explain(self, prediction: Prediction) -> Explanation:
        """Explain a prediction."""

    async def close(self) -> None:
        """Close connections."""


class BuiltInExplainer:
    """Writes the explanation from the numbers of the prediction; needs no network and no key."""

    def __init__(self, notice: str | None = None) -> None:
        """Create an explainer; `notice` goes with every explanation if this explainer replaces Gemini."""
        self._notice = notice
        self._fallback = Fallback.NOT_SET_UP if notice else None

    async def explain(self, prediction: Prediction) -> Explanation:
        """Explain a prediction."""
        return Explanation(
            source="built-in", model=None, text=describe(prediction), notice=self._notice, fallback=self._fallback
        )

    async def close(self) -> None:
        """Do nothing: there are no connections."""


def describe(prediction: Prediction) -> str:
    """Explain a prediction in paragraphs separated by blank lines.

    The text argues for a class only if the decision is an answer.
    """
    describers = {
        Decision.ANSWER: _answer,
        Decision.UNCERTAIN: _uncertain,
        Decision.OTHER: _other,
        Decision.OUTSIDE: _outside,
    }
    remarks = [notice.message for notice in prediction.notices if notice.code not in _COVERED]
    paragraphs = [
        *describers[prediction.decision](Result.of(prediction)),
        " ".join(remarks),
        _CLOSING[prediction.decision],
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _answer(result: Result) -> list[str]:
    return [
        " ".join(filter(None, [_finding(result), _alternatives(result), set_sentence(result)])),
        agreement_sentence(result.agreement) if result.agreement else "",
        " ".join(filter(None, [heatmap_sentence(result), _how_to_read(result)])),
        _class_facts(result.predicted),
    ]


def _finding(result: Result) -> str:
    phrase, confidence = FACTS[result.predicted].phrase, percent(result.confidence)
    if result.confidence >= _SURE:
        found = result.predicted is not TumorClass.NOTUMOR
        reading = f"reads this slice as {phrase}" if found else "finds none of the three tumor types on this slice"
        return f"The network {reading}, with a calibrated probability of {confidence}."
    if result.confidence >= _LIKELY:
        return f"The network clearly favours {phrase}, with a calibrated probability of {confidence}."
    return f"The network is undecided. It favours {phrase}, with a calibrated probability of only {confidence}."


def _alternatives(result: Result) -> str:
    second, runner_up = result.ranking[1]
    phrase = FACTS[second].phrase
    if result.predicted is TumorClass.NOTUMOR:
        tumor = sum(probability for each, probability in result.ranking if each is not TumorClass.NOTUMOR)
        return (
            f"This leaves {percent(tumor)} for a tumor of the three types; "
            f"the most probable of them is {phrase} ({percent(runner_up)})."
        )
    if runner_up < _WORTH_NAMING:
        return f"The next most probable class is {name(second)} ({percent(runner_up)})."
    if second is TumorClass.NOTUMOR:
        return f"It does not rule out that there is no tumor ({percent(runner_up)})."
    return f"The alternative is {phrase} ({percent(runner_up)}), which typically {FACTS[second].characteristics[0]}."


def _how_to_read(result: Result) -> str:
    if result.focus is None:
        return ""
    if result.target is None:
        return "It shows places on a coarse grid; it is not the outline of a lesion."
    if result.target is not result.predicted:
        return f"This heat-map is for the class you selected; the network’s answer is {FACTS[result.predicted].phrase}."
    if result.target is TumorClass.NOTUMOR:
        return "For this class the heat-map marks what looked normal to the network; it marks no lesion."
    return "The heat-map shows what the network used, on a coarse grid; it is not the outline of a lesion."


def _class_facts(predicted: TumorClass) -> str:
    facts = FACTS[predicted]
    if predicted is TumorClass.NOTUMOR:
        return facts.description
    return (
        f"{facts.label}: {facts.description[0].lower()}{facts.description[1:]} "
        f"Typically it {facts.characteristics[0]} and {facts.characteristics[1]}."
    )


def _uncertain(result: Result) -> list[str]:
    tumors = [tumor for tumor in result.open_classes if result.deciding_set and tumor is not TumorClass.NOTUMOR]
    typical = [f"{FACTS[tumor].label}: typically it {FACTS[tumor].characteristics[0]}." for tumor in tumors]
    return [
        f"{decision_sentence(result)} {_why_uncertain(result)}",
        agreement_sentence(result.agreement) if result.agreement else "",
        " ".join([*typical, "The network has not settled which of them it is."]) if len(typical) > 1 else "",
        heatmap_sentence(result) or "",
    ]


def _why_uncertain(result: Result) -> str:
    chances, open_classes = dict(result.ranking), result.open_classes
    each = [f"{FACTS[tumor].phrase} ({percent(chances[tumor])})" for tumor in open_classes]
    named = listed(each)
    if result.deciding_set is None:
        return f"The reliability of these weights was not measured. Their probabilities are: {listed(each, 'and')}."
    promised = coverage(result.deciding_set.coverage)
    if not open_classes:
        return "The slice is typical of none of the four classes."
    if len(open_classes) == 1:
        return f"The {promised} prediction set contains only {named}, but the evidence is too weak for an answer."
    return f"It cannot tell whether this is {named}: the {promised} prediction set contains each of them."


def _other(result: Result) -> list[str]:
    return [
        f"{decision_sentence(result)} The network was trained to notice tumors and lesions of other kinds, such as a "
        "metastasis or a schwannoma, without telling them apart. It can be wrong in this too.",
        " ".join(filter(None, [heatmap_sentence(result), _how_to_read(result) if result.target is None else ""])),
    ]


def _outside(result: Result) -> list[str]:
    return [
        f"{decision_sentence(result)} So there is no answer. The network computes probabilities for any image; for "
        "this one they have no meaning, and neither does a heat-map.",
        "It may be a CT: a slice of the head looks similar in CT and MRI, but the network reads only MRI.",
        "If it is a brain MRI, send a single slice as it was exported: whole, without colours, text, frames or other "
        "images beside it. If the result stays the same, the scan differs from those that the network was trained on.",
    ]
