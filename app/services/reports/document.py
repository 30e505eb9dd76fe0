"""A prediction to keep: what stands in a report, whatever form it takes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app import __version__
from app.models.classes import DISCLAIMER, FACTS
from app.models.model_file import ModelMetadata
from app.models.thresholds import Decision
from app.services.explanations.built_in import Explanation, headline, percent, standing
from app.services.inference.predictor import Prediction

TITLE = "Brain MRI: classification of one slice"
LANGUAGE = "en"


class Paper(StrEnum):
    """Sizes of a page."""

    A4 = "a4"
    LETTER = "letter"


@dataclass(frozen=True)
class Share:
    """A class in the chart of probabilities: its name, its probability in `[0, 1]`, and that in words."""

    label: str
    probability: float
    words: str


@dataclass(frozen=True)
class Report:
    """Everything that stands in a report.

    Attributes:
        prediction: what the network says.
        explanation: that in words.
        model: which network.
        request_id: of the request that asked for the report, as in the log.
        feedback_url: where a reader can say whether it was right; None where no history is kept.
        created_at: UTC.
    """

    prediction: Prediction
    explanation: Explanation
    model: ModelMetadata
    request_id: str
    feedback_url: str | None
    created_at: datetime

    disclaimer = DISCLAIMER
    title = TITLE
    language = LANGUAGE

    @property
    def answer(self) -> str:
        """The decision in a few words."""
        return headline(self.prediction)

    @property
    def standing(self) -> str:
        """How sure the network is, or what is to be done."""
        return standing(self.prediction)

    @property
    def heatmap(self) -> bytes | None:
        """The PNG of scan and heat; None where none was made, or where it would mean nothing."""
        heatmap = self.prediction.heatmap
        return heatmap.overlay if heatmap and self.prediction.decision is not Decision.OUTSIDE else None

    @property
    def leads(self) -> bool:
        """Whether the most probable class stands out."""
        return self.prediction.decision is Decision.ANSWER

    @property
    def shares(self) -> list[Share]:
        """The classes from most to least probable; none where their probabilities mean nothing."""
        if self.prediction.decision is Decision.OUTSIDE:
            return []
        return [
            Share(FACTS[tumor].label, probability, percent(probability))
            for tumor, probability in self.prediction.ranking
        ]

    @property
    def scan_caption(self) -> str:
        """What the first picture is."""
        facts = self.prediction.facts
        return f"The scan, {facts.width} × {facts.height} pixels"

    @property
    def heatmap_caption(self) -> str:
        """What the second picture is; empty where there is none."""
        heatmap = self.prediction.heatmap
        return f"Grad-CAM heat-map: what speaks for “{FACTS[heatmap.target].label}”" if heatmap else ""

    @property
    def warnings(self) -> list[str]:
        """What a reader should know."""
        return [notice.message for notice in self.prediction.notices]

    @property
    def author(self) -> str:
        """Who wrote the explanation."""
        if self.explanation.source == "gemini":
            return f"written by Google’s Gemini ({self.explanation.model})"
        return "written by the service"

    @property
    def paragraphs(self) -> list[str]:
        """The explanation, and why it is not what was asked for."""
        notice = [self.explanation.notice] if self.explanation.notice else []
        return [*self.explanation.text.split("\n\n"), *notice]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is needed to find this answer again, each with its name."""
        image = self.prediction.facts
        feedback = [("Confirm or correct it", self.feedback_url)] if self.feedback_url else []
        return [
            ("Model", f"{self.model.name} {self.model.version}"),
            ("SHA-256 of its weights", self.model.sha256),
            ("Image", f"{image.format}, {image.width} × {image.height} pixels, {image.mode}"),
            *feedback,
            ("Request", self.request_id),
            ("Made", f"{self.created_at:%Y-%m-%d %H:%M:%S} UTC"),
            ("Service", f"Brain Tumor Classification {__version__}"),
        ]
