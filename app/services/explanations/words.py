"""Results in words: the only place where the numbers of a prediction become text.

The response carries these strings as `display`. The page, reports, history, command line and explanations show them
unchanged, so that two of them never describe one result differently.
"""

from collections.abc import Iterable
from typing import Protocol

from app.models.acquisition import SEQUENCES, MriSequence
from app.models.classes import FACTS, TumorClass
from app.models.measured.external import ExternalMeasurement
from app.models.thresholds import Decision, HeatmapMethod
from app.services.explanations.result import Result
from app.services.inference.schemas import ClassRole, Display, DisplayedClass, ImageInfo, ModelRef, TimingBody
from app.services.network.gradcam import Focus
from app.services.trust.heads import RECOGNISED_FROM, Acquisition
from app.services.trust.views import Agreement

# The centre of mass of a heat-map drifts towards the middle of the image, so the middle is narrower than a third.
_MIDDLE = (0.4, 0.6)
# From this share of the image on, the evidence has no single place.
_BROAD_AREA = 0.3


class Bounded(Protocol):
    """A measured share with its interval, both ends in `[0, 1]`."""

    @property
    def low(self) -> float:
        """Lower end."""

    @property
    def high(self) -> float:
        """Upper end."""


def display(
    result: Result,
    *,
    model: ModelRef,
    image: ImageInfo,
    timing: TimingBody,
    external: ExternalMeasurement | None,
    author: str | None = None,
) -> Display:
    """Everything that a screen or a report shows of a result.

    Args:
        result: the numbers.
        model: which model made it.
        image: facts about the image file.
        timing: milliseconds of each step.
        external: the measurement of this model at other hospitals; None without one.
        author: who wrote the explanation; None if there is none.
    """
    return Display(
        headline=headline(result),
        summary=summary(result),
        decision=decision_sentence(result),
        probability=percent(result.confidence) if result.decision.names_class else None,
        classes=[
            DisplayedClass(
                tumor=tumor, name=FACTS[tumor].label, probability=percent(probability), role=_role(result, tumor)
            )
            for tumor, probability in result.ranking
        ],
        prediction_set=set_sentence(result),
        heatmap=heatmap_sentence(result),
        heatmap_title=heatmap_title(result),
        agreement=agreement_sentence(result.agreement) if result.agreement else None,
        acquisition=acquisition_sentence(result.acquisition) if result.acquisition else None,
        accuracy=_accuracy(result, external),
        author=author,
        model=f"{model.name} {model.version}",
        image=f"{image.format}, {image.width} × {image.height} pixels",
        timing=timing_words(timing),
    )


def headline(result: Result) -> str:
    """The decision in a few words: the class, the classes left open, or that there is no answer."""
    if result.decision is Decision.ANSWER:
        return FACTS[result.predicted].label
    if result.decision is Decision.OTHER:
        return "Abnormal, but none of the three tumor types"
    if result.decision is Decision.OUTSIDE:
        return "No answer"
    if result.deciding_set is None:
        return "Uncertain"
    return f"Uncertain: {listed(FACTS[tumor].label.lower() for tumor in result.open_classes) or 'no class fits'}"


def summary(result: Result) -> str:
    """The decision on one line, with the probability if it has a meaning."""
    if result.decision is Decision.ANSWER:
        return f"{headline(result)}, {percent(result.confidence)}"
    if result.decision is Decision.OUTSIDE:
        return "No answer: not like the scans that the network was trained on"
    return headline(result)


def decision_sentence(result: Result) -> str:
    """What the decision means for the reader."""
    if result.decision is Decision.ANSWER:
        return f"The network answers with a calibrated probability of {percent(result.confidence)}."
    if result.decision is Decision.OTHER:
        return (
            "The network gives no class: the slice seems to show something else, such as another tumor or a lesion. A "
            "person must read it."
        )
    if result.decision is Decision.OUTSIDE:
        return "The image does not look like the brain MRI scans that the network was trained on."
    return "The network gives no answer: a person must read this slice."


def set_sentence(result: Result) -> str | None:
    """Which classes the deciding prediction set contains; None without a set."""
    deciding = result.deciding_set
    if deciding is None:
        return None
    which = f"The {coverage(deciding.coverage)} prediction set"
    if not deciding.classes:
        return f"{which} is empty: the slice is typical of no class."
    if result.decision is Decision.ANSWER and deciding.classes == (result.predicted,):
        return f"{which} contains only this class."
    names = listed((name(tumor) for tumor in result.open_classes), "and")
    return f"{which} contains {'only ' if len(deciding.classes) == 1 else ''}{names}."


def heatmap_title(result: Result) -> str | None:
    """The caption of the heat-map; None without one."""
    return title_of(result.target) if result.method else None


def title_of(target: TumorClass | None) -> str:
    """The caption of the heat-map for a class; None for that of the probability of a tumor at each place."""
    if target:
        return f"Grad-CAM heat-map for {name(target)}"
    return "Heat-map of the probability of a tumor at each place"


def heatmap_sentence(result: Result) -> str | None:
    """Where in the image the heat is, and how much of the image it covers; None without a heat-map."""
    if result.method is HeatmapMethod.PLACE:
        return _place_sentence(result.focus)
    if result.target is None:
        return None
    target, focus = name(result.target), result.focus
    if focus is None:
        return f"The heat-map is empty: the image contains no evidence for {target}."
    area, place = percent(focus.area, decimals=0), position(focus.x, focus.y)
    if result.decision is not Decision.ANSWER:
        return (
            f"The heat-map for {target} covers {area} of the image, {place}. Every class has its own heat-map, so this "
            f"is no sign that it is {FACTS[result.target].phrase}."
        )
    if focus.area >= _BROAD_AREA:
        return f"Evidence for {target} is spread over {area} of the image, without a single focus."
    return f"Evidence for {target} is concentrated in {area} of the image, {place}."


def _place_sentence(focus: Focus | None) -> str:
    if focus is None:
        return "The heat-map points to no place: the network sees a tumor nowhere with a probability of 50 % or more."
    area, place = percent(focus.area, decimals=0), position(focus.x, focus.y)
    return (
        f"The network sees a tumor with a probability of at least 50 % in {area} of the image, {place}. This heat-map "
        "does not belong to one class."
    )


def acquisition_sentence(acquisition: Acquisition) -> str:
    """Sequence and plane; with the probability of what is not clear."""
    none = acquisition.sequence is MriSequence.OTHER
    sequence = "none of T1, T2 and FLAIR" if none else acquisition.sequence.label
    plane = acquisition.plane.label
    unsure = f"{sequence} ({percent(acquisition.sequence_probability, decimals=0)})"
    unsure_plane = f"{plane} ({percent(acquisition.plane_probability, decimals=0)})"
    sequence_is_sure = acquisition.sequence_probability >= RECOGNISED_FROM
    if acquisition.plane_probability >= RECOGNISED_FROM:
        if sequence_is_sure:
            return f"The slice looks {plane}; its sequence looks like {sequence}."
        return f"The slice looks {plane}. Its sequence is not clear; most probably it is {unsure}."
    if sequence_is_sure:
        return f"The sequence looks like {sequence}. The plane is not clear; most probably it is {unsure_plane}."
    return f"Neither sequence nor plane is clear; most probably they are {unsure} and {unsure_plane}."


def accuracy_sentences(external: ExternalMeasurement | None) -> list[str]:
    """How often answers for hospitals left out of the training were right, for each sequence that was measured."""
    return [sentence for sequence in SEQUENCES if (sentence := accuracy_sentence(external, sequence))]


def _accuracy(result: Result, external: ExternalMeasurement | None) -> str | None:
    """How often an answer was right with the recognised sequence; None without an answer or a clear sequence."""
    acquisition = result.acquisition
    if result.decision is not Decision.ANSWER or not acquisition or acquisition.sequence_probability < RECOGNISED_FROM:
        return None
    return accuracy_sentence(external, acquisition.sequence)


def accuracy_sentence(external: ExternalMeasurement | None, sequence: MriSequence) -> str | None:
    """How often answers for hospitals left out of the training were right in a sequence; None if not measured."""
    if external is None:
        return None
    shares = [
        f"{percent(accuracy[sequence.label], decimals=0)} of the {_several(tumor)}"
        for tumor, accuracy in external.accuracy_by_sequence.items()
        if sequence.label in accuracy
    ]
    if not shares:
        return None
    return (
        f"On slices of unknown hospitals in {sequence.label}, networks of shorter trainings were right in "
        f"{listed(shares, 'and')}."
    )


def agreement_sentence(agreement: Agreement) -> str:
    """Whether several views of a scan lead to the same class."""
    same = round(agreement.agreeing * agreement.views)
    if same == agreement.views:
        return f"All {agreement.views} views of the scan have the same most probable class."
    return (
        f"Only {same} of {agreement.views} views of the scan (mirrored, shifted or rotated) have the same most "
        "probable class."
    )


def author_words(source: str, language_model: str | None) -> str:
    """Who wrote an explanation."""
    return f"written by Google’s Gemini ({language_model})" if source == "gemini" else "written by the service"


def timing_words(timing: TimingBody) -> str:
    """How long the result took, and each of its steps."""
    steps = {
        "waiting": timing.wait,
        "reading": timing.read,
        "network": timing.forward,
        "heat-map": timing.heatmap,
        "explanation": timing.explanation,
    }
    return f"{timing.total:.0f} ms ({', '.join(f'{step} {value:.0f}' for step, value in steps.items())})"


def percent(value: float, decimals: int = 1) -> str:
    """A probability or a share in percent, never rounded to 0 % or 100 %.

    Args:
        value: the probability or share, in `[0, 1]`.
        decimals: digits after the point.
    """
    step = 10**-decimals
    if 100 * value > 100 - step:
        return f"over {100 - step:.{decimals}f} %"
    if 100 * value < step:
        return f"under {step:.{decimals}f} %"
    return f"{100 * value:.{decimals}f} %"


def coverage(value: float) -> str:
    """The coverage of a prediction set, in `[0, 1]`: as set, not rounded."""
    return f"{100 * value:g} %"


def share(value: float | None) -> str:
    """A measured share in percent: 0 % and 100 % only if exact; a hyphen if nothing was measured."""
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if value in (0, 1) else percent(value)


def interval(figure: Bounded | None) -> str:
    """The 95 % interval of a measured share, in percent; empty without one."""
    return f"{share(figure.low).removesuffix(' %')} to {share(figure.high)}" if figure else ""


def position(x: float, y: float) -> str:
    """A position in the image, in words; left and right are the image's, not the patient's.

    Args:
        x: fraction of the width, from the left.
        y: fraction of the height, from the top.
    """
    low, high = _MIDDLE
    column = "left" if x < low else "right" if x > high else ""
    row = "upper" if y < low else "lower" if y > high else ""
    if row and column:
        return f"in the {row} {column}"
    if column:
        return f"on the {column}, at mid-height"
    if row:
        return f"in the {row} part, near the vertical midline"
    return "near the centre"


def name(tumor: TumorClass) -> str:
    """The name of a class within a sentence, without an article."""
    label = FACTS[tumor].label.lower()
    return f"“{label}”" if tumor is TumorClass.NOTUMOR else label


def _several(tumor: TumorClass) -> str:
    """The name of several slices of a class within a sentence."""
    return "tumor-free slices" if tumor is TumorClass.NOTUMOR else f"{FACTS[tumor].label.lower()}s"


def label(tumor: TumorClass) -> str:
    """The name of a class at the start of a sentence or in a table."""
    return FACTS[tumor].label


def decision_name(decision: Decision) -> str:
    """The name of a decision in a table."""
    return {
        Decision.ANSWER: "Answered",
        Decision.UNCERTAIN: "Uncertain: a person must read the scan",
        Decision.OTHER: "None of the classes: something else is seen",
        Decision.OUTSIDE: "Out-of-distribution",
    }[decision]


def plural(count: int, noun: str) -> str:
    """A count of things."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(words: Iterable[str], conjunction: str = "or") -> str:
    """`a, b or c`; empty if there are no words."""
    *others, last = list(words) or [""]
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def _role(result: Result, tumor: TumorClass) -> ClassRole:
    if result.decision is Decision.ANSWER:
        return ClassRole.ANSWER if tumor is result.predicted else ClassRole.OTHER
    is_open = result.decision is Decision.UNCERTAIN and tumor in result.open_classes
    return ClassRole.OPEN if is_open else ClassRole.OTHER
