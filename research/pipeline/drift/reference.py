"""Make the drift reference of a model, from training and validation images only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.config.choices import EngineChoice, Precision
from app.config.machine import parallel_passes
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata, read_metadata
from app.services.drift.reference import BINS, DIMENSIONS, DriftReference, distances, scores_of
from app.services.drift.schemas import ReferenceFacts
from app.services.network.classifier import Classifier
from app.services.network.weights import file_sha256
from app.services.trust.gate import open_gate
from research.pipeline.data.manifest import ImageSource, ManifestRow, Split, read_manifest, validation_rows
from research.pipeline.drift.scan_features import ScanFeatures, scan_features

SEED = 20261123
TRAINING_IMAGES = 800
DATASET = "Kaggle Brain Tumor MRI Dataset, validation split"
# Bins beyond the smallest and largest training value, and their extent in standard deviations: values far outside must
# be distinguished from values just outside.
_OUTER_BINS = 32
_OUTER_REACH = (0.01, 20)


def make_reference(metadata_path: Path, data: Path, manifest: Path, cache: Path, engine: EngineChoice) -> Path:
    """Write the reference to the folder of the metadata; returns its path.

    Directions, bins and neighbours come from training images, and results are ranked among validation images. The ranks
    would not be exact if both used the same images.

    Args:
        metadata_path: the model's JSON file.
        data: the data set in the Kaggle layout.
        manifest: the manifest that `audit` writes.
        cache: folder for cached features.
        engine: the inference engine, in float32.

    Raises:
        OSError: a file is missing.
        ValueError: the metadata describes other weights.
        ConfigurationError: the weights do not fit the network, or have no gate.
    """
    metadata = read_metadata(metadata_path)
    weights = metadata_path.parent / metadata.weights
    if file_sha256(weights) != metadata.sha256:
        raise ValueError(f"{metadata_path} describes other weights than {weights}: run evaluate first")
    classifier = Classifier(metadata, weights, engine, Precision.F32, parallel=parallel_passes())
    gate = open_gate(metadata, metadata_path.parent)
    rows = read_manifest(manifest)
    chosen = training_sample(rows)
    training = scan_features(
        classifier, gate, metadata, [data / row.file for row in chosen], cache / "training.npz", "Training images"
    )
    validation_part = reference_rows(rows)
    validation = scan_features(
        classifier, gate, metadata, [data / row.file for row in validation_part], cache / "validation.npz", "Validation"
    )
    labels = np.array([CLASSES.index(row.tumor) for row in validation_part if row.tumor])
    return fit_reference(metadata, training, validation, labels).write(metadata_path.parent)


def training_sample(rows: Sequence[ManifestRow]) -> list[ManifestRow]:
    """A random selection of the training images of known class, in the manifest's order."""
    known = [row for row in rows if row.split is Split.TRAIN and row.source is ImageSource.TRAINING and not row.ct]
    chosen = np.random.default_rng((SEED, 0)).permutation(len(known))[:TRAINING_IMAGES]
    return [known[index] for index in np.sort(chosen)]


def reference_rows(rows: Sequence[ManifestRow]) -> list[ManifestRow]:
    """The validation images of known class."""
    return [row for row in validation_rows(rows) if row.tumor]


def fit_reference(
    metadata: ModelMetadata, training: ScanFeatures, validation: ScanFeatures, labels: NDArray[np.int_]
) -> DriftReference:
    """Fit the reference to computed features; `labels` are the classes of the validation images, int `[n]`."""
    pooled = training.pooled.astype(np.float32)
    mean = pooled.mean(axis=0)
    directions = np.linalg.svd(pooled - mean, full_matrices=False)[2][:DIMENSIONS].T
    # Rounded as in the file.
    components = directions.astype(np.float16).astype(np.float32)
    neighbours = (pooled - mean) @ components
    predicted = validation.logits.argmax(axis=1)
    confusion = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    facts = ReferenceFacts(
        model=metadata.name,
        version=metadata.version,
        weights_sha256=metadata.sha256,
        images=len(validation),
        dataset=DATASET,
        made_on=datetime.now(UTC).date(),
    )
    own = [distances(neighbours[i : i + 1], np.delete(neighbours, i, axis=0))[0] for i in range(len(neighbours))]
    of_training = np.concatenate(
        [neighbours, training.scalars, training.logits.argmax(axis=1, keepdims=True)], axis=1, dtype=np.float32
    )
    edges = np.stack([_edges(column) for column in scores_of(of_training, np.array(own, np.float32)).T])
    reference = DriftReference(
        facts=facts,
        mean=mean,
        components=components,
        neighbours=neighbours,
        edges=edges,
        descriptors=np.empty((0, 0), np.float32),
        confusion=confusion,
    )
    return replace(reference, descriptors=describe_all(reference, validation))


def describe_all(reference: DriftReference, scans: ScanFeatures) -> NDArray[np.float32]:
    """Descriptors of scans: float32 `[n, DESCRIPTOR_LENGTH]`."""
    projections = reference.project(scans.pooled.astype(np.float32))
    predicted = scans.logits.argmax(axis=1, keepdims=True)
    return np.concatenate([projections, scans.scalars, predicted], axis=1, dtype=np.float32)


def _edges(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Edges between bins: equally many training values in each, and growing bins beyond."""
    inner = np.quantile(values, np.linspace(0, 1, BINS - 1 - 2 * _OUTER_BINS))
    beyond = (float(values.std()) or 1.0) * np.geomspace(*_OUTER_REACH, _OUTER_BINS)
    return np.concatenate([inner[0] - beyond[::-1], inner, inner[-1] + beyond]).astype(np.float32)
