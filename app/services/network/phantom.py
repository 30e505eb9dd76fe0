"""The phantom: a picture of a head, drawn by arithmetic, by which a network that computes wrongly shows.

The outputs that the published weights give for it are in the metadata. Weights, graph and statistics are checked by
SHA-256; what is left is a library, a processor or a memory that computes wrongly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.config.choices import Precision
from app.models.model_file import ModelMetadata, PhantomOutputs
from app.services.imaging.preprocessing import to_input
from app.services.network.classifier import Classifier, ForwardPass

_SIDE = 320
# Centre, half axes and brightness of each ellipse, from the outermost to the innermost; all in pixels.
_ELLIPSES = (
    (160, 160, 118, 146, 200),  # scalp
    (160, 160, 110, 138, 30),  # skull
    (160, 162, 102, 128, 95),  # brain
    (138, 150, 14, 42, 40),  # ventricles
    (182, 150, 14, 42, 40),
    (206, 206, 27, 24, 215),  # lesion
)
_GRAIN = 11
# Largest difference from the recorded outputs, in logits or as a share of a root mean square. Engines differ by 1e-5 in
# float32. In bfloat16 a probability differs by 0.08 at most over the test images, which takes 0.14 in a logit.
_TOLERANCE = {Precision.F32: 0.01, Precision.BF16: 0.5}


def phantom() -> Image.Image:
    """The picture, 8-bit gray. It contains only integer arithmetic, so it is the same on every machine."""
    y, x = np.mgrid[:_SIDE, :_SIDE].astype(np.int64)
    picture = np.zeros((_SIDE, _SIDE), np.int64)
    for centre_x, centre_y, half_x, half_y, brightness in _ELLIPSES:
        inside = ((x - centre_x) * half_y) ** 2 + ((y - centre_y) * half_x) ** 2 <= (half_x * half_y) ** 2
        picture[inside] = brightness
    picture[picture > 0] += ((7 * x + 13 * y) % _GRAIN)[picture > 0]
    return Image.fromarray(picture.astype(np.uint8))


def phantom_input(metadata: ModelMetadata) -> NDArray[np.float32]:
    """The phantom as the input of a network."""
    return to_input(phantom(), metadata.input)


def summary_of(forward: ForwardPass) -> PhantomOutputs:
    """What the metadata records of a network's outputs for the phantom."""
    return PhantomOutputs(
        logits=tuple(forward.logits.tolist()),
        feature_map=_root_mean_square(forward.feature_map),
        features=_root_mean_square(forward.features),
    )


@dataclass(frozen=True)
class Deviation:
    """The difference of a network's outputs from the recorded ones.

    Attributes:
        found: the largest difference, in logits or as a share of a root mean square; not a number for outputs that are
            not numbers.
        accepted: the largest difference that the network's precision explains.
    """

    found: float
    accepted: float

    @property
    def wrong(self) -> bool:
        """Whether the network computes wrongly."""
        return not self.found <= self.accepted


def deviation(classifier: Classifier, metadata: ModelMetadata, recorded: PhantomOutputs) -> Deviation:
    """Classify the phantom, and compare the outputs with the recorded ones."""
    outputs = summary_of(classifier.classify(phantom_input(metadata)))
    differences = [
        *(abs(logit - expected) for logit, expected in zip(outputs.logits, recorded.logits, strict=True)),
        abs(outputs.feature_map - recorded.feature_map) / recorded.feature_map,
        abs(outputs.features - recorded.features) / recorded.features,
    ]
    return Deviation(float(np.max(differences)), _TOLERANCE[classifier.precision])


def _root_mean_square(values: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(values.astype(np.float64) ** 2)))
