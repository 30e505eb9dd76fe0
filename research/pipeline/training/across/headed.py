"""A classifier with further heads that share its forward pass, and the loss of all of them."""

from dataclasses import dataclass

import keras
import torch
from torch.nn import functional

from app.models.acquisition import PLANES, SEQUENCES
from app.services.network.architectures.catalogue import Architecture
from research.pipeline.training.across.batches import Batch
from research.pipeline.training.across.known import UNKNOWN
from research.pipeline.training.across.place import PLACE_UNKNOWN
from research.pipeline.training.networks import fast_network, training_precision
from research.pipeline.training.torch_layers import fold_normalization

_OTHER_WEIGHT, _PLACE_WEIGHT, _SOMEWHERE_WEIGHT = 0.3, 0.5, 0.2
_SEQUENCE_WEIGHT, _PLANE_WEIGHT = 0.2, 0.1


@dataclass(frozen=True)
class Outputs:
    """The outputs for a batch.

    Attributes:
        logs: logarithms of the class probabilities, float32 `[n, 4]`.
        other: logits that a slice shows something that is none of the four classes, float32 `[n]`.
        place: logits that the tumor is at a cell of the feature map, float32 `[n, rows, columns]`.
        sequence: logits in the order of `SEQUENCES`, float32 `[n, 5]`.
        plane: logits in the order of `PLANES`, float32 `[n, 3]`.
        evidence: Grad-CAM of the most probable class, float32 `[n, rows, columns]` in `[0, 1]`; see `gradcam.heatmap`.
    """

    logs: torch.Tensor
    other: torch.Tensor
    place: torch.Tensor
    sequence: torch.Tensor
    plane: torch.Tensor
    evidence: torch.Tensor


class HeadedNetwork(torch.nn.Module):  # type: ignore[misc]
    """A classifier with linear heads.

    `place` reads the last feature map, `other` its maxima, `sequence` and `plane` the features of the gate: the mean
    and the root mean square of every channel of several layers.
    """

    def __init__(self, architecture: Architecture) -> None:
        """Build the network with random weights; the further heads start at zero."""
        super().__init__()
        self.classifier = fast_network(architecture, training_precision())
        backbone = self.classifier.layers[0]
        fold_normalization(backbone)
        outputs = [backbone.get_layer(name).output for name in architecture.summarised]
        last = backbone.get_layer(architecture.feature_map.layer).output
        self._layers = keras.Model(backbone.input, [last, *outputs])
        self._channels = architecture.input.channels
        width, summarised = last.shape[-1], 2 * sum(output.shape[-1] for output in outputs)
        self.heads = torch.nn.ModuleDict(
            {
                "other": torch.nn.Linear(width, 1),
                "place": torch.nn.Linear(width, 1),
                "sequence": torch.nn.Linear(summarised, len(SEQUENCES)),
                "plane": torch.nn.Linear(summarised, len(PLANES)),
            }
        )
        for head in self.heads.values():
            torch.nn.init.zeros_(head.weight)
            torch.nn.init.zeros_(head.bias)

    def forward(self, pictures: torch.Tensor, training: bool) -> Outputs:
        """Compute the outputs of gray pictures uint8 `[n, side, side]`; dropout acts only in training."""
        inputs = (pictures[..., None].float() / 255).expand(-1, -1, -1, self._channels)
        feature_map, *layers = (layer.float() for layer in self._layers(inputs, training=False))
        pooled = values = feature_map.amax((1, 2))
        for layer in self.classifier.layers[1:]:
            values = layer(values, training=training)
        summaries = [
            summary
            for layer in layers
            # The root has no gradient at 0, which channels without any activation have.
            for summary in (layer.mean((1, 2)), layer.square().mean((1, 2)).clamp_min(1e-12).sqrt())
        ]
        features = torch.cat(summaries, 1)
        return Outputs(
            logs=torch.log(values.clamp_min(1e-7)),
            other=self.heads["other"](pooled)[:, 0],
            place=self.heads["place"](feature_map)[..., 0],
            sequence=self.heads["sequence"](features),
            plane=self.heads["plane"](features),
            evidence=self._evidence(feature_map, values),
        )

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def _evidence(self, feature_map: torch.Tensor, probabilities: torch.Tensor) -> torch.Tensor:
        hidden, output = (layer for layer in self.classifier.layers[1:] if layer.weights)
        active = feature_map.amax((1, 2)) @ hidden.kernel.value + hidden.bias.value > 0
        weights = (output.kernel.value.T[probabilities.argmax(1)] * active) @ hidden.kernel.value.T
        heat = torch.einsum("nrcd,nd->nrc", feature_map, weights).relu()
        return heat / heat.amax((1, 2), keepdim=True).clamp_min(1e-12)

    @property
    def trained(self) -> list[torch.Tensor]:
        """All weights that training changes."""
        return [*(variable.value for variable in self.classifier.trainable_variables), *self.heads.parameters()]


def loss_of(outputs: Outputs, batch: Batch, label_smoothing: float) -> torch.Tensor:
    """The mean loss of a batch over all heads.

    A tumor of unrecorded type counts as any of the three. Where a mask is known the place is learned from it; elsewhere
    a tumor must be somewhere, and nowhere without one. Unknown sequences and planes do not count.
    """
    soft = -(batch.target * outputs.logs).sum(1)
    any_of = -torch.log((batch.target * outputs.logs.exp()).sum(1).clamp_min(1e-7))
    of_class = torch.where(batch.partial, any_of, soft)
    loss = ((1 - label_smoothing) * of_class - label_smoothing * outputs.logs.mean(1)).mean()
    binary = functional.binary_cross_entropy_with_logits
    cells = binary(outputs.place, batch.place.clamp_min(0), reduction="none").mean((1, 2))
    somewhere = binary(outputs.place.amax((1, 2)), batch.tumor, reduction="none")
    known = batch.place[:, 0, 0] != PLACE_UNKNOWN
    placed = torch.where(known, cells, _SOMEWHERE_WEIGHT * somewhere).mean()
    total: torch.Tensor = (
        loss
        + _OTHER_WEIGHT * binary(outputs.other, batch.other)
        + _PLACE_WEIGHT * placed
        + _SEQUENCE_WEIGHT * _over_known(outputs.sequence, batch.sequence)
        + _PLANE_WEIGHT * _over_known(outputs.plane, batch.plane)
    )
    return total


def _over_known(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Cross-entropy, as a mean over the whole batch, so that a batch with one known value does not count as much."""
    total: torch.Tensor = functional.cross_entropy(logits, target, ignore_index=UNKNOWN, reduction="sum") / len(target)
    return total
