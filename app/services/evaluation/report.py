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
from app.models.acquisition import PLANES, SEQUENCES, MriSequence, Plane
from app.models.classes import CLASSES, TumorClass
from app.models.measured.test_set import Proportion
from app.models.model_file import ModelMetadata
from app.models.problems import Problem
from app.models.thresholds import Decision, Trust
from app.services.evaluation.bootstrap import patient_intervals
from app.services.evaluation.fit import SiteScans, TooFewScans, fit_site
from app.services.evaluation.scans import LabelledScan
from app.services.evaluation.schemas import (
    MAX_NAME,
    OTHER,
    AcquiredPart,
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
from app.services.measures.classification import part_report, surest_mistakes
from app.services.measures.intervals import share_of
from app.services.trust.conformal import members
from app.services.trust.decision import decisions
from app.services.trust.heads import Acquisition

MOST_MISREAD = 100
COPY = "A copy of a scan that the network was trained on."


@dataclass(frozen=True)
class Measured:
    """The network's output for one file.

    Attributes:
        probabilities: calibrated, in the order of `CLASSES`.
        gate_score: out-of-distribution score; None if the gate is off.
        other_score: log-odds that the scan shows none of the classes; None for a model without further heads.
        acquisition: sequence and plane; None as in `Prediction`.
        is_copy: whether the scan is a copy of a training scan; None if the training fingerprints are missing.
    """

    probabilities: tuple[float, ...]
    gate_score: float | None
    other_score: float | None
    acquisition: Acquisition | None
    is_copy: bool | None


def measure(predictor: Predictor, training: TrainingScans | None, file: BinaryIO) -> Measured:
    """Classify a file without retaining its picture.

    Raises:
        UnreadableImage, UnsupportedFormat, TooLarge: see `read_scan`.
    """
    prediction = predictor.predict(file, heatmap=False)
    return Measured(
        probabilities=tuple(prediction.probabilities.tolist()),
        gate_score=prediction.gate.score if prediction.gate else None,
        other_score=prediction.other,
        acquisition=prediction.acquisition,
        is_copy=training.has_copy_of(prediction.preview) if training else None,
    )


def measure_all(
    predictor: Predictor, training: TrainingScans | None, scans: Sequence[LabelledScan]
) -> Iterator[EvaluatedScan | LeftOut]:
    """Classify files, and yield the results in order; an unreadable file is left out with the reason."""

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
                "other_score": measured.other_score,
                "sequence": measured.acquisition and measured.acquisition.sequence,
                "plane": measured.acquisition and measured.acquisition.plane,
            }
        )

    # While all passes run, one thread decodes.
    with _pool(predictor.classifier.parallel + 1) as pool:
        yield from pool.map(outcome, scans)


@contextmanager
def _pool(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Worker threads. An early exit waits for started work only; queued work is cancelled."""
    pool = ThreadPoolExecutor(threads)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def report_of(
    scans: Sequence[EvaluatedScan], left_out: Sequence[LeftOut], metadata: ModelMetadata, *, copies_looked_for: bool
) -> EvaluationReport:
    """Measure a model, and fit a temperature and thresholds if there are enough scans.

    Args:
        scans: scans classified by this model with the service's settings; at least one is of a class.
        left_out: scans that were not measured, with the reason.
        metadata: the model's metadata.
        copies_looked_for: whether copies of training scans were searched for and left out.
    """
    others = [scan for scan in scans if scan.tumor == OTHER]
    scans = [scan for scan in scans if scan.tumor != OTHER]
    probabilities = np.array([scan.probabilities for scan in scans])
    labels = np.array([CLASSES.index(TumorClass(scan.tumor)) for scan in scans])
    patients = [scan.patient for scan in scans]
    scores = gate_scores(scans)
    # The served temperature turns the probabilities back into logits, up to a constant for each scan.
    logits = metadata.temperature * np.log(np.maximum(probabilities, np.finfo(np.float64).tiny))
    with_patients = any(patient is not None for patient in patients)
    try:
        site = SiteScans(
            logits=logits,
            labels=labels,
            patients=patients if with_patients else None,
            gate_scores=scores,
            other=_flags(scans, metadata.trust),
        )
        fit = fit_site(site, metadata)
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
        trusted=_trusted(scans, others, labels, metadata.trust) if metadata.trust else None,
        misread=_misread(scans, probabilities, labels),
        fit=fit,
        no_fit=no_fit,
    )


def gate_scores(scans: Sequence[EvaluatedScan]) -> NDArray[np.float64] | None:
    """Return the gate score of each scan, float64 `[n]`; None unless every scan has one."""
    scores = [scan.gate_score for scan in scans]
    return None if any(score is None for score in scores) else np.array(scores, np.float64)


def _flags(scans: Sequence[EvaluatedScan], trust: Trust | None) -> NDArray[np.bool_] | None:
    """Whether each scan shows none of the classes, bool `[n]`; None unless every scan has a score."""
    scores = [scan.other_score for scan in scans]
    if trust is None or trust.heads is None or any(score is None for score in scores):
        return None
    return np.array(scores, np.float64) >= trust.heads.other_from


def _sets(probabilities: NDArray[np.float64], trust: Trust) -> dict[float, NDArray[np.bool_]]:
    """The prediction sets of each coverage, bool `[n, 4]`."""
    return {spec.coverage: members(probabilities, trust.set_method, spec) for spec in trust.sets}


def _decided(scans: Sequence[EvaluatedScan], trust: Trust) -> NDArray[np.str_]:
    """The decision on each scan, as values of `Decision`."""
    probabilities, scores = np.array([scan.probabilities for scan in scans]), gate_scores(scans)
    outside = None if scores is None else scores > trust.gate.threshold
    deciding = _sets(probabilities, trust)[trust.deciding_coverage]
    return decisions(probabilities, deciding, trust.min_confidence, outside, _flags(scans, trust))


def _counted(decided: NDArray[np.str_]) -> dict[Decision, Proportion]:
    return {decision: share_of(decided == decision.value) for decision in Decision}


def _trusted(
    scans: Sequence[EvaluatedScan], others: Sequence[EvaluatedScan], labels: NDArray[np.int_], trust: Trust
) -> Trusted:
    probabilities, scores = np.array([scan.probabilities for scan in scans]), gate_scores(scans)
    decided = _decided(scans, trust)
    answered = decided == Decision.ANSWER.value
    right = probabilities.argmax(axis=1) == labels

    def parts(found: Sequence[MriSequence | Plane | None], order: Sequence[MriSequence | Plane]) -> list[AcquiredPart]:
        masks = [(each.label, np.array([one is each for one in found])) for each in order]
        return [
            AcquiredPart(
                label=label,
                accuracy=share_of(right[mask]),
                decisions=_counted(decided[mask]),
                right_where_answered=share_of(right[mask & answered]),
            )
            for label, mask in masks
            if mask.any()
        ]

    return Trusted(
        outside=None if scores is None else share_of(scores > trust.gate.threshold),
        decisions=_counted(decided),
        right_where_answered=share_of(right[answered]),
        sets=tuple(
            SetCoverage(
                coverage=coverage,
                covered=share_of(held),
                per_class={tumor: share_of(held[labels == index]) for index, tumor in enumerate(CLASSES)},
                mean_size=float(of_scans.sum(axis=1).mean()),
            )
            for coverage, of_scans in _sets(probabilities, trust).items()
            for held in [of_scans[np.arange(len(labels)), labels]]
        ),
        by_sequence=tuple(parts([scan.sequence for scan in scans], SEQUENCES)),
        by_plane=tuple(parts([scan.plane for scan in scans], PLANES)),
        others=_counted(_decided(others, trust)) if others else None,
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
