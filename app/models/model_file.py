"""What stands beside a weights file: which network it is, what it expects, how good it was measured to be."""

from datetime import date
from pathlib import Path

from pydantic import Field

from app.models.classes import CLASSES, TumorClass
from app.models.strict import Fraction, Strict
from app.models.thresholds import Trust


class InputSpec(Strict):
    """The tensor the network takes: `[1, height, width, channels]` float32 in `[0, 1]`."""

    height: int = Field(gt=0)
    width: int = Field(gt=0)
    channels: int = Field(gt=0)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """`(1, height, width, channels)`."""
        return 1, self.height, self.width, self.channels


class FeatureMapSpec(Strict):
    """The feature map that Grad-CAM reads: the layer's name, and where its cells lie in the input.

    Cell `i` of a row or column is centred on input pixel `stride * i + offset` (its receptive field's centre,
    which padding and valid convolutions shift away from an even division of the image).
    """

    layer: str = Field(description="Name of the layer.")
    stride: int = Field(gt=0, description="Input pixels from one cell's centre to the next.")
    offset: int = Field(ge=0, description="Input pixel on which cell 0 is centred.")


class ClassMetrics(Strict):
    """One class against the three others."""

    sensitivity: Fraction = Field(description="Share of this class's images that were called it.")
    specificity: Fraction = Field(description="Share of the other images that were not called it.")
    images: int = Field(ge=0, description="Images of this class.")


class PartMetrics(Strict):
    """A part of the images."""

    images: int = Field(gt=0, description="How many images.")
    accuracy: Fraction = Field(description="Share called rightly.")


class Evaluation(Strict):
    """Measured by `python -m research.pipeline evaluate` on images the network was not trained on."""

    dataset: str = Field(description="What it was measured on.")
    evaluated_on: date = Field(description="Day of the measurement.")
    images: int = Field(gt=0, description="How many images.")
    accuracy: Fraction = Field(description="Share called rightly.")
    without_copies: PartMetrics | None = Field(
        None,
        description="Those alone that have no copy, mirrored ones included, among the training images; null if none.",
    )
    tumors: int = Field(ge=0, description="Images with a tumor.")
    tumors_called_notumor: int = Field(ge=0, description="Images with a tumor that were called 'no tumor'.")
    other_source_tumors: int | None = Field(
        None,
        ge=0,
        description="Further images with a tumor, of the source that most 'no tumor' images come from; "
        "null where none were looked at.",
    )
    other_source_tumors_found: int | None = Field(
        None, ge=0, description="How many of those were called any of the three tumors."
    )
    ece: Fraction = Field(description="Expected calibration error, 15 bins, after temperature scaling.")
    nll: float = Field(ge=0, description="Negative log-likelihood in nats, after temperature scaling.")
    per_class: dict[TumorClass, ClassMetrics] = Field(description="Each class against the rest.")


class ModelMetadata(Strict):
    """The JSON file beside a weights file."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="Name that requests use.")
    version: str = Field(description="Version of these weights.")
    architecture: str = Field(description="Network that the weights belong to.")
    description: str = Field(description="What it is and how it was trained.")
    default: bool = Field(description="Whether requests that name no model get this one.")
    weights: str = Field(pattern=r"^[\w.-]+$", description="File name of the weights, in the same folder.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the weights file that all below describes.")
    classes: tuple[TumorClass, ...] = Field(description="Classes in the order of the logits.")
    input: InputSpec = Field(description="What the network takes.")
    feature_map: FeatureMapSpec = Field(description="What Grad-CAM reads.")
    temperature: float = Field(gt=0, description="Logits are divided by it before the softmax (Guo et al. 2017).")
    evaluation: Evaluation | None = Field(None, description="Null where these weights were not evaluated.")
    trust: Trust | None = Field(None, description="Null where no thresholds were fitted to these weights.")


def read_metadata(path: Path) -> ModelMetadata:
    """Read and check a metadata file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not valid (pydantic's `ValidationError` is one), or its classes are not ours.
    """
    metadata = ModelMetadata.model_validate_json(path.read_bytes())
    if metadata.classes != CLASSES:
        raise ValueError(f"classes are {list(metadata.classes)}, the service has {list(CLASSES)}")
    return metadata
