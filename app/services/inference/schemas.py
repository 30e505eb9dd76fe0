"""Response bodies of the API: models, samples, predictions."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from app.models.classes import DISCLAIMER, TumorClass
from app.models.measured.external import ExternalMeasurement
from app.models.model_file import Evaluation, InputSpec
from app.models.problem_body import ProblemBody
from app.models.strict import Body, Fraction
from app.models.thresholds import Decision, HeatmapMethod
from app.services.inference.acquisitions import AcquisitionBody
from app.services.trust.conformal import PredictionSet

Milliseconds = Annotated[float, Field(ge=0)]


class ClassInfo(Body):
    """One of the four classes."""

    id: TumorClass = Field(description="Id used in requests and responses.")
    name: str = Field(description="Name of the class, as in `Glioma`.")
    description: str = Field(description="What the class means.")
    characteristics: list[str] = Field(description="Typical appearance on MRI.")


class ClassList(Body):
    """The classes, in the order of the probabilities."""

    classes: list[ClassInfo]


class ModelInfo(Body):
    """A model of this service."""

    name: str = Field(description="Name for the query parameter `model`.")
    default: bool = Field(description="Whether it is used when a request names no model.")
    version: str
    architecture: str
    description: str
    sha256: str = Field(description="SHA-256 of the weights file.")
    input: InputSpec
    evaluation: Evaluation | None = Field(description="Accuracy measured on the test set; null if not measured.")
    external: ExternalMeasurement | None = Field(
        description="Accuracy on slices of other hospitals, which tells more about new scans; null if not measured."
    )
    external_by_sequence: list[str] = Field(description="That accuracy for each sequence, in sentences.")
    heatmap_methods: list[HeatmapMethod] = Field(description="What `method` accepts; the default first.")


class ModelList(Body):
    """The models of this service."""

    default: str
    models: list[ModelInfo]


class ModelVersionInfo(Body):
    """A version of a model."""

    version: str = Field(description="Value for the query parameter `version`.")
    default: bool = Field(
        description="Whether it is used when a request names no version, unless another version answers a share."
    )
    share: Fraction = Field(description="Share of the requests without a version that it answers.")
    sha256: str = Field(description="SHA-256 of the weights file.")


class ModelVersionList(Body):
    """The versions of a model, the default one first."""

    name: str
    versions: list[ModelVersionInfo]


class ModelsInUse(Body):
    """The models after a change, with their versions."""

    default: str = Field(description="Name of the model that is used when a request names none.")
    models: list[ModelVersionList]


class SampleInfo(Body):
    """A sample image."""

    name: str
    tumor: TumorClass = Field(alias="class", description="Class in the data set.")
    label: str
    width: int = Field(gt=0, description="Pixels.")
    height: int = Field(gt=0, description="Pixels.")
    bytes: int = Field(gt=0, description="Size of the file.")
    url: str = Field(description="Path of the image on this service.")


class SampleList(Body):
    """The sample images."""

    samples: list[SampleInfo]


class ModelRef(Body):
    """The model that made the prediction."""

    name: str
    version: str


class PredictedClass(Body):
    """The most probable class."""

    tumor: TumorClass = Field(alias="class")
    label: str
    confidence: Fraction = Field(description="Calibrated probability of the class.")


class ClassProbability(Body):
    """Probability of one class."""

    tumor: TumorClass = Field(alias="class")
    label: str
    probability: Fraction = Field(description="Calibrated probability of the class.")


class FocusBody(Body):
    """Centre and extent of the heat-map, in fractions of the image."""

    x: Fraction = Field(description="Centre of mass, from the left edge.")
    y: Fraction = Field(description="Centre of mass, from the top edge.")
    area: Fraction = Field(description="Share of the image with a heat of at least 0.5.")


class HeatmapKind(StrEnum):
    """How a response contains the heat-map."""

    OVERLAY = "overlay"
    LAYER = "layer"
    GRID = "grid"
    NONE = "none"


PNG_DATA_URL = "^data:image/png;base64,"


class HeatmapBody(Body):
    """Which parts of the image are evidence for a class (Grad-CAM), or where the network sees a tumor."""

    method: HeatmapMethod = Field(
        description="`grad-cam`: the evidence for a class; `place`: the probability of a tumor at each place."
    )
    layer: str = Field(description="The layer whose feature map is used.")
    target: TumorClass | None = Field(
        description="The class that the heat-map explains; null for `place`, which belongs to no class."
    )
    overlay: Annotated[str, Field(pattern=PNG_DATA_URL)] | None = Field(
        description="The scan with the heat-map over it: a PNG as a data URL, at most 1024 pixels per side. "
        "Null unless `heatmap` is `overlay`."
    )
    heat: Annotated[str, Field(pattern=PNG_DATA_URL)] | None = Field(
        description="The heat-map without the scan, transparent where there is no evidence: a PNG of the size of "
        "the overlay, as a data URL. Null unless `heatmap` is `layer`."
    )
    grid: list[list[Fraction]] | None = Field(
        description="The evidence on the grid of the feature map, row by row from the top; the highest is 1. "
        "With `place` the probability of a tumor, whose highest may be below 1. Null unless `heatmap` is `grid`."
    )
    focus: FocusBody | None = Field(description="Null if the heat-map points to no place.")


class ExplanationBody(Body):
    """The prediction in plain words."""

    source: Literal["gemini", "built-in"]
    model: str | None = Field(description="Name of the language model; null for the built-in explanation.")
    text: str = Field(description="Paragraphs, separated by blank lines.")
    notice: str | None = Field(description="Why Gemini did not write the requested explanation; null if it did.")


class ImageInfo(Body):
    """The image file."""

    width: int = Field(gt=0, description="In pixels, after rotation to upright.")
    height: int = Field(gt=0, description="In pixels, after rotation to upright.")
    format: str = Field(description="Image format, detected from the content.")
    mode: str = Field(description="Pixel format of the file.")


class TimingBody(Body):
    """Duration of each step in milliseconds."""

    wait: Milliseconds = Field(description="Waiting for a free worker.")
    read: Milliseconds = Field(description="Decoding and resizing the image.")
    forward: Milliseconds = Field(description="Forward pass of the network.")
    heatmap: Milliseconds = Field(description="Grad-CAM and overlay.")
    explanation: Milliseconds
    total: Milliseconds = Field(description="From the end of the upload to the response.")


class GateBody(Body):
    """Out-of-distribution score: how far the image is from the brain MRIs of the training set."""

    score: float = Field(description="Out-of-distribution score; higher means less similar.")
    threshold: float = Field(description="An image with a higher score is out-of-distribution.")


class PredictionSetBody(Body):
    """The classes that cannot be excluded at a given coverage (conformal prediction)."""

    coverage: Fraction = Field(description="Share of the scans of each class whose set contains the true class.")
    classes: list[TumorClass] = Field(description="From most to least probable.")

    @classmethod
    def of(cls, found: PredictionSet) -> Self:
        """The body of a prediction set."""
        return cls(coverage=found.coverage, classes=list(found.classes))


class AgreementBody(Body):
    """Whether mirrored, shifted and rotated views of the scan lead to the same class."""

    views: int = Field(gt=1, description="Number of views, including the unchanged scan.")
    agreeing: Fraction = Field(description="Share of the views whose most probable class is the predicted class.")
    spread: Fraction = Field(description="Standard deviation, over the views, of the predicted class's probability.")


class QualityBody(Body):
    """One measure of image quality."""

    name: str = Field(description="Stable identifier; also the code of the warning.")
    value: float = Field(description="Measured value.")
    bound: float = Field(description="Limit of the good range; nearly all training images are within it.")
    ok: bool = Field(description="Whether the value is within the bound.")


class WarningBody(Body):
    """A warning about the result."""

    code: str = Field(description="Stable identifier.")
    message: str


class ClassRole(StrEnum):
    """The part of a class in the decision: it is the answer, it is left open, or neither."""

    ANSWER = "answer"
    OPEN = "open"
    OTHER = "other"


class DisplayedClass(Body):
    """A class as a screen shows it."""

    tumor: TumorClass = Field(alias="class")
    name: str = Field(description="Name of the class, as in `Glioma`.")
    probability: str = Field(description="Calibrated probability, as in `98.7 %` or `over 99.9 %`.")
    role: ClassRole = Field(description="Whether the class is the `answer`, is left `open`, or neither (`other`).")


class Display(Body):
    """The result in words, for people: the same on the page, in reports, in the history and on the command line."""

    headline: str = Field(description="The decision in a few words.")
    summary: str = Field(description="The decision on one line, with its probability.")
    decision: str = Field(description="What the decision means for the reader, in a sentence.")
    probability: str | None = Field(description="Of the most probable class; null for `other` and `outside`.")
    classes: list[DisplayedClass] = Field(description="From most to least probable.")
    prediction_set: str | None = Field(description="What the deciding prediction set contains, in a sentence.")
    heatmap: str | None = Field(
        description="Where in the image the evidence is, in a sentence; left and right are the image's. Null where no "
        "heat-map should be shown."
    )
    heatmap_title: str | None = Field(description="Caption of the heat-map; null where none should be shown.")
    agreement: str | None = Field(description="Whether several views agree, in a sentence; null for one view.")
    acquisition: str | None = Field(description="Sequence and plane, in a sentence; null without `acquisition`.")
    accuracy: str | None = Field(
        description="How often the network was right on slices of other hospitals with this sequence, in a sentence; "
        "null unless the decision is `answer` and this was measured."
    )
    author: str | None = Field(description="Who wrote the explanation; null where there is none.")
    model: str = Field(description="Name and version of the model.")
    image: str = Field(description="Format and size of the image.")
    timing: str = Field(description="How long the prediction took, and each of its steps.")


class PredictionResponse(Body):
    """The result for one scan."""

    id: UUID
    model: ModelRef
    prediction: PredictedClass | None = Field(description="The most probable class; null for `other` and `outside`.")
    probabilities: list[ClassProbability] = Field(description="In the order of the model's outputs; they sum to 1.")
    decision: Decision = Field(
        description="`answer`: the network answers with the predicted class; `uncertain`: a person must read the "
        "slice; `other`: the slice shows something that is none of the classes, such as another tumor or a lesion, so "
        "no class is named; `outside`: the image is out-of-distribution, so no class is named, and `probabilities` "
        "have no meaning."
    )
    in_distribution: bool | None = Field(
        description="Whether the image looks like the brain MRIs of the training set; null if unknown."
    )
    gate: GateBody | None = Field(description="The score behind `in_distribution`; null if that is null.")
    prediction_set: PredictionSetBody | None = Field(
        description="The set that the decision is based on; null if no thresholds were fitted to the weights, and if "
        "`decision` is `other` or `outside`."
    )
    prediction_sets: list[PredictionSetBody] = Field(
        description="In order of increasing coverage; empty if `prediction_set` is null."
    )
    heatmap: HeatmapBody | None = Field(
        description="Null if the request has `heatmap=none`, and if `decision` is `outside`."
    )
    explanation: ExplanationBody
    image: ImageInfo
    acquisition: AcquisitionBody | None = Field(
        description="Null for a model that recognises neither sequence nor plane, and if `decision` is `outside`."
    )
    agreement: AgreementBody | None = Field(
        description="Null if the request has one view, and if `decision` is `other` or `outside`."
    )
    quality: list[QualityBody] = Field(
        description="Image quality; each measure that is not ok has a warning, unless the decision is `outside`."
    )
    display: Display = Field(description="The result in words.")
    timing_ms: TimingBody
    warnings: list[WarningBody]
    disclaimer: str = DISCLAIMER
    created_at: datetime = Field(description="UTC.")


class BatchItem(Body):
    """The result for one file of a batch: a prediction or a problem."""

    index: int = Field(ge=0, description="Position, from 0, of the file in the request, with archives unpacked.")
    name: str = Field(description="Name of the file as sent; in a ZIP archive its path.")
    prediction: PredictionResponse | None
    problem: ProblemBody | None


class BatchResponse(Body):
    """The results of a batch, in the order of its files."""

    succeeded: int = Field(ge=0)
    failed: int = Field(ge=0)
    results: list[BatchItem]
