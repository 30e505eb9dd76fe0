"""The bodies of the API's answers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.models.classes import DISCLAIMER, TumorClass
from app.models.model_file import Evaluation, InputSpec
from app.models.problems import ProblemBody
from app.models.strict import Fraction
from app.models.thresholds import Decision

Milliseconds = Annotated[float, Field(ge=0)]


class _Body(BaseModel):
    model_config = ConfigDict(populate_by_name=True, frozen=True)


class HealthStatus(_Body):
    """How the process is."""

    status: Literal["alive", "ready"]


class ClassInfo(_Body):
    """One of the four classes."""

    id: TumorClass = Field(description="Id used in requests and answers.")
    name: str = Field(description="Name for people.")
    description: str = Field(description="What it is.")
    characteristics: list[str] = Field(description="How it typically looks on MRI.")


class ClassList(_Body):
    """The classes, in the order of the probabilities."""

    classes: list[ClassInfo]


class ModelInfo(_Body):
    """A model that is served."""

    name: str = Field(description="Name for the query parameter `model`.")
    default: bool = Field(description="Whether it answers where no model is named.")
    version: str
    architecture: str
    description: str
    sha256: str = Field(description="Of the weights file.")
    input: InputSpec
    evaluation: Evaluation | None = Field(description="How good it was measured to be; null where it was not.")


class ModelList(_Body):
    """The models that are served."""

    default: str
    models: list[ModelInfo]


class SampleInfo(_Body):
    """A sample image."""

    name: str
    tumor: TumorClass = Field(alias="class", description="Its class in the data set.")
    label: str
    width: int = Field(gt=0, description="Pixels.")
    height: int = Field(gt=0, description="Pixels.")
    bytes: int = Field(gt=0, description="Size of the file.")
    url: str = Field(description="Path of the image on this server.")


class SampleList(_Body):
    """The sample images."""

    samples: list[SampleInfo]


class ModelRef(_Body):
    """Which model answered."""

    name: str
    version: str


class PredictedClass(_Body):
    """The most probable class."""

    tumor: TumorClass = Field(alias="class")
    label: str
    confidence: Fraction = Field(description="Its calibrated probability.")


class ClassProbability(_Body):
    """One class's share."""

    tumor: TumorClass = Field(alias="class")
    label: str
    probability: Fraction = Field(description="Calibrated probability.")


class FocusBody(_Body):
    """Where the heat lies, in fractions of the image."""

    x: Fraction = Field(description="Centre of mass, from the left.")
    y: Fraction = Field(description="Centre of mass, from the top.")
    area: Fraction = Field(description="Share of the image at half the maximum heat or more.")


class HeatmapBody(_Body):
    """What the network looked at."""

    method: Literal["grad-cam"] = "grad-cam"
    layer: str = Field(description="The feature map that was read.")
    target: TumorClass = Field(description="The class that the heat speaks for.")
    overlay: str = Field(
        pattern="^data:image/png;base64,",
        description="The scan with the heat-map over it, as a data URL of a PNG; at most 1024 pixels a side.",
    )
    focus: FocusBody | None = Field(description="Null where nothing in the image speaks for the class.")


class ExplanationBody(_Body):
    """The prediction in plain words."""

    source: Literal["gemini", "built-in"]
    model: str | None = Field(description="The language model; null for the built-in explanation.")
    text: str = Field(description="Paragraphs, separated by blank lines.")
    notice: str | None = Field(description="Why Gemini did not write it although it was asked to.")


class ImageInfo(_Body):
    """The image as it was read."""

    width: int = Field(gt=0, description="Pixels, upright.")
    height: int = Field(gt=0, description="Pixels, upright.")
    format: str = Field(description="By the file's content.")
    mode: str = Field(description="How the file stores a pixel.")


class TimingBody(_Body):
    """Milliseconds of each step."""

    wait: Milliseconds = Field(description="Until a worker was free.")
    read: Milliseconds = Field(description="Decoding and resizing.")
    forward: Milliseconds = Field(description="The network.")
    heatmap: Milliseconds = Field(description="Grad-CAM and overlay.")
    explanation: Milliseconds
    total: Milliseconds = Field(description="From the upload's end to the answer.")


class GateBody(_Body):
    """How far an image is from the brain MRI that the model knows."""

    score: float = Field(description="The OOD score: the higher, the less like them.")
    threshold: float = Field(description="A score above it is outside.")


class PredictionSetBody(_Body):
    """The classes that cannot be excluded (conformal prediction)."""

    coverage: Fraction = Field(
        description="How often the true class is among them, for each class, of scans like those it was fitted to."
    )
    classes: list[TumorClass] = Field(description="From most to least probable.")


class AgreementBody(_Body):
    """Whether the network says the same of the scan seen a little differently: mirrored, shifted, turned."""

    views: int = Field(gt=1, description="How many, the scan as it is among them; each costs a forward pass.")
    agreeing: Fraction = Field(description="Share of the views whose most probable class is the predicted one.")
    spread: Fraction = Field(description="Standard deviation, over the views, of the predicted class's probability.")


class QualityBody(_Body):
    """One measure of how good the image is."""

    name: str = Field(description="Stable; the code of the warning too.")
    value: float = Field(description="What was measured.")
    bound: float = Field(description="The furthest that is good: of nearly all images the network was trained on.")
    ok: bool = Field(description="Whether the value is within the bound.")


class WarningBody(_Body):
    """Something a reader of the result should know."""

    code: str = Field(description="Stable identifier.")
    message: str


class PredictionResponse(_Body):
    """What the network says of a scan."""

    id: UUID
    model: ModelRef
    prediction: PredictedClass
    probabilities: list[ClassProbability] = Field(description="In the model's order; they sum to 1.")
    decision: Decision = Field(
        description="`answer`: the class may be taken for the network's answer; `uncertain`: ask a person; `outside`: "
        "the image is no brain MRI that the model knows, and the answer means nothing."
    )
    in_distribution: bool | None = Field(
        description="Whether the image is a brain MRI like those the model knows; null where that is not known."
    )
    gate: GateBody | None = Field(description="What `in_distribution` was told by; null where it is.")
    prediction_set: PredictionSetBody | None = Field(
        description="The set that decides; null where no thresholds were fitted to the weights."
    )
    prediction_sets: list[PredictionSetBody] = Field(description="From the smallest coverage to the largest.")
    heatmap: HeatmapBody | None = Field(description="Null where `heatmap=false`.")
    explanation: ExplanationBody
    image: ImageInfo
    agreement: AgreementBody | None = Field(description="Null where one view was asked for.")
    quality: list[QualityBody] = Field(description="How good the image is; what is not ok is among the warnings.")
    timing_ms: TimingBody
    warnings: list[WarningBody]
    disclaimer: str = DISCLAIMER
    created_at: datetime = Field(description="UTC.")


class BatchItem(_Body):
    """The answer to one file of a batch: a prediction or a problem."""

    index: int = Field(ge=0, description="Place in the request, from 0.")
    prediction: PredictionResponse | None
    problem: ProblemBody | None


class BatchResponse(_Body):
    """The answers to a batch, in the order of its files."""

    succeeded: int = Field(ge=0)
    failed: int = Field(ge=0)
    results: list[BatchItem]
