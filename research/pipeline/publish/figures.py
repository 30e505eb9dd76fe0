"""Draw all pictures of the documentation from reports, training logs and predictions.

The pictures show no scans except those of `sample_images/`, which may be published.
"""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from PIL import Image

from app.models.classes import CLASSES, FACTS, TumorClass
from app.services.explanations.result import Result
from app.services.explanations.words import heatmap_sentence, percent
from app.services.inference.predictor import Prediction, Predictor
from app.services.inference.samples import Sample, SampleGallery
from research.pipeline.publish.charts import (
    confusion_matrices,
    corruptions,
    drift_delays,
    gate,
    reliability,
    risk_coverage,
    set_coverage,
    training_curves,
)
from research.pipeline.publish.diagrams import architecture_diagram, flow_diagram
from research.pipeline.publish.shipped import shipped_models
from research.pipeline.publish.style import (
    ACCENT,
    GRAY,
    PALE,
    SMALL,
    STYLE,
    bare,
    figure,
    save,
    show,
)

SAMPLES_PER_CLASS = 3
RESULTS = (TumorClass.GLIOMA, TumorClass.MENINGIOMA)


def figures(models_dir: Path, samples_dir: Path, out: Path) -> list[Path]:
    """Draw all pictures that the existing files allow; a figure omits models whose report or training log is missing.

    Args:
        models_dir: weights, metadata, reports and training logs.
        samples_dir: the sample images.
        out: folder for the pictures.

    Returns:
        The files written.

    Raises:
        OSError, ValueError: a file cannot be read or is not valid.
        ConfigurationError: weights or samples are missing.
    """
    models = shipped_models(models_dir)
    default, gallery = models[0], SampleGallery(samples_dir)
    drawings: dict[str, Callable[[], Figure]] = {
        "tumor_classification": partial(banner, default.predictor, gallery),
        "different_types_of_images": partial(_image_types, gallery),
        "model_architecture": partial(architecture_diagram, [model.metadata.architecture for model in models]),
        "model_flow": partial(flow_diagram, default.metadata),
    }
    for tumor in RESULTS:
        drawings[f"{tumor}_prediction_result"] = partial(_result, default.predictor, _of(gallery, tumor)[0])
    trained = [model for model in models if model.training]
    if trained:
        drawings["model_training_metrics_over_epochs"] = partial(training_curves, trained)
    reports = [model.report for model in models if model.report]
    if reports:
        drawings["confusion_matrix"] = partial(confusion_matrices, reports)
        drawings["reliability"] = partial(reliability, reports)
        drawings["risk_coverage"] = partial(risk_coverage, reports)
    trusted = [model.trust for model in models if model.trust]
    if trusted:
        drawings["gate"] = partial(gate, trusted)
        drawings["set_coverage"] = partial(set_coverage, trusted)
    corrupted = [report for report in reports if report.corruptions]
    if corrupted:
        drawings["corruptions"] = partial(corruptions, corrupted)
    measured = [model.drift for model in models if model.drift]
    if measured:
        drawings["drift"] = partial(drift_delays, measured[0])
    out.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(STYLE):
        return [save(draw(), out / f"{name}.png") for name, draw in drawings.items()]


def _of(gallery: SampleGallery, tumor: TumorClass) -> list[Sample]:
    return [sample for sample in gallery.all() if sample.tumor is tumor]


def banner(predictor: Predictor, gallery: SampleGallery) -> Figure:
    """A sample scan of each class, with its heat-map and prediction."""
    drawn = figure(4.75)
    axes = drawn.subplots(2, len(CLASSES))
    for column, tumor in enumerate(CLASSES):
        sample = _of(gallery, tumor)[0]
        prediction = predictor.predict(BytesIO(sample.content))
        assert prediction.predicted is not None
        scan, overlay = axes[:, column]
        show(scan, prediction.preview)
        show(overlay, _overlay(prediction))
        scan.set_title(FACTS[tumor].label)
        overlay.set_xlabel(
            f"{FACTS[prediction.predicted].label}\n{percent(prediction.confidence)}", color=ACCENT, weight="bold"
        )
    axes[0, 0].set_ylabel("scan, with its label")
    axes[1, 0].set_ylabel("heat-map and prediction")
    return drawn


def _image_types(gallery: SampleGallery) -> Figure:
    drawn = figure(5.3)
    axes = drawn.subplots(SAMPLES_PER_CLASS, len(CLASSES))
    for column, tumor in enumerate(CLASSES):
        for row, sample in enumerate(_of(gallery, tumor)[:SAMPLES_PER_CLASS]):
            with Image.open(BytesIO(sample.content)) as image:
                show(axes[row, column], image)
            axes[row, column].set_xlabel(f"{sample.width} x {sample.height} pixels", fontsize=SMALL)
        axes[0, column].set_title(FACTS[tumor].label)
    return drawn


def _result(predictor: Predictor, sample: Sample) -> Figure:
    prediction = predictor.predict(BytesIO(sample.content))
    drawn = figure(3.3)
    scan, overlay, bars = drawn.subplots(1, 3)
    show(scan, prediction.preview)
    show(overlay, _overlay(prediction))
    scan.set_title(f"Scan (label: {FACTS[sample.tumor].label.lower()})")
    overlay.set_title("Heat-map (Grad-CAM)")
    bars.set_title("Calibrated probabilities")
    positions = range(len(CLASSES))
    colours = [ACCENT if tumor is prediction.predicted else PALE for tumor in CLASSES]
    bars.barh(positions, prediction.probabilities, color=colours, height=0.34)
    for row, (tumor, probability) in enumerate(zip(CLASSES, prediction.probabilities.tolist(), strict=True)):
        bars.text(0, row - 0.24, FACTS[tumor].label, va="bottom")
        bars.text(1, row - 0.24, percent(probability), va="bottom", ha="right", color=GRAY)
    bare(bars)
    bars.set(xlim=(0, 1), ylim=(len(CLASSES) - 0.6, -0.7))
    bars.set_box_aspect(1)
    drawn.supxlabel(heatmap_sentence(Result.of(prediction)) or "", color=GRAY, fontsize=9.5)
    return drawn


def _overlay(prediction: Prediction) -> Image.Image:
    assert prediction.heatmap is not None
    return Image.open(BytesIO(prediction.heatmap.overlay))
