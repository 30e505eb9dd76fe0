"""Predicts one scan: reads the file, runs the forward pass, calibrates, decides and draws the heat-map."""

import hashlib
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.config.choices import GateChoice
from app.models.classes import CLASSES, TumorClass
from app.models.model_file import ModelMetadata
from app.models.problems import NotABrainMri
from app.models.thresholds import Decision, HeatmapMethod
from app.services.imaging import quality
from app.services.imaging.preprocessing import to_input, to_preview
from app.services.imaging.quality import Quality
from app.services.imaging.reading import Limits, Notice, Reader, Scan, ScanFacts, check_size, read_scan
from app.services.inference.cache import AnswerCache
from app.services.inference.heatmaps import (
    Heatmap,
    check_method,
    default_method,
    draw_heatmap,
    explained_class,
    heatmap_methods,
)
from app.services.inference.judge import Judge
from app.services.network import gradcam
from app.services.network.classifier import Classifier
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.conformal import PredictionSet
from app.services.trust.gate import Gate, GateResult
from app.services.trust.heads import Acquisition, Heads
from app.services.trust.views import Agreement

if TYPE_CHECKING:  # lazy import: needed only if drift is monitored
    from app.services.drift.reference import DriftReference


@dataclass(frozen=True)
class Timing:
    """Duration of each step in milliseconds.

    Attributes:
        read: decoding, resizing and the quality measures.
        forward: the forward pass, gate and further views.
        heatmap: the heat-map and its overlay.
    """

    read: float
    forward: float
    heatmap: float


@dataclass(frozen=True)
class Prediction:
    """The result for one scan.

    Attributes:
        content: SHA-256 of the file.
        facts: about the image file.
        preview: the image to show to people, 8-bit, RGB or gray. The full image is dropped, since predictions stay in
            memory while they wait for their explanation.
        probabilities: float64 `[4]`, calibrated, in the order of `CLASSES`.
        gate: the gate's result; None without a gate.
        prediction_sets: from the smallest coverage to the largest; empty without thresholds, and if the decision names
            no class.
        deciding_set: the prediction set that the decision depends on; None where there are no sets.
        decision: whether the answer may be used. If it names no class, only the probabilities do.
        heatmap: the heat-map; None if no heat-map was requested, and outside.
        heat: float32 `[classes, rows, columns]` in `[0, 1]`, the evidence for each class in the order of `CLASSES`.
        place: float32 `[rows, columns]` in `[0, 1]`, the probability of a tumor at each place; None for a model without
            further heads.
        quality: the quality measures of the image.
        notices: what a reader should know.
        timing: duration of each step.
        other: log-odds that the slice shows something that is none of the classes; None as for `place`.
        agreement: agreement of several views; None if only one view was requested, and if the decision names no class.
        acquisition: sequence and plane; None for a model without further heads, and outside.
        descriptor: float32 `[DESCRIPTOR_LENGTH]`, see `DriftReference`; None if drift is not monitored, and for a
            cached prediction, since a repeated scan is no new evidence of drift.
    """

    content: bytes
    facts: ScanFacts
    preview: Image.Image
    probabilities: NDArray[np.float64]
    gate: GateResult | None
    prediction_sets: tuple[PredictionSet, ...]
    deciding_set: PredictionSet | None
    decision: Decision
    heatmap: Heatmap | None
    heat: NDArray[np.float32]
    quality: tuple[Quality, ...]
    notices: tuple[Notice, ...]
    timing: Timing
    place: NDArray[np.float32] | None = None
    other: float | None = None
    agreement: Agreement | None = None
    acquisition: Acquisition | None = None
    descriptor: NDArray[np.float32] | None = None

    @property
    def nbytes(self) -> int:
        """Approximate size in memory, in bytes."""
        picture = self.preview.width * self.preview.height * len(self.preview.getbands())
        drawn = len(self.heatmap.overlay) + len(self.heatmap.layer or b"") if self.heatmap else 0
        return picture + drawn

    @property
    def predicted(self) -> TumorClass | None:
        """The most probable class; None if the decision names no class."""
        return CLASSES[int(self.probabilities.argmax())] if self.decision.names_class else None

    @property
    def confidence(self) -> float:
        """The highest probability."""
        return float(self.probabilities.max())

    @property
    def ranking(self) -> list[tuple[TumorClass, float]]:
        """The classes from most to least probable."""
        return sorted(zip(CLASSES, self.probabilities.tolist(), strict=True), key=lambda pair: -pair[1])


class Predictor:
    """Predicts scans with one model. Safe to use from several threads.

    Attributes:
        metadata: the model's metadata.
        classifier: the network.
        judge: judges pictures; `predict` judges files.
        gated: whether every prediction has a result of the gate.
    """

    def __init__(
        self,
        metadata: ModelMetadata,
        classifier: Classifier,
        *,
        limits: Limits,
        cache: AnswerCache[Prediction],
        gate: Gate | None,
        gate_choice: GateChoice,
        heads: Heads | None = None,
        drift_reference: "DriftReference | None" = None,
        read: Reader = read_scan,
    ) -> None:
        """Combine the parts of a model.

        Args:
            metadata: the model's metadata.
            classifier: the model's network.
            limits: limits on image files.
            cache: cache of predictions; several predictors may share it.
            gate: the model's gate; None if no gate was fitted to its weights, or if the operator turned it off.
            gate_choice: the operator's choice: with `enforce`, scans outside raise `NotABrainMri`.
            heads: the model's further heads; None for a model without.
            drift_reference: computes descriptors; None if drift is not monitored.
            read: reads scans.
        """
        self.metadata = metadata
        self.classifier = classifier
        self.gated = gate is not None
        self.judge = Judge(metadata, classifier, gate=gate, gate_off=gate_choice is GateChoice.OFF, heads=heads)
        self._limits = limits
        self._cache = cache
        self._gate_choice = gate_choice
        self._drift_reference = drift_reference
        self._read = read
        # Another version with the same weights, such as other thresholds, has other answers.
        self._own = object()

    def predict(
        self,
        file: BinaryIO,
        *,
        heatmap: bool = True,
        layer: bool = False,
        method: HeatmapMethod | None = None,
        target: TumorClass | None = None,
        views: int = 1,
    ) -> Prediction:
        """Classify one image file, or return the cached prediction of the same content and options.

        Args:
            file: open for reading, seekable.
            heatmap: whether to draw a heat-map.
            layer: whether to draw it without the scan too.
            method: what the heat-map shows; None for Grad-CAM if there is a target, or else for the model's default.
            target: the class that Grad-CAM explains; None for the most probable class.
            views: number of views to classify, 1 to `MAX_VIEWS`. The answer is that of the first, unchanged view.

        Raises:
            InvalidParameters: the model has no such heat-map.
            UnreadableImage, UnsupportedFormat, TooLarge: see `read_scan`.
            NotABrainMri: the scan is outside, and the gate is enforced.
        """
        self.check(method, target)
        started = perf_counter()
        content = self.content_of(file)
        key = (self._own, content, heatmap, layer, method, target, views)
        prediction = self._cache.get(key)
        if prediction:
            return replace(prediction, timing=Timing((perf_counter() - started) * 1e3, 0, 0), descriptor=None)
        scan = self._read(file, self._limits)
        network_input = to_input(scan.image, self.metadata.input)
        prediction = self._compute(scan, network_input, content, started, heatmap, layer, method, target, views)
        self._cache.put(key, prediction, prediction.nbytes)
        return prediction

    def content_of(self, file: BinaryIO) -> bytes:
        """SHA-256 of a seekable file, 32 bytes.

        Raises:
            TooLarge: the file has too many bytes.
        """
        check_size(file, self._limits)
        return hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]  # BinaryIO has no `readinto`

    def predict_input(self, network_input: NDArray[np.float32], *, heatmap: bool) -> Prediction:
        """Classify an input of the network that a client made, with everything that `predict` does after reading.

        The gate, the quality measures and the preview see the input as an 8-bit image.

        Args:
            network_input: float32 `[1, height, width, channels]` in `[0, 1]`.
            heatmap: whether to draw a heat-map.

        Raises:
            NotABrainMri: the input is outside, and the gate is enforced.
            ValueError: wrong shape, or values outside `[0, 1]`.
        """
        started = perf_counter()
        scan = _drawn(network_input[0])
        content = hashlib.sha256(network_input.tobytes()).digest()
        return self._compute(scan, network_input, content, started, heatmap, False, None, None, 1)

    def check(self, method: HeatmapMethod | None, target: TumorClass | None) -> None:
        """Check that the model has a heat-map with these options; raises `InvalidParameters` if it has not."""
        check_method(f"model {self.metadata.name}", heatmap_methods(self.metadata), method, target)

    def _compute(
        self,
        scan: Scan,
        network_input: NDArray[np.float32],
        content: bytes,
        started: float,
        heatmap: bool,
        layer: bool,
        method: HeatmapMethod | None,
        target: TumorClass | None,
        views: int,
    ) -> Prediction:
        found = quality.assess(scan)
        read = perf_counter()

        judged = self.judge(scan.image, network_input)
        forward, gate, told, probabilities = judged.forward, judged.gate, judged.told, judged.probabilities
        decision = judged.ruling.decision
        if gate and gate.outside and self._gate_choice is GateChoice.ENFORCE:
            raise NotABrainMri(
                f"The image does not look like a brain MRI: its score is {gate.score:.3g}, and at most "
                f"{gate.threshold:.3g} is accepted. Send one slice of a brain MRI.",
                limit=gate.threshold,
                score=gate.score,
            )
        sets, deciding = judged.ruling.prediction_sets, judged.ruling.deciding_set
        notices = list(scan.notices)
        if not decision.names_class:
            sets, deciding, views = (), None, 1
        if decision is Decision.OUTSIDE:
            heatmap = False
        else:  # advice about a head, which an image outside does not show
            notices += quality.notices(found)
        agreement = self.judge.agreement(network_input, judged, views) if views > 1 else None
        computed = perf_counter()

        most_probable = CLASSES[int(probabilities.argmax())]
        default = default_method(self.metadata, decision) if told else HeatmapMethod.GRAD_CAM
        explained = explained_class(default, method, target, most_probable)
        preview = to_preview(scan.image)
        descriptor = None
        if self._drift_reference and gate:
            plain = calibrated_probabilities(forward.logits, self.metadata.temperature)
            descriptor = self._drift_reference.describe(forward.feature_map, plain, gate.score, network_input)
        heat = np.stack(
            [gradcam.heatmap(forward.feature_map, self.classifier.head, each) for each in range(len(CLASSES))]
        )
        place = told.heat if told else None
        grid = place if place is not None and explained is None else heat[CLASSES.index(explained or most_probable)]
        drawn = draw_heatmap(preview, grid, explained, self.metadata, layer=layer) if heatmap else None
        timing = Timing((read - started) * 1e3, (computed - read) * 1e3, (perf_counter() - computed) * 1e3)

        if drawn and drawn.target and drawn.focus is None:
            notices.append(
                Notice(
                    "empty-heatmap",
                    f"The image shows no evidence for the class {drawn.target.value}; the heat-map is empty.",
                )
            )
        notices += judged.ruling.reasons
        if self.metadata.evaluation is None:
            notices.append(
                Notice(
                    "not-evaluated",
                    "These weights were not evaluated: their accuracy is unknown and the probabilities are not "
                    "calibrated.",
                )
            )
        return Prediction(
            content=content,
            facts=scan.facts,
            preview=preview,
            probabilities=probabilities,
            gate=gate,
            prediction_sets=sets,
            deciding_set=deciding,
            decision=decision,
            heatmap=drawn,
            heat=heat,
            quality=found,
            notices=tuple(notices),
            timing=timing,
            place=place,
            other=told.other if told else None,
            agreement=agreement,
            descriptor=descriptor,
            acquisition=told.acquisition if told and decision is not Decision.OUTSIDE else None,
        )


def _drawn(network_input: NDArray[np.float32]) -> Scan:
    """The image that an input, float32 `[height, width, channels]` in `[0, 1]`, shows."""
    pixels = np.rint(network_input * 255).astype(np.uint8)
    gray = bool((pixels == pixels[..., :1]).all())
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0]) if gray else pixels)
    return Scan(image, ScanFacts(image.width, image.height, "tensor", image.mode))
