"""Checks that heat-maps depend on the learned weights and show what the network uses.

Model randomisation (Adebayo et al. 2018, https://arxiv.org/abs/1810.03292): a network with random weights must give
different maps. Deletion and insertion (Petsiuk et al. 2018, https://arxiv.org/abs/1806.07421): the probability of the
predicted class must fall quickly when the hottest cells are blacked out first, and rise quickly when they are restored
first. It must do so faster than in a random order, and than from the centre outwards, since tumors are likelier there.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from app.models.classes import CLASSES
from app.models.measured.test_set import HeatmapChecks
from app.models.model_file import FeatureMapSpec, ModelMetadata
from app.services.measures.classification import NOTUMOR, average_ranks
from app.services.network import gradcam
from app.services.network.temperature import calibrated_probabilities
from research.pipeline.evaluation.networks import Network, UntrainedNetwork

STEPS = 15
RANDOM_NETWORKS = 3


def choose_images(labels: NDArray[np.int_], count: int, seed: int) -> NDArray[np.int_]:
    """Indices of about `count` tumor images in int `[n]` labels: equally many of each type, drawn at random."""
    rng = np.random.default_rng(seed)
    types = [index for index in range(len(CLASSES)) if index != NOTUMOR]
    drawn = [rng.permutation(np.flatnonzero(labels == index))[: count // len(types)] for index in types]
    return np.sort(np.concatenate(drawn))


def check_heatmaps(
    network: Network, metadata: ModelMetadata, inputs: Sequence[NDArray[np.float32]], seed: int
) -> HeatmapChecks:
    """Run all checks, for each image on the predicted class.

    Args:
        network: the trained network.
        metadata: the network's metadata.
        inputs: float32 `[1, height, width, channels]` each.
        seed: seed of the random networks and the random order.
    """
    untrained = [UntrainedNetwork(metadata, seed + number) for number in range(RANDOM_NETWORKS)]
    rng = np.random.default_rng(seed)
    correlations: list[float] = []
    deletion: dict[str, list[float]] = {}
    insertion: dict[str, list[float]] = {}
    for scan in track(inputs, description="Heat-maps"):
        logits, feature_maps = network(scan)
        target = int(logits[0].argmax())
        heat = gradcam.heatmap(feature_maps[0], network.head, target)
        for other in untrained:
            correlations.append(rank_correlation(heat, gradcam.heatmap(other(scan)[1][0], other.head, target)))
        for name, order in cell_orders(heat, rng).items():
            masks = growing_masks(order, scan.shape[1:3], metadata.feature_map)
            shown = np.concatenate([scan * ~masks, scan * masks])
            probability = calibrated_probabilities(network(shown)[0], metadata.temperature)[:, target]
            share = masks.mean(axis=(1, 2, 3))
            deletion.setdefault(name, []).append(float(np.trapezoid(probability[: len(masks)], share)))
            insertion.setdefault(name, []).append(float(np.trapezoid(probability[len(masks) :], share)))
    return HeatmapChecks(
        images=len(inputs),
        randomised_correlation=float(np.mean(correlations)),
        deletion={name: float(np.mean(areas)) for name, areas in deletion.items()},
        insertion={name: float(np.mean(areas)) for name, areas in insertion.items()},
    )


def rank_correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Spearman's correlation of two maps of equal shape, in `[-1, 1]`; 0 if one of them is constant."""
    a, b = (ranks - ranks.mean() for ranks in (average_ranks(first.ravel()), average_ranks(second.ravel())))
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return float(np.clip(a @ b / spread, -1, 1)) if spread > 0 else 0.0


def cell_orders(heat: NDArray[np.float32], rng: np.random.Generator) -> dict[str, NDArray[np.int_]]:
    """Three orders of a map's cells: the rank of each cell, int `[rows, columns]`; ties in random order."""
    rows, columns = heat.shape
    y, x = np.mgrid[:rows, :columns]
    distance = np.hypot(y - (rows - 1) / 2, x - (columns - 1) / 2)
    keys = {"grad-cam": -heat, "random": np.zeros_like(heat), "centre": distance}
    return {
        name: np.argsort(np.lexsort((rng.permutation(heat.size), key.ravel()))).reshape(heat.shape)
        for name, key in keys.items()
    }


def growing_masks(order: NDArray[np.int_], size: tuple[int, ...], grid: FeatureMapSpec) -> NDArray[np.bool_]:
    """Masks of the first cells of an order, from no cell to all: bool `[STEPS + 1, height, width, 1]`.

    A pixel belongs to the cell with the nearest centre.
    """

    def nearest(pixels: int, cells: int) -> NDArray[np.int_]:
        return np.clip((np.arange(pixels) - grid.offset + grid.stride // 2) // grid.stride, 0, cells - 1)

    place = order[np.ix_(nearest(size[0], order.shape[0]), nearest(size[1], order.shape[1]))]
    taken = np.rint(np.linspace(0, order.size, STEPS + 1))
    masks: NDArray[np.bool_] = place[np.newaxis, :, :, np.newaxis] < taken[:, np.newaxis, np.newaxis, np.newaxis]
    return masks
