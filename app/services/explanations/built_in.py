"""What a prediction means, in plain words, written by the service itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from app.models.classes import CLASSES, FACTS, TumorClass
from app.models.thresholds import Decision
from app.services.inference.predictor import Heatmap, Prediction
from app.services.trust.views import Agreement

_SURE = 0.95
_LIKELY = 0.8
_WORTH_NAMING = 0.05
_SMALL_AREA = 0.08
_BROAD_AREA = 0.3
# Notices whose matter the paragraphs tell of in words of their own.
_TOLD_ANYWAY = {"empty-heatmap", "not-a-brain-mri"}
_JUDGE = "has to be judged by a physician who knows the whole examination and the patient."
_CLOSING = {
    Decision.ANSWER: f"The network sees one slice and knows four answers. Whether it is right {_JUDGE}",
    Decision.UNCERTAIN: f"The network sees one slice and knows four answers. What this slice shows {_JUDGE}",
    Decision.OUTSIDE: "The network sees one slice and knows four answers. For this picture it has none; a person has "
    "to look at it.",
}


class Fallback(StrEnum):
    """Why the built-in explanation stands in for Gemini's."""

    NOT_SET_UP = "not-set-up"
    BUSY = "busy"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ERROR = "error"
    NO_TEXT = "no-text"


@dataclass(frozen=True)
class Explanation:
    """Words for a prediction.

    Attributes:
        source: who wrote them.
        model: the language model, None for the service itself.
        text: paragraphs separated by blank lines.
        notice: why it is not what was asked for, None where it is.
        fallback: the same as a kind.
    """

    source: Literal["gemini", "built-in"]
    model: str | None
    text: str
    notice: str | None = None
    fallback: Fallback | None = None


class Explainer(Protocol):
    """Someone who can put a prediction into words. Never fails, never takes longer than its time-out."""

    async def explain(self, prediction: Prediction) -> Explanation:
        """Explain a prediction."""

    async def close(self) -> None:
        """Let go of connections."""


class BuiltInExplainer:
    """Careful prose made from the numbers alone; needs nothing and answers at once."""

    def __init__(self, notice: str | None = None) -> None:
        """Give `notice` where this explainer stands in for Gemini: it goes with every explanation."""
        self._notice = notice
        self._fallback = Fallback.NOT_SET_UP if notice else None

    async def explain(self, prediction: Prediction) -> Explanation:
        """Explain a prediction."""
        return Explanation("built-in", None, describe(prediction), self._notice, self._fallback)

    async def close(self) -> None:
        """Nothing to let go of."""


def describe(prediction: Prediction) -> str:
    """Put a prediction into paragraphs of plain English.

    They argue for no class that the decision does not stand for.
    """
    described = {Decision.ANSWER: _answer, Decision.UNCERTAIN: _uncertainty, Decision.OUTSIDE: _nothing}
    remarks = [notice.message for notice in prediction.notices if notice.code not in _TOLD_ANYWAY]
    paragraphs = [*described[prediction.decision](prediction), " ".join(remarks), _CLOSING[prediction.decision]]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def headline(prediction: Prediction) -> str:
    """The decision in a few words: a class where the network answers, else that it does not."""
    if prediction.decision is Decision.ANSWER:
        return FACTS[prediction.predicted].label
    if prediction.decision is Decision.OUTSIDE:
        return "No answer"
    if prediction.deciding_set is None:
        return "Uncertain"
    return f"Uncertain: {listed(FACTS[tumor].label.lower() for tumor in left(prediction)) or 'no class fits'}"


def standing(prediction: Prediction) -> str:
    """What stands below the headline: how sure the network is, or what is to be done."""
    if prediction.decision is Decision.ANSWER:
        return f"calibrated probability {percent(prediction.confidence)}"
    if prediction.decision is Decision.OUTSIDE:
        return "the image does not look like a brain MRI that the network knows"
    return "the network does not decide: a person has to read this slice"


def left(prediction: Prediction) -> list[TumorClass]:
    """The classes that the network leaves open, the most probable first; all where nothing excludes any."""
    deciding = prediction.deciding_set
    return [tumor for tumor, _ in prediction.ranking if deciding is None or tumor in deciding.classes]


def listed(words: Iterable[str]) -> str:
    """`a, b or c`; empty where there is none."""
    *others, last = list(words) or [""]
    return f"{', '.join(others)} or {last}" if others else last


def agreement_words(agreement: Agreement) -> str:
    """What several views tell."""
    same = round(agreement.agreeing * agreement.views)
    if same == agreement.views:
        return f"All {agreement.views} views of the scan get the same answer."
    return f"Only {same} of {agreement.views} views of the scan, mirrored, shifted or turned, get the same answer."


def percent(probability: float) -> str:
    """A probability for reading: never 0 % or 100 %, which nobody can promise."""
    if probability > 0.999:
        return "over 99.9 %"
    if probability < 0.001:
        return "under 0.1 %"
    return f"{100 * probability:.1f} %" if probability < 0.1 or probability > 0.9 else f"{100 * probability:.0f} %"


def position(x: float, y: float) -> str:
    """A place in the picture, in words, from fractions of its width and height."""
    column = "left" if x < 0.4 else "right" if x > 0.6 else ""
    row = "upper" if y < 0.4 else "lower" if y > 0.6 else ""
    if row and column:
        return f"the {row} {column} part of the image"
    if column:
        return f"the {column} part of the image, at mid-height"
    if row:
        return f"the {row} part of the image, near the vertical midline"
    return "the middle of the image"


def _answer(prediction: Prediction) -> list[str]:
    return [
        " ".join(filter(None, [_finding(prediction), _alternatives(prediction), _set(prediction)])),
        agreement_words(prediction.agreement) if prediction.agreement else "",
        _where(prediction) if prediction.heatmap else "",
        _class_facts(prediction.predicted),
    ]


def _uncertainty(prediction: Prediction) -> list[str]:
    open_classes = left(prediction)
    chances = dict(prediction.ranking)
    named = listed(f"{FACTS[tumor].phrase} ({percent(chances[tumor])})" for tumor in open_classes)
    first = "The network is uncertain and gives no answer. "
    if prediction.deciding_set is None:
        first += f"How far these weights can be relied on was not measured. Their numbers are: {named}."
    elif not open_classes:
        first += "The slice is typical of none of the classes that it knows."
    elif len(open_classes) == 1:
        first += f"It leaves {named} alone, but what speaks for that is not enough to answer with."
    else:
        first += f"It cannot tell whether this is {named}: each of these is still possible by what it has learnt."
    tumors = [tumor for tumor in open_classes if prediction.deciding_set and tumor is not TumorClass.NOTUMOR]
    typical = [f"{FACTS[tumor].label}: typically it {FACTS[tumor].characteristics[0]}." for tumor in tumors]
    return [
        f"{first} A person has to read this slice.",
        " ".join([*typical, "The network has not settled which of them it is."]) if len(typical) > 1 else "",
        _open_heat(prediction.heatmap) if prediction.heatmap else "",
    ]


def _open_heat(heatmap: Heatmap) -> str:
    phrase = FACTS[heatmap.target].phrase
    return (
        f"The heat-map was made for {phrase}. Every class has one of its own; that this one marks a place is no sign "
        f"that it is {phrase}."
    )


def _nothing(prediction: Prediction) -> list[str]:
    return [
        "This does not look like a brain MRI that the network knows, so there is no answer. The network gives its "
        "probabilities to any picture, of whatever is in it; here they mean nothing, and neither does a heat-map.",
        "If it is a brain MRI, send a single slice as it was exported: whole, without colours, text, frames or "
        "other pictures beside it. If the answer stays the same, the scan is of a kind that the network was not "
        "trained on.",
    ]


def _set(prediction: Prediction) -> str:
    """What the deciding set says of an answer; empty where it says nothing."""
    deciding = prediction.deciding_set
    if deciding is None or deciding.classes != (prediction.predicted,):
        return ""
    return (
        f"No other class is left in the set that holds the right one for {100 * deciding.coverage:g} % of scans like "
        "those it was fitted on."
    )


def _finding(prediction: Prediction) -> str:
    phrase, confidence = FACTS[prediction.predicted].phrase, percent(prediction.confidence)
    found = prediction.predicted is not TumorClass.NOTUMOR
    if prediction.confidence >= _SURE:
        reading = f"reads this slice as {phrase}" if found else "finds none of the three tumor types on this slice"
        return f"The network {reading}, with a probability of {confidence}."
    if prediction.confidence >= _LIKELY:
        return f"The network leans clearly towards {phrase}, with a probability of {confidence}."
    return f"The network is undecided. Its first choice is {phrase}, with a probability of only {confidence}."


def _alternatives(prediction: Prediction) -> str:
    (_, _), (second, runner_up), *_ = prediction.ranking
    phrase = FACTS[second].phrase
    if prediction.predicted is TumorClass.NOTUMOR:
        tumor = 1 - float(prediction.probabilities[CLASSES.index(TumorClass.NOTUMOR)])
        return (
            f"That leaves {percent(tumor)} for a tumor of any of the three types, "
            f"of which {phrase} is the likeliest ({percent(runner_up)})."
        )
    if runner_up < _WORTH_NAMING:
        return f"It hardly considers anything else: next comes {phrase} with {percent(runner_up)}."
    if second is TumorClass.NOTUMOR:
        return f"It does not rule out that there is no tumor at all ({percent(runner_up)})."
    return (
        f"The alternative it considers is {phrase} ({percent(runner_up)}), "
        f"which typically {FACTS[second].characteristics[0]}."
    )


def _where(prediction: Prediction) -> str:
    heatmap = prediction.heatmap
    assert heatmap is not None
    phrase = FACTS[heatmap.target].phrase
    if heatmap.focus is None:
        return f"The heat-map is empty: nothing in the image speaks for {phrase}."
    return " ".join([_focus(heatmap, phrase), _how_to_read(prediction.predicted, heatmap)])


def _focus(heatmap: Heatmap, phrase: str) -> str:
    focus = heatmap.focus
    assert focus is not None
    place, share = position(focus.x, focus.y), percent(focus.area)
    if focus.area >= _BROAD_AREA:
        return (
            f"What speaks for {phrase} is spread over much of the picture ({share} of it), around {place}; "
            "the heat-map points to no single spot."
        )
    extent = "small" if focus.area < _SMALL_AREA else "limited"
    return f"What speaks for {phrase} lies in a {extent} area ({share} of the picture) in {place}."


def _how_to_read(predicted: TumorClass, heatmap: Heatmap) -> str:
    if heatmap.target is not predicted:
        return f"This is the evidence for the class you asked about; the network's answer is {FACTS[predicted].phrase}."
    if heatmap.target is TumorClass.NOTUMOR:
        return "For this class the heat marks what looked ordinary to the network; it marks no lesion."
    return "The heat shows what the network used, on a coarse grid; it is not the outline of a lesion."


def _class_facts(predicted: TumorClass) -> str:
    facts = FACTS[predicted]
    if predicted is TumorClass.NOTUMOR:
        return facts.description
    return (
        f"{facts.label}: {facts.description[0].lower()}{facts.description[1:]} "
        f"Typically it {facts.characteristics[0]} and {facts.characteristics[1]}."
    )
