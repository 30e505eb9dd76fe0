"""What a prediction means, in plain words, written by the service itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from app.models.tumor import CLASSES, FACTS, TumorClass
from app.services.prediction import Heatmap, Prediction

_SURE = 0.95
_LIKELY = 0.8
_WORTH_NAMING = 0.05
_SMALL_AREA = 0.08
_BROAD_AREA = 0.3


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
    """Put a prediction into paragraphs of plain English."""
    paragraphs = [
        " ".join([_finding(prediction), _alternatives(prediction)]),
        _where(prediction) if prediction.heatmap else "",
        _class_facts(prediction.predicted),
        " ".join(notice.message for notice in prediction.notices if notice.code != "empty-heatmap"),
        "The network sees one slice and knows four answers. Whether it is right has to be judged by a physician "
        "who knows the whole examination and the patient.",
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


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
