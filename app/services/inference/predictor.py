"""One scan, one straight line: read, forward pass, probabilities, heat-map."""

import hashlib
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.config.settings import GateChoice
from app.models.classes import CLASSES, TumorClass
from app.models.model_file import ModelMetadata
from app.models.problems import NotABrainMri
from app.models.thresholds import Decision
from app.services.imaging import quality
from app.services.imaging.preprocessing import to_input, to_preview
from app.services.imaging.quality import Quality
from app.services.imaging.reading import Limits, Notice, ScanFacts, check_size, read_scan
from app.services.inference.cache import AnswerCache
from app.services.network import gradcam
from app.services.network.classifier import Classifier, calibrated_probabilities
from app.services.trust.appearance import appearance
from app.services.trust.gate import Gate, GateResult
from app.services.trust.prediction_sets import PredictionSet, prediction_set
from app.services.trust.views import Agreement, agreement_of, other_views

if TYPE_CHECKING:  # comes in where drift is watched alone
    from app.services.drift.reference import DriftReference


@dataclass(frozen=True)
class Heatmap:
    """Grad-CAM of one class: the PNG of scan and heat, and where the heat lies (None: nowhere)."""

    target: TumorClass
    overlay: bytes
    focus: gradcam.Focus | None


@dataclass(frozen=True)
class Timing:
    """Milliseconds of each step: read includes decoding and resizing."""

    read: float
    forward: float
    heatmap: float


@dataclass(frozen=True)
class Prediction:
    """What the network says of a scan.

    Attributes:
        facts: about the image file.
        preview: the image for people to look at, 8-bit, RGB or gray. The full image is let go of, since predictions
            wait for their explanation.
        probabilities: float64 `[4]`, calibrated, in the order of `CLASSES`.
        gate: whether the scan is like those the network knows; None where nobody looked, or where no thresholds were
            fitted to the weights.
        prediction_sets: from the smallest coverage to the largest; empty where no thresholds were fitted.
        deciding_set: the one of them that the decision was made by; None where there is none.
        decision: what a reader may do with it.
        heatmap: None where it was not asked for.
        quality: how good the image is, one measure after another.
        notices: what a reader should know.
        timing: of the steps.
        agreement: of several views; None where one was asked for.
        descriptor: what is noted of the scan where drift is watched, see `DriftReference`; None elsewhere, and where
            the answer was looked up: the same scan once more tells nothing new.
    """

    facts: ScanFacts
    preview: Image.Image
    probabilities: NDArray[np.float64]
    gate: GateResult | None
    prediction_sets: tuple[PredictionSet, ...]
    deciding_set: PredictionSet | None
    decision: Decision
    heatmap: Heatmap | None
    quality: tuple[Quality, ...]
    notices: tuple[Notice, ...]
    timing: Timing
    agreement: Agreement | None = None
    descriptor: NDArray[np.float32] | None = None

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        picture = self.preview.width * self.preview.height * len(self.preview.getbands())
        return picture + (len(self.heatmap.overlay) if self.heatmap else 0)

    @property
    def predicted(self) -> TumorClass:
        """The most probable class."""
        return CLASSES[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """Probability of the predicted class."""
        return float(self.probabilities.max())

    @property
    def ranking(self) -> list[tuple[TumorClass, float]]:
        """The classes from most to least probable."""
        return sorted(zip(CLASSES, self.probabilities.tolist(), strict=True), key=lambda pair: -pair[1])


class Predictor:
    """A classifier with what is known about it."""

    def __init__(
        self,
        metadata: ModelMetadata,
        classifier: Classifier,
        limits: Limits,
        cache: AnswerCache[Prediction],
        gate: Gate | None,
        choice: GateChoice,
        drift_reference: "DriftReference | None" = None,
    ) -> None:
        """Make one.

        Args:
            metadata: of the classifier.
            classifier: what predicts.
            limits: of image files.
            cache: of predictions, which several predictors may share.
            gate: of the classifier; None where there is none for its weights, or nobody is to look.
            choice: what becomes of an image that the gate finds outside.
            drift_reference: describes scans, the gate's score among the rest; None where drift is not watched.
        """
        self.metadata = metadata
        self.classifier = classifier
        self._limits = limits
        self._cache = cache
        self._gate = gate
        self._choice = choice
        self._drift_reference = drift_reference

    def predict(
        self, file: BinaryIO, *, heatmap: bool = True, target: TumorClass | None = None, views: int = 1
    ) -> Prediction:
        """Classify one image file, or look up what was said of the same content lately.

        Args:
            file: open for reading, seekable.
            heatmap: whether to make one.
            target: the class the heat-map explains; the predicted one where None.
            views: how often the network looks, each time at the scan changed a little (1 to `MAX_VIEWS`); the answer
                is that of the first look, at the scan as it is.

        Raises:
            UnreadableImage, UnsupportedFormat, TooLarge: see `read_scan`.
            NotABrainMri: the gate finds it outside, and such images are refused.
        """
        started = perf_counter()
        check_size(file, self._limits)
        content = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]  # BinaryIO knows no `readinto`
        key = (content, self.metadata.sha256, heatmap, target, views)
        prediction = self._cache.get(key)
        if prediction:
            return replace(prediction, timing=Timing((perf_counter() - started) * 1e3, 0, 0), descriptor=None)
        prediction = self._compute(file, started, heatmap, target, views)
        self._cache.keep(key, prediction, prediction.nbytes)
        return prediction

    def _compute(
        self, file: BinaryIO, started: float, heatmap: bool, target: TumorClass | None, views: int
    ) -> Prediction:
        scan = read_scan(file, self._limits)
        network_input = to_input(scan.image, self.metadata.input)
        found = quality.assess(scan)
        notices = [*scan.notices, *quality.notices(found)]
        read = perf_counter()

        forward = self.classifier.classify(network_input)
        probabilities = calibrated_probabilities(forward.logits, self.metadata.temperature)
        gate = self._gate(forward.features, appearance(scan.image)) if self._gate else None
        if gate and gate.outside and self._choice is GateChoice.ENFORCE:
            raise NotABrainMri(
                f"The image does not look like a brain MRI: its score is {gate.score:.3g}, and at most "
                f"{gate.threshold:.3g} is accepted. Send one slice of a brain MRI.",
                limit=gate.threshold,
                score=gate.score,
            )
        agreement = self._agreement(network_input, probabilities, views) if views > 1 else None
        computed = perf_counter()

        explained = target or CLASSES[int(probabilities.argmax())]
        preview = to_preview(scan.image)
        descriptor = None
        if self._drift_reference and gate:
            descriptor = self._drift_reference.describe(forward.feature_map, probabilities, gate.score, network_input)
        drawn = self._draw(preview, forward.feature_map, explained) if heatmap else None
        timing = Timing((read - started) * 1e3, (computed - read) * 1e3, (perf_counter() - computed) * 1e3)

        if drawn and drawn.focus is None:
            notices.append(
                Notice(
                    "empty-heatmap",
                    f"Nothing in the image speaks for the class {explained.value}; the heat-map is empty.",
                )
            )
        sets, deciding = self._sets(probabilities)
        decision, why = self._decide(probabilities, gate, deciding)
        notices += why
        if self.metadata.evaluation is None:
            notices.append(
                Notice(
                    "not-evaluated",
                    "These weights were not evaluated: how accurate they are is unknown and the probabilities "
                    "are not calibrated.",
                )
            )
        return Prediction(
            scan.facts,
            preview,
            probabilities,
            gate,
            sets,
            deciding,
            decision,
            drawn,
            found,
            tuple(notices),
            timing,
            agreement,
            descriptor,
        )

    def _sets(self, probabilities: NDArray[np.float64]) -> tuple[tuple[PredictionSet, ...], PredictionSet | None]:
        trust = self.metadata.trust
        if trust is None:
            return (), None
        sets = tuple(prediction_set(probabilities, trust.set_method, spec) for spec in trust.sets)
        return sets, next(each for each in sets if each.coverage == trust.deciding_coverage)

    def _decide(
        self, probabilities: NDArray[np.float64], gate: GateResult | None, deciding: PredictionSet | None
    ) -> tuple[Decision, list[Notice]]:
        """What a reader may do with an answer, and why no more than that."""
        if gate and gate.outside:
            return Decision.OUTSIDE, [
                Notice(
                    "not-a-brain-mri",
                    "The image does not look like a brain MRI that the network knows. The answer means nothing.",
                )
            ]
        trust, why = self.metadata.trust, []
        if trust is None or (gate is None and self._choice is not GateChoice.OFF):
            why.append(
                Notice(
                    "no-thresholds",
                    "No thresholds are at hand for these weights: whether the image is a brain MRI, and how far the "
                    "answer can be relied on, is unknown.",
                )
            )
        confidence = float(probabilities.max())
        if trust and (confidence < trust.min_confidence or deciding is None or len(deciding.classes) != 1):
            why.append(
                Notice(
                    "low-confidence",
                    f"The network is unsure: its most probable class has {confidence:.1%}. Do not rely on this answer.",
                )
            )
        return (Decision.UNCERTAIN if why else Decision.ANSWER), why

    def _agreement(
        self, network_input: NDArray[np.float32], probabilities: NDArray[np.float64], views: int
    ) -> Agreement:
        others = [
            calibrated_probabilities(self.classifier.classify(view).logits, self.metadata.temperature)
            for view in other_views(network_input, views)
        ]
        return agreement_of(np.array([probabilities, *others]))

    def _draw(self, preview: Image.Image, feature_map: NDArray[np.float32], target: TumorClass) -> Heatmap:
        grid, spec = self.metadata.feature_map, self.metadata.input
        heat = gradcam.heatmap(feature_map, self.classifier.head, CLASSES.index(target))
        return Heatmap(target, gradcam.overlay(preview, heat, grid, spec), gradcam.focus(heat, grid, spec))
