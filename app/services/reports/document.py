"""The content of a prediction report, independent of its format."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from PIL import Image

from app import __version__
from app.models.classes import DISCLAIMER
from app.services.explanations.built_in import Explanation
from app.services.inference.predictor import Prediction
from app.services.inference.schemas import ClassRole, Display

TITLE = "Brain MRI: classification of one slice"
LANGUAGE = "en"
SERVICE = f"Brain Tumor Classification {__version__}"


class Paper(StrEnum):
    """Page sizes."""

    A4 = "a4"
    LETTER = "letter"


@dataclass(frozen=True)
class Share:
    """A class in the bar chart: its name, its probability in `[0, 1]`, and that probability as text."""

    label: str
    probability: float
    words: str


@dataclass(frozen=True, kw_only=True)
class PredictionReport:
    """The content of a report.

    Attributes:
        prediction: the numbers and pictures.
        display: the result in words, as in the response.
        explanation: the text that explains it.
        scan: the picture of the scan; None if it was not stored.
        weights: SHA-256 of the model's weights; None if it is not known.
        reader: names and values of what the reader has added.
        request_id: id of the request for the report, as in the log.
        feedback_url: where a reader can confirm or correct the result; None without a history.
        created_at: UTC.
    """

    prediction: Prediction
    display: Display
    explanation: Explanation
    scan: Image.Image | None
    weights: str | None
    reader: tuple[tuple[str, str], ...] = ()
    request_id: str
    feedback_url: str | None
    created_at: datetime

    disclaimer = DISCLAIMER
    title = TITLE
    language = LANGUAGE

    @property
    def statement(self) -> str:
        """The decision, prediction set, agreement, acquisition and accuracy in sentences."""
        shown = self.display
        sentences = (shown.decision, shown.prediction_set, shown.agreement, shown.acquisition, shown.accuracy)
        return " ".join(sentence for sentence in sentences if sentence)

    @property
    def heatmap(self) -> bytes | None:
        """The PNG of the scan with its heat-map; None without a heat-map."""
        return self.prediction.heatmap.overlay if self.prediction.heatmap else None

    @property
    def leads(self) -> bool:
        """Whether the chart highlights the most probable class."""
        return self.display.classes[0].role is ClassRole.ANSWER

    @property
    def shares(self) -> list[Share]:
        """The classes from most to least probable; empty if the decision names no class."""
        if not self.prediction.decision.names_class:
            return []
        return [
            Share(shown.name, probability, shown.probability)
            for shown, (_, probability) in zip(self.display.classes, self.prediction.ranking, strict=True)
        ]

    @property
    def scan_caption(self) -> str:
        """The caption of the scan."""
        facts = self.prediction.facts
        return f"The scan, {facts.width} × {facts.height} pixels"

    @property
    def heatmap_caption(self) -> str:
        """The caption of the heat-map; empty without a heat-map."""
        title = self.display.heatmap_title or ""
        return title if self.scan else f"{title}. The scan was not stored."

    @property
    def warnings(self) -> list[str]:
        """What a reader should know."""
        return [notice.message for notice in self.prediction.notices]

    @property
    def paragraphs(self) -> list[str]:
        """The explanation, and the reason if Gemini did not write a requested one."""
        notice = [self.explanation.notice] if self.explanation.notice else []
        return [*self.explanation.text.split("\n\n"), *notice]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Names and values that identify this result."""
        feedback = [("Confirm or correct", self.feedback_url)] if self.feedback_url else []
        weights = [("SHA-256 of the weights", self.weights)] if self.weights else []
        return [
            ("Model", self.display.model),
            *weights,
            ("Image", f"{self.display.image}, {self.prediction.facts.mode}"),
            *feedback,
            ("Request", self.request_id),
            ("Created", f"{self.created_at:%Y-%m-%d %H:%M:%S} UTC"),
            ("Service", SERVICE),
        ]
