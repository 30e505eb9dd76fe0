"""Agreement of the engines on the official test images, with TensorFlow as the reference."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from app.config.choices import Precision
from app.config.settings import Settings
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.services.imaging.preprocessing import to_input
from app.services.inference.registry import ModelRegistry
from app.services.network import gradcam
from app.services.network.engines import Engine, OpenVinoEngine, TensorFlowEngine
from app.services.network.temperature import calibrated_probabilities
from app.services.network.weights import ClassifierHead, read_head
from benchmarks.support.results import AS_SERVED, IN_FLOAT32, Figure, publish
from research.pipeline.data.images import read_image

_STDERR = Console(stderr=True)


def run(data: Path, model: str | None) -> None:
    """Measure and publish.

    Args:
        data: the data set in the Kaggle layout.
        model: name of the model; None for the default model.
    """
    settings = Settings.from_environment()
    metadata = ModelRegistry(settings).describe(model)
    weights = settings.models_dir / metadata.weights
    reference = TensorFlowEngine(metadata, weights)
    others = {
        IN_FLOAT32: OpenVinoEngine(metadata, weights, Precision.F32),
        AS_SERVED: OpenVinoEngine(metadata, weights, Precision.AUTO),
    }
    head = read_head(weights, metadata.architecture)
    paths = sorted((data / "Testing").glob("*/*.jpg"))
    labels = np.array([[tumor.value for tumor in CLASSES].index(path.parent.name) for path in paths])
    scans = [to_input(read_image(path), metadata.input) for path in track(paths, "Reading", console=_STDERR)]
    probabilities, heats = _answers(reference, head, metadata, scans, "TensorFlow")
    right = (probabilities.argmax(axis=1) == labels).mean()
    figures = [Figure(name="TensorFlow, accuracy", value=100 * right, unit="%")]
    for name, engine in others.items():
        ours, our_heats = _answers(engine, head, metadata, scans, name)
        found, called = ours.argmax(axis=1), probabilities.argmax(axis=1)
        for what, value, unit, target in (
            ("accuracy", 100 * (found == labels).mean(), "%", ">= reference - 0.1"),
            ("same class", 100 * (found == called).mean(), "%", ">= 99.7"),
            ("largest difference of a probability", np.abs(ours - probabilities).max(), "1", None),
            ("largest difference of a heat-map", np.abs(our_heats - heats).max(), "1", None),
        ):
            figures.append(Figure(name=f"{name}, {what}", value=value, unit=unit, target=target))
    publish(f"agreement_{metadata.name}", figures=figures)


def _answers(
    engine: Engine, head: ClassifierHead, metadata: ModelMetadata, scans: list[NDArray[np.float32]], name: str
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Probabilities `[n, 4]`, and each class's heat-maps `[n, 4, rows, columns]`."""
    probabilities, heats = [], []
    for scan in track(scans, name, console=_STDERR):
        logits, feature_map, _ = engine(scan)
        probabilities.append(calibrated_probabilities(logits[0], metadata.temperature))
        heats.append([gradcam.heatmap(feature_map[0], head, target) for target in range(len(CLASSES))])
    return np.array(probabilities), np.array(heats)
