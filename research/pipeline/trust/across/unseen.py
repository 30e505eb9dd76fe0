"""Slices of sources that a network had not seen, with its outputs: what the runs of `across --fold` predict."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.heads import Heads, Told
from app.services.trust.reliability import signals
from research.pipeline.data.slices import BR35H, DATA_SET, FOLDS, OTHER, Slice

_PREDICTIONS = "predictions.npz"
OWN = (DATA_SET, BR35H)
"""The sources of the data set itself."""
_RIDGE = 1e-2


@dataclass(frozen=True)
class Unseen:
    """Slices with the outputs of networks that were trained without their source.

    Attributes:
        slices: what is known of each.
        fold: index of the run whose network predicted the slice, int `[n]`.
        logs: logarithms of the class probabilities, float64 `[n, 4]`.
        told: what the further heads tell.
    """

    slices: list[Slice]
    fold: NDArray[np.int_]
    logs: NDArray[np.float64]
    told: list[Told]

    @property
    def labels(self) -> NDArray[np.int_]:
        """Index of the class, int `[n]`; -1 for slices that are none of the four."""
        return np.array([-1 if item.label == OTHER else CLASSES.index(item.label) for item in self.slices])

    @property
    def sources(self) -> NDArray[np.str_]:
        """Name of the source, `[n]`."""
        return np.array([item.source for item in self.slices])

    def signals(self, temperature: float) -> NDArray[np.float64]:
        """The signals of every slice, float64 `[n, signals]`, at the temperature of the margin."""
        probabilities = calibrated_probabilities(self.logs, temperature)
        return np.array([signals(row, told) for row, told in zip(probabilities, self.told, strict=True)])

    def part(self, chosen: NDArray[np.bool_]) -> "Unseen":
        """The chosen slices, bool `[n]`."""
        numbers = np.flatnonzero(chosen).tolist()
        return Unseen(
            [self.slices[number] for number in numbers],
            self.fold[chosen],
            self.logs[chosen],
            [self.told[number] for number in numbers],
        )


def read_unseen(runs: Sequence[Path], slices: Sequence[Slice]) -> Unseen:
    """Read the predictions of several runs for the sources that each left out.

    Args:
        runs: folders of `across --fold`, named by the folds that each left out.
        slices: the table of the packed file that the runs were trained on.

    Raises:
        OSError: a run is not finished.
        ValueError: two runs left out the same source.
    """
    left_out = [{source for fold in _folds_of(run) for source in FOLDS[fold]} for run in runs]
    if sum(map(len, left_out)) != len(set().union(*left_out)):
        raise ValueError("two runs left out the same source; its slices would count twice")
    parts = []
    for number, (run, sources) in enumerate(zip(runs, left_out, strict=True)):
        found = read_predictions(run, slices, sources)
        parts.append(Unseen(found.slices, np.full(len(found.slices), number), found.logs, found.told))
    return Unseen(
        [item for part in parts for item in part.slices],
        np.concatenate([part.fold for part in parts]),
        np.concatenate([part.logs for part in parts]),
        [told for part in parts for told in part.told],
    )


def read_predictions(run: Path, slices: Sequence[Slice], left_out: Collection[str] = ()) -> Unseen:
    """Read the predictions of a run for the sources that it left out; without any, for its validation slices.

    The familiarity is fitted to the validation slices of the other sources.

    Args:
        run: its folder.
        slices: the table of the packed file that it was trained on.
        left_out: names of the sources.

    Raises:
        OSError: the run is not finished.
    """
    with np.load(run / _PREDICTIONS) as kept:
        of = np.array([slices[index].source for index in kept["numbers"]])
        trained = ~np.isin(of, list(left_out))
        chosen = ~trained if left_out else trained
        numbers = kept["numbers"][chosen]
        outputs = {name: kept[name][chosen] for name in ("logs", "other", "place", "sequence", "plane")}
        features = kept["features"].astype(np.float32)
    weight, bias = fit_familiar(features[trained], np.isin(of[trained], OWN))
    familiar = features[chosen] @ weight + bias
    told = [
        Told(
            sequence=calibrated_probabilities(sequence, 1),
            plane=calibrated_probabilities(plane, 1),
            other=float(other),
            familiar=near,
            place=place,
        )
        for sequence, plane, other, near, place in zip(
            outputs["sequence"], outputs["plane"], outputs["other"], familiar.tolist(), outputs["place"], strict=True
        )
    ]
    logs = outputs["logs"].astype(np.float64)
    return Unseen([slices[index] for index in numbers], np.zeros(len(numbers), int), logs, told)


def read_trained_heads(run: Path, slices: Sequence[Slice]) -> Heads:
    """The heads of a finished run, with the familiarity fitted to its validation slices.

    Raises:
        OSError: the run is not finished.
    """
    with np.load(run / _PREDICTIONS) as kept:
        own = np.isin([slices[index].source for index in kept["numbers"]], OWN)
        weight, bias = fit_familiar(kept["features"].astype(np.float32), own)
    with np.load(run / "heads.npz") as kept:
        trained = {name: kept[name] for name in kept.files}
    return Heads(**trained, familiar_weight=weight[np.newaxis], familiar_bias=np.array([bias], np.float32))


def _folds_of(run: Path) -> list[str]:
    """The folds in the name of a run's folder, such as `tcga-tiantan`."""
    return run.name.split("-")


def fit_familiar(features: NDArray[np.float32], own: NDArray[np.bool_]) -> tuple[NDArray[np.float32], float]:
    """Ridge regression, in its dual form, that gives slices of the data set 1 and those of other hospitals -1.

    Both sides have the same weight.

    Args:
        features: float32 `[n, features]`; both sides occur.
        own: bool `[n]`, whether a slice is of the data set.

    Returns:
        The weights float32 `[features]` and the bias.
    """
    scale = np.maximum(features.std(axis=0), 1e-3) * np.sqrt(features.shape[1])
    weight = np.where(own, 0.5 / own.sum(), 0.5 / (~own).sum())
    mean = weight @ features
    roots = np.sqrt(weight)[:, np.newaxis]
    rows = roots * (features - mean) / scale
    sides = roots[:, 0] * np.where(own, 1.0, -1.0)
    found = rows.T @ np.linalg.solve((rows @ rows.T).astype(np.float64) + _RIDGE * np.eye(len(rows)), sides)
    weights = (found / scale).astype(np.float32)
    return weights, -float(mean @ weights)
