"""Fit the thresholds of a model, and measure them at other hospitals by fits that know nothing of the hospital."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.models.acquisition import SEQUENCES
from app.models.classes import CLASSES
from app.models.measured.across import AcrossReport, HospitalsReport, PatientsReport, SourceReport
from app.models.model_file import ModelMetadata, read_metadata
from app.models.thresholds import Decision
from app.services.measures.classification import NOTUMOR
from app.services.measures.intervals import share_of
from research.pipeline.data.slices import DATA_SET, FOLDS, Slice, patient_weights
from research.pipeline.training.across.known import UNKNOWN, plane_of, sequence_of
from research.pipeline.trust.across.pointing import pointing
from research.pipeline.trust.across.predictions import joined, read_predictions
from research.pipeline.trust.across.thresholds import Decided, Thresholds, fit_thresholds


def confidence(
    metadata: ModelMetadata,
    trained: Path,
    folds: Sequence[Path],
    slices: Sequence[Slice],
    masks: Mapping[int, NDArray[np.uint8]],
) -> tuple[Thresholds, AcrossReport]:
    """Fit the thresholds to the validation slices of all sources, and measure the model at other hospitals.

    Args:
        metadata: the model's metadata.
        trained: the run whose weights the model has.
        folds: the runs of `across --fold`, in folders with the names of the folds.
        slices: the table of the packed file that all runs were trained on.
        masks: its masks.

    Raises:
        OSError: a run is not finished.
        ValueError: two runs left out the same source.
    """
    found = read_predictions(trained, slices)
    judged = {}
    for source in np.unique(found.sources).tolist():
        own = found.sources == source
        judged[source] = fit_thresholds(found.part(~own), metadata.temperature).decide(found.part(own))
    with np.load(trained / "predictions.npz") as kept:
        side = int(kept["side"])
    return fit_thresholds(found, metadata.temperature), AcrossReport(
        model=metadata.name,
        version=metadata.version,
        measured_on=datetime.now(UTC).date(),
        patients=_hospitals(judged),
        left_out=_hospitals(_judged_unseen(metadata.name, folds, slices)),
        pointing=pointing(found, masks, metadata.feature_map, side),
    )


def _judged_unseen(model: str, folds: Sequence[Path], slices: Sequence[Slice]) -> dict[str, Decided]:
    """The sources that each run left out, judged by its own thresholds, which are fitted to the others."""
    judged: dict[str, Decided] = {}
    for run in folds:
        found, temperature = read_predictions(run, slices), read_metadata(run / f"{model}_model.json").temperature
        left_out = [source for fold in run.name.split("-") for source in FOLDS[fold]]
        fitted = fit_thresholds(found.part(~np.isin(found.sources, left_out)), temperature)
        for source in left_out:
            if source in judged:
                raise ValueError(f"two runs left out {source}; its slices would count twice")
            judged[source] = fitted.decide(found.part(found.sources == source))
    return judged


def _hospitals(judged: Mapping[str, Decided]) -> HospitalsReport:
    elsewhere = _joined([each for source, each in judged.items() if source != DATA_SET])
    labels, sequence = elsewhere.found.labels, _sequences(elsewhere)
    return HospitalsReport(
        all=_report(elsewhere),
        sources={source: _report(each) for source, each in judged.items()},
        accuracy_by_sequence={
            tumor: {
                name: share_of(elsewhere.predicted[chosen] == index)
                for number, name in enumerate(SEQUENCES)
                if (chosen := (labels == index) & (sequence == number)).any()
            }
            for index, tumor in enumerate(CLASSES)
        },
    )


def _joined(parts: Sequence[Decided]) -> Decided:
    return Decided(
        found=joined([part.found for part in parts]),
        predicted=np.concatenate([part.predicted for part in parts]),
        deciding=np.concatenate([part.deciding for part in parts]),
        decision=np.concatenate([part.decision for part in parts]),
    )


def _sequences(judged: Decided) -> NDArray[np.int_]:
    return np.array([sequence_of(item) for item in judged.found.slices])


def _report(judged: Decided) -> SourceReport:
    found, predicted, labels = judged.found, judged.predicted, judged.found.labels
    four = labels >= 0
    tumor, free = four & (labels != NOTUMOR), labels == NOTUMOR
    right, answered = predicted == labels, judged.decision == Decision.ANSWER.value
    covered = np.take_along_axis(judged.deciding, np.maximum(labels, 0)[:, np.newaxis], axis=1)[:, 0]
    sequence, plane = _sequences(judged), np.array([plane_of(item) for item in found.slices])
    return SourceReport(
        slices=int(four.sum()),
        by_patient=_by_patient(found.part(four).slices, right[four], answered[four]),
        accuracy=share_of(right[four]),
        tumors_found=share_of(predicted[tumor] != NOTUMOR),
        tumor_free_clear=share_of(predicted[free] == NOTUMOR),
        answered=share_of(answered[four]),
        accuracy_of_answers=share_of(right[four & answered]),
        tumors_surely_called_notumor=share_of((answered & (predicted == NOTUMOR))[tumor]),
        covered=share_of(covered[four]),
        other=share_of(judged.decision[~four] == Decision.OTHER.value),
        other_answered=share_of(answered[~four]),
        sequence=share_of((found.sequence == sequence)[sequence != UNKNOWN]),
        plane=share_of((found.plane == plane)[plane != UNKNOWN]),
    )


def _by_patient(slices: Sequence[Slice], right: NDArray[np.bool_], answered: NDArray[np.bool_]) -> PatientsReport:
    weights = patient_weights(slices)

    def share(chosen: NDArray[np.bool_], of: NDArray[np.bool_]) -> float | None:
        return float(weights[chosen & of].sum() / weights[of].sum()) if of.any() else None

    every = np.ones(len(slices), bool)
    patients = Counter(item.group for item in slices)
    return PatientsReport(
        patients=len(patients),
        most_slices=max(patients.values(), default=0),
        accuracy=share(right, every),
        answered=share(answered, every),
        accuracy_of_answers=share(right, answered),
    )
