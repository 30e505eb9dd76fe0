"""Measure the drift detection: the rate of false alarms, and the number of scans until a true alarm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track

from app.config.choices import EngineChoice
from app.config.machine import parallel_passes
from app.models.classes import CLASSES
from app.models.measured.drift import Delay, DriftCase, DriftEvaluation
from app.models.measured.test_set import Proportion
from app.models.model_file import read_metadata
from app.services.drift.detectors import ExchangeabilityTest
from app.services.drift.reference import BINS, LOG_WEIGHTS, SCORES, DriftReference
from app.services.drift.schemas import FALSE_ALARM
from app.services.measures.classification import NOTUMOR
from app.services.measures.intervals import share_of
from app.services.network.classifier import Classifier
from app.services.trust.gate import open_gate
from research.pipeline.data.corruptions import CORRUPTIONS, corrupt
from research.pipeline.data.manifest import ImageSource, ManifestRow, Split, read_manifest
from research.pipeline.drift.peers import PACKAGE, Trial, peer_delays
from research.pipeline.drift.reference import describe_all
from research.pipeline.drift.scan_features import scan_features

SEED = 20261123
OURS = "this service"
COPIES = 165
OUTSIDERS = 300
STREAM = 200
CLEAN_TRIALS = 500
TRIALS = 30
PEER_TRIALS = 10
LONG_STREAMS = 300
LONG_ANSWERS = 10_000
_LONG_BINS = 64
_OUTSIDE_SHARE = 0.05
_NOTUMOR_SHARE = 0.5
_PICTURES = {".jpg", ".jpeg", ".png"}

CLEAN = "clean"
CLASS_MIX = f"{_NOTUMOR_SHARE:.0%} without tumor"
MIXED_IN = f"{_OUTSIDE_SHARE:.0%} not brain MRI"

Descriptors = NDArray[np.float32]
Bins = NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True)
class Scans:
    """The descriptors of the test images, unaltered and under each corruption, and of images that are not brain MRI."""

    conditions: Mapping[str, Descriptors]
    outside: Descriptors
    labels: NDArray[np.int_]


def evaluate_drift(
    metadata_path: Path,
    data: Path,
    outside: Path,
    manifest: Path,
    cache: Path,
    *,
    peers: Path | None,
    engine: EngineChoice,
) -> DriftEvaluation:
    """Measure the drift detection of the model beside a metadata file.

    Some test images serve as the reference and the others as the stream, so that only the change to the stream
    distinguishes them. Directions, bins and neighbours are those of the published reference.

    Args:
        metadata_path: the model's JSON file, in one folder with its drift reference.
        data: the data set in the Kaggle layout.
        outside: folder of images that are not brain MRI.
        manifest: the manifest that `audit` writes.
        cache: folder for cached features.
        peers: folder for the environment of `alibi-detect`, which is installed there; None skips it.
        engine: the inference engine, in the precision of the service.

    Raises:
        OSError: a file is missing.
        ConfigurationError: the weights do not fit the network, or have no reference.
        PeerError: the package could not be installed or failed.
    """
    metadata = read_metadata(metadata_path)
    reference = DriftReference.read(metadata, metadata_path.parent)
    classifier = Classifier(metadata, metadata_path.parent / metadata.weights, engine, parallel=parallel_passes())
    gate = open_gate(metadata, metadata_path.parent)
    parts = test_sample(read_manifest(manifest))
    strangers = _drawn(sorted(path for path in outside.rglob("*") if path.suffix.lower() in _PICTURES), OUTSIDERS)

    def described(part: str, name: str, files: Sequence[Path]) -> Descriptors:
        change = partial(corrupt, name) if name in CORRUPTIONS else _unaltered
        file = cache / f"{part}-{_slug(name)}.npz"
        return describe_all(
            reference, scan_features(classifier, gate, metadata, files, file, f"{name} ({part})", change)
        )

    conditions = {
        name: np.concatenate([described(part, name, [data / row.file for row in rows]) for part, rows in parts.items()])
        for name in (CLEAN, *CORRUPTIONS)
    }
    labels = np.array([CLASSES.index(row.tumor) for rows in parts.values() for row in rows if row.tumor])
    scans = Scans(conditions, described("outside", CLEAN, strangers), labels)

    trials = [draw_trial(scans, number) for number in range(TRIALS)]
    ours = {name: [_delay(reference, trial, name) for trial in track(trials, name)] for name in trials[0].streams}
    theirs = peer_delays(peers, trials[:PEER_TRIALS]) if peers else {}
    clean = [
        _delay(reference, draw_trial(scans, number), CLEAN) for number in track(range(CLEAN_TRIALS), "False alarms")
    ]

    def delays(name: str, own: Sequence[int | None]) -> tuple[Delay, ...]:
        return tuple(summary(who, found) for who, found in [(OURS, own), *((k, v[name]) for k, v in theirs.items())])

    official = [
        _first_alarm(
            reference.bins(reference.descriptors),
            reference.bins(np.random.default_rng((SEED, number)).permutation(conditions[CLEAN])),
            number,
        )
        for number in range(TRIALS)
    ]
    return DriftEvaluation(
        model=metadata.name,
        version=metadata.version,
        weights_sha256=metadata.sha256,
        evaluated_on=datetime.now(UTC).date(),
        reference_images=len(labels) - STREAM,
        stream_images=STREAM,
        false_alarm=FALSE_ALARM,
        clean=delays(CLEAN, clean),
        long_run=long_run(LONG_STREAMS, LONG_ANSWERS, len(reference.descriptors)),
        long_run_answers=LONG_ANSWERS,
        cases=tuple(DriftCase(name=name, delays=delays(name, found)) for name, found in ours.items() if name != CLEAN),
        official_test=summary(OURS, official),
        peer=PACKAGE if peers else None,
    )


def test_sample(rows: Sequence[ManifestRow]) -> dict[str, list[ManifestRow]]:
    """The undisputed test images: all without a copy in training, and some with one."""
    official = [row for row in rows if row.split is Split.TEST and row.source is ImageSource.TESTING]
    tested = [row for row in official if not (row.disputed or row.ct)]
    without_copy = [row for row in tested if not row.has_copy_in_training]
    return {"originals": without_copy, "copies": _drawn([row for row in tested if row.has_copy_in_training], COPIES)}


def draw_trial(scans: Scans, number: int) -> Trial:
    """A reference and a stream of each kind, drawn from the test images."""
    rng = np.random.default_rng((SEED, number))
    clean = scans.conditions[CLEAN]
    order = rng.permutation(len(clean))
    stream = order[:STREAM]
    streams = {name: descriptors[stream] for name, descriptors in scans.conditions.items()}
    without = scans.labels[stream] == NOTUMOR
    share = np.where(without, _NOTUMOR_SHARE / without.sum(), (1 - _NOTUMOR_SHARE) / (~without).sum())
    streams[CLASS_MIX] = clean[rng.choice(stream, STREAM, p=share)]
    strange = rng.random(STREAM) < _OUTSIDE_SHARE
    drawn = scans.outside[rng.integers(len(scans.outside), size=STREAM)]
    streams[MIXED_IN] = np.where(strange[:, np.newaxis], drawn, clean[stream])
    return Trial(number, clean[order[STREAM:]], streams)


def summary(detector: str, found: Sequence[int | None]) -> Delay:
    """Summarise delays; None means a stream without alarm."""
    delays = np.array([np.inf if delay is None else delay for delay in found])
    quantiles = np.quantile(delays, [0.5, 0.9], method="higher").tolist()
    median, ninth_decile = (None if np.isinf(value) else value for value in quantiles)
    return Delay(detector=detector, found=share_of(np.isfinite(delays)), median=median, ninth_decile=ninth_decile)


def long_run(streams: int, answers: int, reference: int) -> Proportion:
    """The share of long streams without change that raise an alarm at any time.

    The scores are simulated as independent, the worst case for Bonferroni's bound.
    """
    rng = np.random.default_rng(SEED)
    edges = np.linspace(0, 1, _LONG_BINS + 1)[1:-1]
    columns = streams * len(SCORES)
    test = ExchangeabilityTest.of_reference(np.searchsorted(edges, rng.random((reference, columns))), _LONG_BINS)
    for _ in track(range(answers), "Long streams"):
        test.update(np.searchsorted(edges, rng.random((1, columns))), rng)
    evidence = test.log_best.reshape(streams, len(SCORES)) + LOG_WEIGHTS
    return share_of(evidence.max(axis=1) >= -np.log(FALSE_ALARM))


def _delay(reference: DriftReference, trial: Trial, name: str) -> int | None:
    return _first_alarm(reference.bins(trial.reference), reference.bins(trial.streams[name]), trial.number)


def _first_alarm(reference: Bins, stream: Bins, seed: int) -> int | None:
    """The number of scans until the alarm; None without alarm."""
    test = ExchangeabilityTest.of_reference(reference, BINS)
    rng = np.random.default_rng((SEED, seed))
    for number, row in enumerate(stream, 1):
        test.update(row[np.newaxis], rng)
        if (test.log_best + LOG_WEIGHTS).max() >= -np.log(FALSE_ALARM):
            return number
    return None


def _unaltered(image: Image.Image, index: int) -> Image.Image:
    return image


def _drawn(items: Sequence[T], count: int) -> list[T]:
    """A random selection of the items, in their order."""
    chosen = np.random.default_rng((SEED, 0)).permutation(len(items))[:count]
    return [items[index] for index in np.sort(chosen)]


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)
