"""The metadata file of a model: its network, its input, and the measurements of its weights."""

from datetime import date
from pathlib import Path

from pydantic import Field

from app.models.classes import CLASSES, TumorClass
from app.models.strict import Fraction, Strict
from app.models.thresholds import Trust


class InputSpec(Strict):
    """Shape of the network's input, float32 `[1, height, width, channels]` in `[0, 1]`."""

    height: int = Field(gt=0)
    width: int = Field(gt=0)
    channels: int = Field(gt=0)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """`(1, height, width, channels)`."""
        return 1, self.height, self.width, self.channels


class FeatureMapSpec(Strict):
    """The feature map that Grad-CAM reads: its layer, and the positions of its cells in the input.

    The receptive field of cell `i` of a row or column has its centre on input pixel `stride * i + offset`. Padding and
    valid convolutions shift these centres away from an even division of the image.
    """

    layer: str = Field(description="Name of the layer.")
    stride: int = Field(gt=0, description="Distance between the centres of neighbouring cells, in input pixels.")
    offset: int = Field(ge=0, description="Centre of cell 0, in input pixels.")


class ClassMetrics(Strict):
    """Measures of one class against the three others."""

    sensitivity: Fraction = Field(description="Share of the images of this class that are classified as this class.")
    specificity: Fraction = Field(description="Share of the other images that are not classified as this class.")
    images: int = Field(ge=0, description="Number of images of this class.")


class PartMetrics(Strict):
    """Measures of a part of the images."""

    images: int = Field(gt=0, description="Number of images.")
    accuracy: Fraction = Field(description="Share of the images that are classified correctly.")


class Evaluation(Strict):
    """Results of `python -m research.pipeline evaluate` on images that the network was not trained on."""

    dataset: str = Field(description="Data set of the measurement.")
    evaluated_on: date = Field(description="Date of the measurement.")
    images: int = Field(gt=0, description="Number of images.")
    accuracy: Fraction = Field(description="Share of the images that are classified correctly.")
    without_copies: PartMetrics | None = Field(
        None,
        description="Only images without a copy, mirrored or not, among the training images; null if there are none.",
    )
    tumors: int = Field(ge=0, description="Number of images with a tumor.")
    tumors_called_notumor: int = Field(
        ge=0, description="Number of images with a tumor that are classified as 'no tumor'."
    )
    other_source_tumors: int | None = Field(
        None,
        ge=0,
        description="Number of further images with a tumor, from the source of most 'no tumor' images; null where "
        "none were measured.",
    )
    other_source_tumors_found: int | None = Field(
        None, ge=0, description="Number of those that are classified as one of the three tumors."
    )
    ece: Fraction = Field(description="Expected calibration error, 15 bins, after temperature scaling.")
    nll: float = Field(ge=0, description="Negative log-likelihood in nats, after temperature scaling.")
    per_class: dict[TumorClass, ClassMetrics] = Field(description="Each class against the three others.")


class PhantomOutputs(Strict):
    """Outputs of a network for a picture that a program draws (`app.services.network.phantom`)."""

    logits: tuple[float, ...] = Field(description="The logits, in the order of the classes.")
    feature_map: float = Field(gt=0, description="Root mean square of the feature map.")
    features: float = Field(gt=0, description="Root mean square of the features that the gate reads.")


class ModelMetadata(Strict):
    """The metadata file of a model, `<name>_model.json`."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="Name of the model in requests.")
    version: str = Field(description="Version of these weights.")
    architecture: str = Field(description="Architecture of the network.")
    description: str = Field(description="Description of the network and its training.")
    default: bool = Field(description="Whether requests that name no model use this one.")
    weights: str = Field(pattern=r"^[\w.-]+$", description="File name of the weights, in the same folder.")
    sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the weights file that the following fields describe."
    )
    classes: tuple[TumorClass, ...] = Field(description="The classes, in the order of the logits.")
    input: InputSpec = Field(description="Input of the network.")
    feature_map: FeatureMapSpec = Field(description="Feature map that Grad-CAM reads.")
    temperature: float = Field(gt=0, description="Divisor of the logits before the softmax (Guo et al. 2017).")
    phantom: PhantomOutputs | None = Field(
        None,
        description="Outputs for the phantom in float32, by which a service recognises a network that computes "
        "wrongly; null for weights that were not published by the pipeline.",
    )
    evaluation: Evaluation | None = Field(None, description="Null for weights without an evaluation.")
    trust: Trust | None = Field(None, description="Null for weights without thresholds.")


def split_version(text: str) -> tuple[str, str | None]:
    """Split `NAME@VERSION` into both; the version is None where the text is a name only."""
    name, _, version = text.partition("@")
    return name, version or None


def read_metadata(path: Path) -> ModelMetadata:
    """Read and check a metadata file.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is invalid (`pydantic.ValidationError` is a ValueError), or has other classes.
    """
    metadata = ModelMetadata.model_validate_json(path.read_bytes())
    if metadata.classes != CLASSES:
        raise ValueError(f"its classes are {list(metadata.classes)}; the service needs {list(CLASSES)}")
    return metadata
