"""Measure a served model on the official test images, through the service's own pre-processing."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from app.models.metadata import ClassMetrics, Evaluation, ModelMetadata, PartMetrics, read_metadata
from app.models.tumor import CLASSES, TumorClass
from app.services import imaging
from app.services.classifier import Classifier, calibrated_probabilities, file_sha256
from app.services.imaging import Limits
from research.pipeline.manifest import Source, read_manifest

ECE_BINS = 15
_NO_LIMITS = Limits(max_bytes=10**9, max_pixels=10**9)


def evaluate(metadata_path: Path, data: Path, manifest: Path) -> ModelMetadata:
    """Evaluate the weights beside a metadata file on the official test part and write the result into it.

    Args:
        metadata_path: the model's JSON file.
        data: the data set in the Kaggle layout.
        manifest: what `audit` wrote of that data set; says which test images are copies of training images.

    Returns:
        The metadata as written: with the weights' SHA-256 and the evaluation.
    """
    metadata = read_metadata(metadata_path)
    weights = metadata_path.parent / metadata.weights
    rows = [row for row in read_manifest(manifest) if row.source is Source.TESTING]
    logits = forward_all(Classifier(metadata, weights), metadata, [data / row.file for row in rows])
    evaluation = measure(
        calibrated_probabilities(logits, metadata.temperature),
        np.array([CLASSES.index(TumorClass(row.label)) for row in rows]),
        np.array([row.has_copy_in_training for row in rows]),
        dataset="Kaggle Brain Tumor MRI Dataset, official test split",
    )
    written = metadata.model_copy(update={"sha256": file_sha256(weights), "evaluation": evaluation})
    metadata_path.write_text(written.model_dump_json(indent=2) + "\n")
    return written


def forward_all(classifier: Classifier, metadata: ModelMetadata, files: list[Path]) -> NDArray[np.float32]:
    """Logits of image files, float32 `[n, 4]`."""
    logits = []
    with Progress() as progress:
        for path in progress.track(files, description="Evaluating"):
            with path.open("rb") as file:
                scan = imaging.read_scan(file, _NO_LIMITS)
            logits.append(classifier.classify(imaging.to_input(scan.image, metadata.input)).logits)
    return np.array(logits)


def measure(
    probabilities: NDArray[np.float64], labels: NDArray[np.int_], copied: NDArray[np.bool_], dataset: str
) -> Evaluation:
    """Summarise predictions.

    Args:
        probabilities: float64 `[n, 4]`, calibrated.
        labels: int `[n]`, indices of the true classes.
        copied: bool `[n]`, whether an image has a copy among the training images.
        dataset: what the images are.
    """
    predicted = probabilities.argmax(axis=1)
    right = predicted == labels
    notumor = CLASSES.index(TumorClass.NOTUMOR)
    tumors = labels != notumor
    return Evaluation(
        dataset=dataset,
        evaluated_on=datetime.now(UTC).date(),
        images=len(labels),
        accuracy=float(right.mean()),
        without_copies=None
        if copied.all()
        else PartMetrics(images=int((~copied).sum()), accuracy=float(right[~copied].mean())),
        tumors=int(tumors.sum()),
        tumors_called_notumor=int((predicted[tumors] == notumor).sum()),
        ece=expected_calibration_error(probabilities, labels),
        nll=float(-np.log(probabilities[np.arange(len(labels)), labels]).mean()),
        per_class={
            tumor: ClassMetrics(
                sensitivity=float((predicted[labels == index] == index).mean()),
                specificity=float((predicted[labels != index] != index).mean()),
                images=int((labels == index).sum()),
            )
            for index, tumor in enumerate(CLASSES)
        },
    )


def expected_calibration_error(probabilities: NDArray[np.float64], labels: NDArray[np.int_]) -> float:
    """ECE with 15 bins of equal width over the confidence (Naeini et al. 2015; Guo et al. 2017), in `[0, 1]`."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    gaps = [abs(right[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).sum() for b in np.unique(bins)]
    return float(sum(gaps) / len(labels))
