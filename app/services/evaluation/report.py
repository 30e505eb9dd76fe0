"""Evaluates a model on a site's labelled scans: classifies each scan and writes the report."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from app import __version__
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.models.problems import Problem
from app.models.thresholds import Decision, Trust
from app.services.evaluation.bootstrap import patient_intervals
from app.services.evaluation.fit import SiteScans, TooFewScans, fit_site
from app.services.evaluation.scans import LabelledScan
from app.services.evaluation.schemas import (
    MAX_NAME,
    EvaluatedScan,
    EvaluationReport,
    LeftOut,
    MeasuredModel,
    Misread,
    SetCoverage,
    Trusted,
)
from app.services.imaging.fingerprints import TrainingScans
from app.services.inference.files import open_regular
from app.services.inference.predictor import Predictor
from app.services.inference.queue import WORKERS
from app.services.measures.classification import part_report, surest_mistakes
from app.services.measures.intervals import share_of
from app.services.trust.conformal import members
from app.services.trust.decision import decisions

MOST_MISREAD = 100
COPY = "A copy of a scan that the network was trained on."


@dataclass(frozen=True)
class Measured:
    """The network's output for one file.

    Attributes:
        probabilities: calibrated, in the order of `CLASSES`.
        gate_score: out-of-distribution score; None if the gate is off.
        is_copy: whether the scan is a copy of a training scan; None if the training fingerprints are missing.
    """

    probabilities: tuple[float, ...]
    gate_score: float | None
    is_copy: bool | None


def measure(predictor: Predictor, training: TrainingScans | None, file: BinaryIO) -> Measured:
    """Classify a file without retaining its picture.

    Raises:
        UnreadableImage, UnsupportedFormat, TooLarge: see `read_scan`.
    """
    prediction = predictor.predict(file, heatmap=False)
    return Measured(
        tuple(prediction.probabilities.tolist()),
        prediction.gate.score if prediction.gate else None,
        training.has_copy_of(prediction.preview) if training else None,
    )


def measure_all(
    predictor: Predictor, training: TrainingScans | None, scans: Sequence[LabelledScan]
) -> Iterator[EvaluatedScan | LeftOut]:
    """Classify files, two at a time, and yield the results in order; an unreadable file is left out with the reason."""

    def outcome(scan: LabelledScan) -> EvaluatedScan | LeftOut:
        try:
            with open_regular(scan.path) as file:
                measured = measure(predictor, training, file)
        except Problem as problem:
            return LeftOut(scan=scan.name[:MAX_NAME], reason=problem.detail[:MAX_NAME])
        except OSError as error:
            return LeftOut(scan=scan.name[:MAX_NAME], reason=error.strerror or str(error)[:MAX_NAME])
        if measured.is_copy:
            return LeftOut(scan=scan.name[:MAX_NAME], reason=COPY)
        return EvaluatedScan.model_validate(
            {
                "scan": scan.name[:MAX_NAME],
                "class": scan.tumor,
                "patient": scan.patient[:MAX_NAME] if scan.patient else None,
                "probabilities": measured.probabilities,
                "gate_score": measured.gate_score,
            }
        )

    with _pool() as pool:
        yield from pool.map(outcome, scans)


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    """Worker threads. An early exit waits for started work only; queued work is cancelled."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def report_of(
    scans: Sequence[EvaluatedScan], left_out: Sequence[LeftOut], metadata: ModelMetadata, *, copies_looked_for: bool
) -> EvaluationReport:
    """Measure a model, and fit a temperature and thresholds if there are enough scans.

    Args:
        scans: at least one scan, classified by this model with the service's settings.
        left_out: scans that were not measured, with the reason.
        metadata: the model's metadata.
        copies_looked_for: whether copies of training scans were searched for and left out.
    """
    probabilities = np.array([scan.probabilities for scan in scans])
    labels = np.array([CLASSES.index(scan.tumor) for scan in scans])
    patients = [scan.patient for scan in scans]
    scores = gate_scores(scans)
    # The served temperature turns the probabilities back into logits, up to a constant for each scan.
    logits = metadata.temperature * np.log(np.maximum(probabilities, np.finfo(np.float64).tiny))
    with_patients = any(patient is not None for patient in patients)
    try:
        fit = fit_site(SiteScans(logits, labels, patients if with_patients else None, scores), metadata)
        no_fit = None
    except TooFewScans as error:
        fit, no_fit = None, str(error)
    return EvaluationReport(
        model=MeasuredModel(name=metadata.name, version=metadata.version, sha256=metadata.sha256),
        created_at=datetime.now(UTC),
        service=__version__,
        left_out=tuple(left_out),
        copies_looked_for=copies_looked_for,
        measured=part_report(logits, labels, metadata.temperature),
        by_patient=patient_intervals(probabilities, labels, patients) if with_patients else None,
        trusted=_trusted(probabilities, labels, scores, metadata.trust) if metadata.trust else None,
        misread=_misread(scans, probabilities, labels),
        fit=fit,
        no_fit=no_fit,
    )


def gate_scores(scans: Sequence[EvaluatedScan]) -> NDArray[np.float64] | None:
    """Return the gate score of each scan, float64 `[n]`; None unless every scan has one."""
    scores = [scan.gate_score for scan in scans]
    return None if any(score is None for score in scores) else np.array(scores, np.float64)


def _trusted(
    probabilities: NDArray[np.float64],
    labels: NDArray[np.int_],
    scores: NDArray[np.float64] | None,
    trust: Trust,
) -> Trusted:
    outside = None if scores is None else scores > trust.gate.threshold
    sets = {spec.coverage: members(probabilities, trust.set_method, spec) for spec in trust.sets}
    decided = decisions(probabilities, sets[trust.deciding_coverage], trust.min_confidence, outside)
    right = probabilities.argmax(axis=1) == labels
    return Trusted(
        outside=None if outside is None else share_of(outside),
        decisions={decision: share_of(decided == decision.value) for decision in Decision},
        right_where_answered=share_of(right[decided == Decision.ANSWER.value]),
        sets=tuple(
            SetCoverage(
                coverage=coverage,
                covered=share_of(held),
                per_class={tumor: share_of(held[labels == index]) for index, tumor in enumerate(CLASSES)},
                mean_size=float(of_scans.sum(axis=1).mean()),
            )
            for coverage, of_scans in sets.items()
            for held in [of_scans[np.arange(len(labels)), labels]]
        ),
    )


def _misread(
    scans: Sequence[EvaluatedScan], probabilities: NDArray[np.float64], labels: NDArray[np.int_]
) -> tuple[Misread, ...]:
    predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    return tuple(
        Misread.model_validate(
            {
                "scan": scans[index].scan,
                "class": scans[index].tumor,
                "predicted": CLASSES[predicted[index]],
                "confidence": confidence[index],
            }
        )
        for index in surest_mistakes(probabilities, labels, MOST_MISREAD)
    )
