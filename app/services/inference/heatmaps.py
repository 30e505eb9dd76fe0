"""Heat-maps over a scan: the evidence for a class (Grad-CAM), or the probability of a tumor at each place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.models.classes import TumorClass
from app.models.model_file import ModelMetadata
from app.models.problems import InvalidParameters
from app.models.thresholds import Decision, HeatmapMethod
from app.services.network import gradcam

# A place with a lower probability of a tumor is not pointed to.
POINTED = 0.5


@dataclass(frozen=True)
class Heatmap:
    """A heat-map.

    Attributes:
        target: the class that it is the evidence for; None for the probability of a tumor at each place.
        grid: float32 `[rows, columns]` in `[0, 1]`, the heat on the grid of the feature map.
        overlay: the scan with the heat-map on it, PNG, RGB, of the preview's size.
        layer: the heat-map without the scan, PNG, RGB with alpha, of that size; None if not requested.
        focus: centre and extent of the heat-map; None if it points to no place.
    """

    target: TumorClass | None
    grid: NDArray[np.float32]
    overlay: bytes
    layer: bytes | None
    focus: gradcam.Focus | None

    @property
    def method(self) -> HeatmapMethod:
        """What it shows."""
        return HeatmapMethod.PLACE if self.target is None else HeatmapMethod.GRAD_CAM


def heatmap_methods(metadata: ModelMetadata) -> tuple[HeatmapMethod, ...]:
    """The heat-maps of a model, its default first."""
    if metadata.trust is None or metadata.trust.heads is None:
        return (HeatmapMethod.GRAD_CAM,)
    default = metadata.trust.heads.heatmap
    return default, *(method for method in HeatmapMethod if method is not default)


def check_method(
    of: str, accepted: Sequence[HeatmapMethod], method: HeatmapMethod | None, target: TumorClass | None
) -> None:
    """Check that there is a heat-map with these options.

    Args:
        of: the model or record, in words.
        accepted: its heat-maps.
        method: what is requested, if anything.
        target: the requested class, if any.

    Raises:
        InvalidParameters: there is no such heat-map, or it does not belong to a class.
    """
    if method and method not in accepted:
        raise InvalidParameters(
            f"query.method: the {of} has no heat-map of the kind `{method}`: it does not know the place of a tumor. "
            f"Accepted: {', '.join(accepted)}.",
            accepted=list(accepted),
        )
    if method is HeatmapMethod.PLACE and target:
        raise InvalidParameters(
            "query.target: a heat-map of the kind `place` does not belong to a class. Leave out `target`, or send "
            "`method=grad-cam`."
        )


def explained_class(
    default: HeatmapMethod,
    method: HeatmapMethod | None,
    target: TumorClass | None,
    most_probable: TumorClass,
) -> TumorClass | None:
    """The class whose evidence a heat-map shows; None for the place of a tumor.

    Args:
        default: used if neither method nor target is requested.
        method: what is requested, if anything.
        target: the requested class, if any; without a method it means Grad-CAM.
        most_probable: the class that Grad-CAM explains without a target.
    """
    if target:
        return target
    return None if (method or default) is HeatmapMethod.PLACE else most_probable


def default_method(metadata: ModelMetadata, decision: Decision) -> HeatmapMethod:
    """The heat-map to show: that of the model, or the place if the slice shows none of the classes."""
    return HeatmapMethod.PLACE if decision is Decision.OTHER else heatmap_methods(metadata)[0]


def draw_heatmap(
    preview: Image.Image,
    grid: NDArray[np.float32],
    target: TumorClass | None,
    metadata: ModelMetadata,
    *,
    layer: bool = False,
) -> Heatmap:
    """Draw a heat-map over an image.

    Args:
        preview: 8-bit, RGB or gray.
        grid: float32 `[rows, columns]` in `[0, 1]`.
        target: the class that it is the evidence for; None for the probability of a tumor at each place.
        metadata: of the model that computed it.
        layer: whether to draw it without the image too.
    """
    cells, spec = metadata.feature_map, metadata.input
    pointed = grid if target else np.where(grid >= POINTED, grid, 0)
    return Heatmap(
        target=target,
        grid=grid,
        overlay=gradcam.overlay(preview, grid, cells, spec),
        layer=gradcam.layer(preview.size, grid, cells, spec) if layer else None,
        focus=gradcam.focus(pointed, cells, spec),
    )
