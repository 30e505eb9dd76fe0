"""The published models with their metadata, reports and training logs."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.config.choices import EngineChoice, GateChoice
from app.config.settings import Settings
from app.models.measured.drift import DriftEvaluation
from app.models.measured.test_set import TestSetReport
from app.models.measured.trust import TrustReport
from app.models.model_file import ModelMetadata, read_metadata
from app.services.imaging.reading import Limits
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Predictor
from app.services.network.classifier import Classifier


@dataclass(frozen=True)
class Epoch:
    """A row of the training log.

    Attributes:
        accuracy, val_accuracy: share of images with an allowed predicted class, in training and validation.
        loss, val_loss: mean loss in training and validation.
        side: side of the pictures in pixels; None if the log lacks it.
    """

    accuracy: float
    val_accuracy: float
    loss: float
    val_loss: float
    side: int | None


@dataclass(frozen=True)
class ShippedModel:
    """A model in the models folder.

    Attributes:
        metadata: its metadata.
        folder: its folder.
        report: results on the test images; None if not measured.
        trust: results of gate, prediction sets and decisions; None if not measured.
        training: its epochs in order; empty without a training log, or if the log has no epochs.
        drift: results of the drift detection; None if not measured.
    """

    metadata: ModelMetadata
    folder: Path
    report: TestSetReport | None
    trust: TrustReport | None
    training: tuple[Epoch, ...]
    drift: DriftEvaluation | None

    @cached_property
    def predictor(self) -> Predictor:
        """The predictor with the service's settings, loaded on first use."""
        settings = Settings()
        classifier = Classifier(self.metadata, self.folder / self.metadata.weights, EngineChoice.TENSORFLOW)
        limits = Limits(settings.max_upload_bytes, settings.max_pixels)
        return Predictor(
            self.metadata, classifier, limits=limits, cache=AnswerCache(0), gate=None, gate_choice=GateChoice.OFF
        )


def shipped_models(folder: Path) -> list[ShippedModel]:
    """The models of a folder, the default one first.

    Raises:
        FileNotFoundError: there is no model.
        ValueError: a file is not valid, or a report describes other weights.
    """
    models = [_read(path) for path in sorted(folder.glob("*_model.json"))]
    if not models:
        raise FileNotFoundError(2, "No model", str(folder / "*_model.json"))
    return sorted(models, key=lambda model: not model.metadata.default)


def _read(path: Path) -> ShippedModel:
    metadata, folder = read_metadata(path), path.parent
    report_path, log = folder / f"{metadata.name}_report.json", folder / f"{metadata.name}_training.csv"
    report = TestSetReport.model_validate_json(report_path.read_bytes()) if report_path.exists() else None
    if report and report.sha256 != metadata.sha256:
        raise ValueError(f"{report_path} describes other weights than {metadata.weights}: run evaluate again")
    drift_path = folder / f"{metadata.name}_drift.json"
    drift = DriftEvaluation.model_validate_json(drift_path.read_bytes()) if drift_path.exists() else None
    if drift and drift.weights_sha256 != metadata.sha256:
        raise ValueError(f"{drift_path} describes other weights than {metadata.weights}: run drift again")
    trust_path = folder / f"{metadata.name}_trust_report.json"
    trust = TrustReport.model_validate_json(trust_path.read_bytes()) if trust_path.exists() else None
    if trust and trust.sha256 != metadata.sha256:
        raise ValueError(f"{trust_path} describes other weights than {metadata.weights}: run trust again")
    return ShippedModel(
        metadata=metadata,
        folder=folder,
        report=report,
        trust=trust,
        training=_read_log(log) if log.exists() else (),
        drift=drift,
    )


def _read_log(path: Path) -> tuple[Epoch, ...]:
    with path.open(newline="") as file:
        rows = csv.DictReader(file)
        # A training across sources has steps, and validates at its end only.
        if "epoch" not in (rows.fieldnames or ()):
            return ()
        return tuple(
            Epoch(
                accuracy=float(row["allowed_accuracy"]),
                val_accuracy=float(row["val_allowed_accuracy"]),
                loss=float(row["loss"]),
                val_loss=float(row["val_loss"]),
                side=int(row["side"]) if row.get("side") else None,
            )
            for row in rows
        )
