"""Judges one picture: the forward pass, what the heads tell, calibrated probabilities, gate and decision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.models.model_file import ModelMetadata
from app.models.thresholds import Decision
from app.services.imaging.preprocessing import to_input
from app.services.imaging.reading import Notice
from app.services.network.classifier import Classifier, ForwardPass
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.appearance import appearance
from app.services.trust.conformal import PredictionSet, prediction_set
from app.services.trust.decision import decide
from app.services.trust.gate import Gate, GateResult
from app.services.trust.heads import Heads, Told
from app.services.trust.views import Agreement, agreement_of, other_views


@dataclass(frozen=True)
class Ruling:
    """A decision, and what it depends on.

    Attributes:
        decision: whether the answer may be used.
        prediction_sets: from the smallest coverage to the largest; empty without thresholds.
        deciding_set: the one that the decision depends on; None without thresholds.
        reasons: a notice for each reason why the decision is not `answer`.
    """

    decision: Decision
    prediction_sets: tuple[PredictionSet, ...]
    deciding_set: PredictionSet | None
    reasons: tuple[Notice, ...]


@dataclass(frozen=True)
class Judgement:
    """The result for one picture.

    Attributes:
        forward: the forward pass.
        told: what the heads tell; None for a model without heads.
        probabilities: float64 `[4]`, calibrated, in the order of `CLASSES`.
        gate: the gate's result; None without a gate.
        ruling: the decision.
    """

    forward: ForwardPass
    told: Told | None
    probabilities: NDArray[np.float64]
    gate: GateResult | None
    ruling: Ruling


class Judge:
    """Judges pictures with one model. Safe to use from several threads."""

    def __init__(
        self,
        metadata: ModelMetadata,
        classifier: Classifier,
        *,
        gate: Gate | None,
        gate_off: bool,
        heads: Heads | None,
    ) -> None:
        """Combine the parts of a model.

        Args:
            metadata: the model's metadata.
            classifier: the model's network.
            gate: the model's gate; None if there is none, or if the operator turned it off.
            gate_off: whether the operator turned it off, so that its absence is no reason for doubt.
            heads: the model's further heads; None for a model without.
        """
        self._metadata = metadata
        self._classifier = classifier
        self._gate = gate
        self._gate_off = gate_off
        self._heads = heads

    def __call__(self, image: Image.Image, network_input: NDArray[np.float32]) -> Judgement:
        """Judge one picture.

        Args:
            image: 8-bit, RGB or gray.
            network_input: the same picture as `to_input` makes it.
        """
        return self.of_pass(self._classifier.classify(network_input), appearance(image))

    def of_pass(self, forward: ForwardPass, looks: NDArray[np.float32]) -> Judgement:
        """Judge a picture by its forward pass and its `appearance`, float32 `[m]`."""
        told, probabilities = self._read(forward)
        gate = self._gate(forward.features, looks) if self._gate else None
        ruling = self.decide(probabilities, gate, told.other if told else None)
        return Judgement(forward=forward, told=told, probabilities=probabilities, gate=gate, ruling=ruling)

    def decide(self, probabilities: NDArray[np.float64], gate: GateResult | None, other: float | None) -> Ruling:
        """Decide on one picture, or on several that were combined.

        Args:
            probabilities: float64 `[4]`, calibrated.
            gate: the gate's result; None without a gate.
            other: log-odds that none of the classes is shown; None for a model without heads.
        """
        trust = self._metadata.trust
        sets: tuple[PredictionSet, ...] = ()
        deciding = None
        if trust:
            sets = tuple(prediction_set(probabilities, trust.set_method, spec) for spec in trust.sets)
            deciding = next(each for each in sets if each.coverage == trust.deciding_coverage)
        decision, reasons = decide(
            float(probabilities.max()), gate, deciding, trust, gate_off=self._gate_off, other=other
        )
        return Ruling(decision, sets, deciding, tuple(reasons))

    def probabilities(self, image: Image.Image) -> NDArray[np.float64]:
        """The calibrated probabilities of an image, float64 `[4]` in the order of `CLASSES`, whatever the decision.

        Args:
            image: 8-bit, RGB or gray, of any size.
        """
        return self._read(self._classifier.classify(to_input(image, self._metadata.input)))[1]

    def agreement(self, network_input: NDArray[np.float32], judged: Judgement, views: int) -> Agreement:
        """Classify further views of a picture, and compare them.

        Args:
            network_input: of the picture.
            judged: the result for it.
            views: number of views, itself included, 2 to `MAX_VIEWS`.
        """
        others = [self._read(self._classifier.classify(view))[1] for view in other_views(network_input, views)]
        return agreement_of(np.array([judged.probabilities, *others]))

    def _read(self, forward: ForwardPass) -> tuple[Told | None, NDArray[np.float64]]:
        told = self._heads(forward) if self._heads else None
        return told, calibrated_probabilities(forward.logits, self._metadata.temperature)
