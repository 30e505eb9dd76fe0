"""A models folder with the real metadata and invented results."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from app.config.settings import PROJECT_DIR
from app.models.classes import CLASSES, TumorClass
from app.models.measured.test_set import (
    CorruptionReport,
    HeatmapChecks,
    Mistake,
    OriginalProtocol,
    OtherSource,
    Peer,
    TestSetReport,
)
from app.models.model_file import ModelMetadata, read_metadata
from app.services.measures.classification import NOTUMOR, part_report
from app.services.measures.intervals import wilson

CORRUPTIONS = ("gamma 0.6", "blur 1.5", "JPEG quality 20")


def made_up_report(metadata: ModelMetadata, seed: int = 1, images: int = 500, **changes: Any) -> TestSetReport:
    """A report of random predictions, most of them correct; every image without a tumor is a copy."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, len(CLASSES), images)
    logits = (rng.normal(0, 1.2, (images, len(CLASSES))) + 4.5 * np.eye(len(CLASSES))[labels]).astype(np.float32)
    fresh = (np.arange(images) < images // 2) & (labels != NOTUMOR)
    test = part_report(logits, labels, metadata.temperature)
    values: dict[str, Any] = {
        "model": metadata.name,
        "version": metadata.version,
        "sha256": metadata.sha256,
        "evaluated_on": date(2026, 1, 2),
        "dataset": "random numbers",
        "test": test,
        "without_copies": part_report(logits[fresh], labels[fresh], metadata.temperature),
        "undisputed": part_report(logits[5:], labels[5:], metadata.temperature),
        "disputed": dict(zip(CLASSES, (1, 4, 0, 0), strict=True)),
        "origins": {"Te-gl_": wilson(281, 290), "Te-no_": wilson(394, 395), "Te-noTr_": wilson(9, 10)},
        "other_source": OtherSource(
            images=300, found=wilson(291, 300), called=dict(zip(CLASSES, (150, 101, 9, 40), strict=True))
        ),
        "corruptions": tuple(
            CorruptionReport(name=name, accuracy=wilson(images - 7 * n, images), missed_tumors=wilson(n, 371))
            for n, name in enumerate(CORRUPTIONS, start=1)
        ),
        "corruption_mean": 0.9721,
        "heatmaps": HeatmapChecks(
            images=90,
            randomised_correlation=0.137,
            deletion={"grad-cam": 0.311, "random": 0.522, "centre": 0.433},
            insertion={"grad-cam": 0.811, "random": 0.544, "centre": 0.655},
        ),
        "original_protocol": OriginalProtocol(
            images=656, published=0.9848, halves=1000, mean=0.9881, low=0.9817, high=0.9939
        ),
        "peers": (
            Peer(
                name="some-peer",
                version="0.1.2",
                description="a network of somebody else",
                accuracy=wilson(901, 1000),
                accuracy_without_copies=wilson(81, 100),
                missed_tumors=wilson(17, 906),
                other_source_found=wilson(123, 300),
            ),
        ),
        "mistakes": (
            Mistake(
                file="Testing/glioma/Te-gl_0001.jpg",
                label=TumorClass.GLIOMA,
                predicted=TumorClass.MENINGIOMA,
                confidence=0.987,
                has_copy_in_training=False,
            ),
        ),
    }
    return TestSetReport(**{**values, **changes})


def made_up_models(folder: Path, **changes: Any) -> TestSetReport:
    """Fill a folder with the real weights and metadata, and an invented report and training log."""
    metadata = read_metadata(PROJECT_DIR / "models" / "xception_model.json")
    (folder / metadata.weights).symlink_to(PROJECT_DIR / "models" / metadata.weights)
    (folder / "xception_model.json").write_text(metadata.model_dump_json())
    report = made_up_report(metadata, **changes)
    (folder / "xception_report.json").write_text(report.model_dump_json())
    write_log(folder / "xception_training.csv", epochs=5)
    return report


def write_log(path: Path, epochs: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", "allowed_accuracy", "loss", "side", "val_allowed_accuracy", "val_loss"])
        for epoch in range(epochs):
            error = 0.3 * 0.6**epoch
            side = 160 if epoch < epochs // 2 else 224
            writer.writerow([epoch, 1 - error, 0.3 + 2 * error, side, 1 - 0.6 * error, 0.3 + error])
