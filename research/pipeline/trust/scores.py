"""Scores that separate scans from outsiders; a higher score means less like a scan."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from app.services.network.temperature import calibrated_probabilities
from app.services.network.weights import ClassifierHead
from app.services.trust.appearance import APPEARANCE
from app.services.trust.gate import Direction, Gate, LayerStatistics, values_along
from research.pipeline.trust.passes import Passes

SEED = 20261123
RANK = 48
NEIGHBOURS = 10
SERVED = "Mahalanobis, all layers and appearance, and direction of known outsiders"
SERVED_NONE_ALIKE = f"{SERVED}; shown none alike"
RIDGE = 1e-3

_HELD_OUT = 3
_LEAST_SCALE = 1e-3

Score = Callable[[Passes], NDArray[np.float64]]


def fit_layers(training: Passes, sizes: Sequence[int]) -> tuple[LayerStatistics, ...]:
    """Fit the statistics of training scans in each layer and in layout, structure and symmetry.

    Every third scan is held out: its distances show the usual range for scans that were not used for fitting.

    Args:
        training: the training scans.
        sizes: number of features of each layer.
    """
    values, held_out = values_of(training), _held_out(training)
    ends = np.cumsum([*sizes, *list(APPEARANCE.values())[:-1]]).tolist()
    return tuple(
        _fit_layer(values[~held_out, start:end], values[held_out, start:end], RANK)
        for start, end in zip([0, *ends[:-1]], ends, strict=True)
    )


def fit_gate(training: Passes, outsiders: Sequence[Passes], layers: tuple[LayerStatistics, ...]) -> Gate:
    """Fit a gate to training scans and some kinds of outsiders. Its threshold is infinite until it is set.

    Args:
        training: the training scans.
        outsiders: the outsiders of each kind; all kinds have equal weight.
        layers: statistics of the same scans.
    """
    scans, held_out = values_along(layers, values_of(training)), _held_out(training)
    strange = [values_along(layers, values_of(kind)) for kind in outsiders]
    return Gate(layers, _fit_direction(scans[~held_out], strange, scans[held_out]), float("inf"))


def _held_out(training: Passes) -> NDArray[np.bool_]:
    chosen: NDArray[np.bool_] = np.arange(len(training)) % _HELD_OUT == 0
    return chosen


def values_of(passes: Passes) -> NDArray[np.float32]:
    """Features and appearance, concatenated as a gate expects them."""
    return np.concatenate([np.asarray(passes.features, np.float32), passes.appearance], axis=1)


def gate_scores(gate: Gate) -> Score:
    """The score function of a gate."""
    return lambda passes: gate.scores(values_of(passes))


def _fit_direction(
    scans: NDArray[np.float32], kinds: Sequence[NDArray[np.float32]], held_out: NDArray[np.float32]
) -> Direction:
    """Ridge regression in its dual form; the scans have the same total weight as all outsiders."""
    rows = np.concatenate([scans, *kinds])
    sides = np.repeat([-1.0, 1.0], [len(scans), len(rows) - len(scans)])
    weights = np.concatenate(
        [
            np.full(len(part), 0.5 / len(part) / count)
            for part, count in [(scans, 1), *((kind, len(kinds)) for kind in kinds)]
        ]
    )
    roots = np.sqrt(weights)[:, np.newaxis]
    centred = (roots * (rows - (weights[:, np.newaxis] * rows).sum(axis=0))).astype(np.float32)
    target = roots[:, 0] * (sides - (weights * sides).sum())
    found = centred.T @ np.linalg.solve((centred @ centred.T).astype(np.float64) + RIDGE * np.eye(len(rows)), target)
    along = held_out @ found.astype(np.float32)
    return Direction(found.astype(np.float32), float(along.mean()), float(along.std()))


def _fit_layer(values: NDArray[np.float32], held_out: NDArray[np.float32], rank: int) -> LayerStatistics:
    mean = values.mean(axis=0)
    deviation = values.std(axis=0)
    # Channels that are almost always zero would otherwise dominate the distances.
    scale = np.maximum(deviation, max(_LEAST_SCALE, 0.05 * float(np.median(deviation)))).astype(np.float32)
    standard = (values - mean) / scale
    number, width = standard.shape
    # The smaller of the two products has the same largest eigenvalues; all eigenvectors would take minutes.
    tall = number > width
    product = (standard.T @ standard if tall else standard @ standard.T).astype(np.float64)
    count = min(rank, number - 1, width - 1)
    variances, vectors = linalg.eigh(product, subset_by_index=(len(product) - count, len(product) - 1))
    variances = np.maximum(variances[::-1], 1e-4)
    left = vectors[:, ::-1]
    components = (left if tall else standard.T @ left / np.sqrt(variances)).T.astype(np.float32)
    deviations = np.sqrt(variances / number).astype(np.float32)
    rest = float((standard**2).sum()) / number - float((deviations**2).sum())
    # The distances of the held-out scans use the same half-precision components as the stored file.
    components = components.astype(np.float16).astype(np.float32)
    noise = float(np.sqrt(max(rest, 1e-6) / (width - count)))
    layer = LayerStatistics(
        mean=mean, scale=scale, components=components, deviations=deviations, noise=noise, usual=0.0, spread=1.0
    )
    distances = layer.log_distance(held_out)
    return replace(layer, usual=float(distances.mean()), spread=float(distances.std()))


def compared_methods(
    training: Passes, labels: NDArray[np.int_], gate: Gate, head: ClassifierHead, temperature: float
) -> dict[str, Score]:
    """The methods that the gate is compared with, by name. None of them uses outsiders.

    Args:
        training: the training scans.
        labels: int `[n]`, class index of each scan; -1 if no class is recorded.
        gate: source of the layer distances.
        head: the last layers of the network.
        temperature: temperature of the probabilities.
    """
    layers = len(gate.layers) - (len(APPEARANCE) - 1)
    last_start = sum(len(layer.mean) for layer in gate.layers[: layers - 1])
    last_end = last_start + len(gate.layers[layers - 1].mean)

    def alarms(passes: Passes) -> NDArray[np.float64]:
        return gate.alarms(values_of(passes))

    def last(passes: Passes) -> NDArray[np.float32]:
        return np.asarray(passes.features[:, last_start:last_end], np.float32)

    known = labels >= 0
    return {
        "max softmax": lambda passes: 1 - calibrated_probabilities(passes.logits, temperature).max(axis=1),
        "energy": lambda passes: -np.logaddexp.reduce(passes.logits.astype(np.float64), axis=1),
        "ViM": _vim(training, head),
        "k nearest neighbours, last layer": _nearest(last(training), last),
        "Mahalanobis, last layer": lambda passes: alarms(passes)[layers - 1],
        "Mahalanobis, last layer, by class": _by_class(last(training)[known], labels[known], last),
        "Mahalanobis, all layers": lambda passes: alarms(passes)[:layers].mean(axis=0),
        "Mahalanobis, all layers and appearance": lambda passes: alarms(passes).max(axis=0),
    }


def _by_class(
    values: NDArray[np.float32], labels: NDArray[np.int_], of: Callable[[Passes], NDArray[np.float32]]
) -> Score:
    """Mahalanobis distance to the nearest class mean, with the variance within classes (Lee et al. 2018)."""
    means = np.array([values[labels == label].mean(axis=0) for label in np.unique(labels)])
    within = values - means[np.searchsorted(np.unique(labels), labels)]
    layer = _fit_layer(within, within, RANK)

    def score(passes: Passes) -> NDArray[np.float64]:
        nearest: NDArray[np.float64] = np.min([layer.log_distance(of(passes) - mean) for mean in means], axis=0)
        return nearest

    return score


def _nearest(values: NDArray[np.float32], of: Callable[[Passes], NDArray[np.float32]]) -> Score:
    """Distance to the tenth nearest training scan, features at unit length (Sun et al. 2022, arXiv:2204.06507)."""

    def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
        scaled: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return scaled

    bank = unit(values)

    def score(passes: Passes) -> NDArray[np.float64]:
        alike = unit(of(passes)) @ bank.T
        distances: NDArray[np.float64] = 1 - np.partition(alike, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS].astype(np.float64)
        return distances

    return score


def _vim(training: Passes, head: ClassifierHead) -> Score:
    """Virtual-logit matching (Wang et al. 2022, arXiv:2203.10807), on the input of the head's last layer."""

    def hidden(passes: Passes) -> NDArray[np.float64]:
        pooled = np.asarray(passes.pooled, np.float32)
        units: NDArray[np.float64] = np.maximum(pooled @ head.hidden_kernel + head.hidden_bias, 0).astype(np.float64)
        return units

    origin = -np.linalg.pinv(head.logit_kernel.T.astype(np.float64)) @ head.logit_bias
    values = hidden(training) - origin
    _, directions = np.linalg.eigh(values.T @ values / len(values))
    residual = directions[:, : values.shape[1] // 2]
    logits = training.logits.astype(np.float64)
    factor = logits.max(axis=1).mean() / np.linalg.norm(values @ residual, axis=1).mean()

    def score(passes: Passes) -> NDArray[np.float64]:
        virtual = factor * np.linalg.norm((hidden(passes) - origin) @ residual, axis=1)
        scores: NDArray[np.float64] = virtual - np.logaddexp.reduce(passes.logits.astype(np.float64), axis=1)
        return scores

    return score
