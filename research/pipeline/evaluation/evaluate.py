"""Measure a model on the official test images, with the service's own preprocessing."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pydantic import TypeAdapter
from rich.progress import track

from app.config.choices import EngineChoice, Precision
from app.config.machine import parallel_passes
from app.models.classes import CLASSES, TumorClass
from app.models.measured.test_set import (
    CorruptionReport,
    Mistake,
    OriginalProtocol,
    OtherSource,
    Peer,
    Proportion,
    TestSetReport,
)
from app.models.model_file import ClassMetrics, Evaluation, InputSpec, ModelMetadata, PartMetrics, read_metadata
from app.services.imaging.preprocessing import to_input
from app.services.measures.classification import NOTUMOR, accuracy, missed_tumors, part_report, surest_mistakes
from app.services.measures.intervals import share_of
from app.services.network import gradcam
from app.services.network.classifier import Classifier
from app.services.network.temperature import calibrated_probabilities, fit_temperature
from app.services.network.weights import file_sha256
from research.pipeline.data.corruptions import CORRUPTIONS, corrupt
from research.pipeline.data.images import path_of, read_image
from research.pipeline.data.labels import labels_of
from research.pipeline.data.manifest import ImageSource, ManifestRow, Split, read_manifest, validation_rows
from research.pipeline.evaluation.heatmap_checks import check_heatmaps, choose_images
from research.pipeline.evaluation.networks import Network, ServedNetwork

SEED = 20261123
DATASET = "Kaggle Brain Tumor MRI Dataset, official test split"
# The original research selected the epoch on half of the test images and measured this on the other 656.
PUBLISHED_ACCURACY = 0.9848
HALVES = 1000
HEATMAP_IMAGES = 42
# Every fourth test image in each way makes 3,600 passes: enough for the mean, and a quarter of an hour less.
CORRUPTED_EVERY = 4
MOST_MISTAKES = 40
BATCH = 32

_TILE = 240
_CAPTION = 28
_PAIRS_PER_ROW = 3


def evaluate(
    metadata_path: Path,
    data: Path,
    unknown_tumors: Path | None,
    manifest: Path,
    out: Path,
    *,
    peers: Path | None = None,
    heatmap_images: int = HEATMAP_IMAGES,
    engine: EngineChoice = EngineChoice.TENSORFLOW,
) -> TestSetReport:
    """Measure the weights that a metadata file describes.

    Writes the report (`<name>_report.json`) beside the metadata, and its summary and the weights' SHA-256 into the
    metadata. Writes all logits (`logits.npz`) and a picture of the worst mistakes (`mistakes.png`) to `out/<name>`;
    the picture shows images of the data set and must not be published.

    Args:
        metadata_path: the model's JSON file.
        data: the data set in the Kaggle layout.
        unknown_tumors: folder of tumors of unrecorded type; None skips the other source.
        manifest: the manifest that `audit` writes, with splits and copies.
        out: folder for results that are not published.
        peers: JSON file, a list of `Peer`: other classifiers, measured on the same images.
        heatmap_images: number of tumors for the heat-map checks; 0 skips the checks.
        engine: inference engine, in float32; OpenVINO is faster and needs the exported graph.

    Raises:
        OSError: a file is missing.
        ValueError: the manifest has no test image of a class, or only copies of training images.
        ConfigurationError: the weights do not fit the network.
    """
    metadata = read_metadata(metadata_path)
    weights = metadata_path.parent / metadata.weights
    known_peers = TypeAdapter(tuple[Peer, ...]).validate_json(peers.read_bytes()) if peers else ()
    tested = [row for row in read_manifest(manifest) if row.split is Split.TEST]
    rows = [row for row in tested if row.source is ImageSource.TESTING]
    if absent := sorted(set(CLASSES) - {row.tumor for row in rows}):
        raise ValueError(f"{manifest} has no test image of {', '.join(absent)}")
    paths = [data / row.file for row in rows]
    labels = np.array([CLASSES.index(TumorClass(row.label)) for row in rows])
    copied = np.array([row.has_copy_in_training for row in rows])
    disputed = np.array([row.disputed for row in rows])
    if copied.all():
        raise ValueError(f"{manifest} has no test image without a copy in the training part")
    others = (
        [unknown_tumors / row.file for row in tested if row.source is ImageSource.UNKNOWN_TUMORS]
        if unknown_tumors
        else []
    )

    classifier = Classifier(metadata, weights, engine, Precision.F32, parallel=parallel_passes())
    network = ServedNetwork(classifier)
    spec = metadata.input
    logits = logits_of(network, spec, paths, "Test images")
    other_logits = logits_of(network, spec, others, "Other source")
    corrupted, corrupted_labels = paths[::CORRUPTED_EVERY], labels[::CORRUPTED_EVERY]
    under = {name: logits_of(network, spec, corrupted, name, partial(corrupt, name)) for name in CORRUPTIONS}
    inputs = [
        to_input(read_image(paths[index]), spec) for index in choose_images(labels, heatmap_images, SEED).tolist()
    ]

    corruptions = tuple(
        _corruption_report(name, found.argmax(axis=1), corrupted_labels) for name, found in under.items()
    )
    right = logits.argmax(axis=1) == labels
    report = TestSetReport(
        model=metadata.name,
        version=metadata.version,
        sha256=file_sha256(weights),
        evaluated_on=datetime.now(UTC).date(),
        dataset=DATASET,
        test=part_report(logits, labels, metadata.temperature),
        without_copies=part_report(logits[~copied], labels[~copied], metadata.temperature),
        undisputed=part_report(logits[~disputed], labels[~disputed], metadata.temperature),
        disputed=calls(logits[disputed]),
        origins=by_origin(rows, right),
        other_source=_other_source(other_logits) if others else None,
        corruptions=corruptions,
        corruption_mean=float(np.mean([_value(report.accuracy) for report in corruptions])),
        heatmaps=check_heatmaps(network, metadata, inputs, SEED) if inputs else None,
        original_protocol=original_protocol(right, labels),
        peers=known_peers,
        mistakes=worst_mistakes(rows, labels, calibrated_probabilities(logits, metadata.temperature)),
    )
    folder = out / metadata.name
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / "logits.npz",
        files=[row.file for row in rows],
        labels=labels,
        test=logits,
        other_source=other_logits,
        corruptions=list(under),
        corrupted=list(under.values()),
        corrupted_labels=corrupted_labels,
    )
    draw_mistakes(report.mistakes, data, classifier, metadata, folder / "mistakes.png")
    metadata_path.with_name(f"{metadata.name}_report.json").write_text(report.model_dump_json(indent=2) + "\n")
    summarised = metadata.model_copy(update={"sha256": report.sha256, "evaluation": summary(report)})
    metadata_path.write_text(summarised.model_dump_json(indent=2) + "\n")
    return report


def calibrate(
    metadata_path: Path, data: Path, unknown_tumors: Path | None, manifest: Path, *, engine: EngineChoice
) -> ModelMetadata:
    """Fit a model's temperature on the validation split and write it into the metadata.

    Arguments and errors are those of `evaluate`. Evaluation and thresholds that depend on the old temperature are
    removed from the metadata; `evaluate` and `trust` make them again.
    """
    metadata = read_metadata(metadata_path)
    classifier = Classifier(
        metadata, metadata_path.parent / metadata.weights, engine, Precision.F32, parallel=parallel_passes()
    )
    rows = validation_rows(read_manifest(manifest))
    paths = [path_of(row, data, unknown_tumors) for row in rows]
    logits = logits_of(ServedNetwork(classifier), metadata.input, paths, "Validation images")
    fitted = metadata.model_copy(
        update={"temperature": fit_temperature(logits, labels_of(rows)), "evaluation": None, "trust": None}
    )
    metadata_path.write_text(fitted.model_dump_json(indent=2) + "\n")
    return fitted


def logits_of(
    network: Network,
    spec: InputSpec,
    paths: Sequence[Path],
    description: str,
    change: Callable[[Image.Image, int], Image.Image] = lambda image, number: image,
) -> NDArray[np.float32]:
    """Logits of image files, float32 `[n, 4]`.

    Args:
        network: the network.
        spec: input of the network.
        paths: the files.
        description: label of the progress bar.
        change: applied to each decoded image and its number.
    """

    def read(number: int) -> NDArray[np.float32]:
        return to_input(change(read_image(paths[number]), number), spec)

    logits = np.empty((len(paths), len(CLASSES)), np.float32)
    with ThreadPoolExecutor() as pool:
        for start in track(range(0, len(paths), BATCH), description=description):
            numbers = range(start, min(start + BATCH, len(paths)))
            logits[numbers], _ = network(np.concatenate(list(pool.map(read, numbers))))
    return logits


def by_origin(rows: Sequence[ManifestRow], right: NDArray[np.bool_]) -> dict[str, Proportion]:
    """Accuracy by the prefix of the file names, for example `Te-gl_` in `Te-gl_0010.jpg`."""
    origins: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        prefix, separator, _ = Path(row.file).stem.rpartition("_")
        origins[prefix + separator].append(index)
    return {prefix: share_of(right[origins[prefix]]) for prefix in sorted(origins)}


def original_protocol(right: NDArray[np.bool_], labels: NDArray[np.int_]) -> OriginalProtocol:
    """Accuracy on random halves of the test images, stratified by class; each class's half is rounded up.

    The number of correct predictions in a half is hypergeometric in each class, so no half has to be drawn explicitly.
    """
    rng = np.random.default_rng(SEED)
    of_class = [right[labels == index] for index in range(len(CLASSES))]
    halves = [(len(group) + 1) // 2 for group in of_class]
    counts = [
        rng.hypergeometric(group.sum(), (~group).sum(), half, HALVES)
        for group, half in zip(of_class, halves, strict=True)
    ]
    accuracies = np.sum(counts, axis=0) / sum(halves)
    low, high = np.percentile(accuracies, [2.5, 97.5])
    return OriginalProtocol(
        images=sum(halves),
        published=PUBLISHED_ACCURACY,
        halves=HALVES,
        mean=float(accuracies.mean()),
        low=float(low),
        high=float(high),
    )


def worst_mistakes(
    rows: Sequence[ManifestRow], labels: NDArray[np.int_], probabilities: NDArray[np.float64]
) -> tuple[Mistake, ...]:
    """The most confident mistakes, at most `MOST_MISTAKES`."""
    predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    return tuple(
        Mistake(
            file=rows[index].file,
            label=CLASSES[labels[index]],
            predicted=CLASSES[predicted[index]],
            confidence=confidence[index],
            has_copy_in_training=rows[index].has_copy_in_training,
        )
        for index in surest_mistakes(probabilities, labels, MOST_MISTAKES)
    )


def draw_mistakes(
    mistakes: Sequence[Mistake], data: Path, classifier: Classifier, metadata: ModelMetadata, path: Path
) -> None:
    """Draw each mistake with the heat-map of the predicted class; without mistakes, write no file."""
    path.unlink(missing_ok=True)
    if not mistakes:
        return
    width, height = 2 * _TILE + 8, _TILE + _CAPTION
    columns = min(_PAIRS_PER_ROW, len(mistakes))
    sheet = Image.new("RGB", (columns * width, -(-len(mistakes) // columns) * height))
    pen = ImageDraw.Draw(sheet)
    for number, mistake in enumerate(mistakes):
        x, y = number % columns * width, number // columns * height
        image = read_image(data / mistake.file)
        passed = classifier.classify(to_input(image, metadata.input))
        heat = gradcam.heatmap(passed.feature_map, classifier.head, CLASSES.index(mistake.predicted))
        tile = image.resize((_TILE, _TILE), Image.Resampling.BICUBIC)
        overlay = gradcam.overlay(tile, heat, metadata.feature_map, metadata.input)
        copy = ", has a copy in training" if mistake.has_copy_in_training else ""
        pen.text(
            (x, y + 2),
            f"{mistake.label} classified as {mistake.predicted}, {mistake.confidence:.1%}{copy}",
            fill="white",
        )
        pen.text((x, y + 14), mistake.file, fill="gray")
        sheet.paste(tile, (x, y + _CAPTION))
        sheet.paste(Image.open(BytesIO(overlay)), (x + _TILE, y + _CAPTION))
    sheet.save(path)


def summary(report: TestSetReport) -> Evaluation:
    """The summary of a report for the metadata."""
    test, other = report.test, report.other_source
    return Evaluation(
        dataset=report.dataset,
        evaluated_on=report.evaluated_on,
        images=test.images,
        accuracy=_value(test.accuracy),
        without_copies=PartMetrics(
            images=report.without_copies.images, accuracy=_value(report.without_copies.accuracy)
        ),
        tumors=test.missed_tumors.total,
        tumors_called_notumor=test.missed_tumors.count,
        other_source_tumors=other.images if other else None,
        other_source_tumors_found=other.found.count if other else None,
        ece=test.calibrated.ece,
        nll=test.calibrated.nll,
        per_class={
            tumor: ClassMetrics(
                sensitivity=_value(of_class.sensitivity),
                specificity=_value(of_class.specificity),
                images=of_class.images,
            )
            for tumor, of_class in test.per_class.items()
        },
    )


def _corruption_report(name: str, predicted: NDArray[np.int_], labels: NDArray[np.int_]) -> CorruptionReport:
    return CorruptionReport(
        name=name, accuracy=accuracy(predicted, labels), missed_tumors=missed_tumors(predicted, labels)
    )


def _other_source(logits: NDArray[np.float32]) -> OtherSource:
    return OtherSource(images=len(logits), found=share_of(logits.argmax(axis=1) != NOTUMOR), called=calls(logits))


def calls(logits: NDArray[np.float32]) -> dict[TumorClass, int]:
    """The number of images classified as each class."""
    counts = np.bincount(logits.argmax(axis=1), minlength=len(CLASSES))
    return dict(zip(CLASSES, counts.tolist(), strict=True))


def _value(proportion: Proportion) -> float:
    """The value of a share that is never empty, since every class has test images."""
    assert proportion.value is not None
    return proportion.value
