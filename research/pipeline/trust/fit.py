"""Fit and measure the gate, the prediction sets and the confidence threshold of a model."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.config.choices import EngineChoice
from app.config.machine import parallel_passes
from app.models.classes import CLASSES
from app.models.measured.test_set import Proportion
from app.models.measured.trust import DecisionReport, KindReport, MethodReport, SetReport, TrustReport
from app.models.model_file import ModelMetadata, read_metadata
from app.models.thresholds import GateSpec, SetMethod, SetSpec, Trust
from app.services.measures.classification import auroc, risk_coverage
from app.services.measures.intervals import share_of
from app.services.network.architectures.catalogue import ARCHITECTURES
from app.services.network.classifier import Classifier
from app.services.network.temperature import calibrated_probabilities
from app.services.network.weights import file_sha256
from app.services.trust.appearance import APPEARANCE
from app.services.trust.conformal import fit_sets, members
from app.services.trust.decision import fit_min_confidence
from app.services.trust.gate import LayerStatistics
from research.pipeline.data.manifest import ManifestRow, read_manifest
from research.pipeline.data.slices import FOLDS, slices_of_sources
from research.pipeline.trust.outsiders import families
from research.pipeline.trust.passes import Passes, PassStore, together
from research.pipeline.trust.pictures import TrustData, gather
from research.pipeline.trust.scores import (
    SERVED,
    SERVED_NONE_ALIKE,
    Score,
    compared_methods,
    fit_gate,
    fit_layers,
    gate_scores,
)

KEPT = 0.99
COVERAGES = (0.95, 0.99)
DECIDING_COVERAGE = 0.99
# Without its random part RAPS never gives an empty set, which would have no clear meaning.
SET_METHOD = SetMethod.RAPS
SELECTIVE_ACCURACY = 0.995
KIND_FOLDS = 6
METHOD_NAME = (
    "distance from training scans in several layers, layout, structure and symmetry, and direction of known outsiders"
)

Part = tuple[NDArray[np.float64], NDArray[np.int_]]


def trust(
    metadata_path: Path,
    data: Path,
    unknown_tumors: Path | None,
    sources: Path,
    outsiders: Path,
    manifest: Path,
    evaluation: Path,
    out: Path,
    *,
    engine: EngineChoice = EngineChoice.AUTO,
) -> TrustReport:
    """Fit the thresholds of a model's weights and measure them.

    Writes `<name>_gate.npz` and `<name>_trust_report.json` beside the metadata, and `trust` into the metadata.
    The fit uses training and validation scans of the data set and of other hospitals, and outsiders made without test
    scans. Each kind of outsiders is judged
    by a gate fitted without this kind, and by one fitted without all similar kinds. Only the report uses test images.

    Args:
        metadata_path: the model's JSON file.
        data: the data set in the Kaggle layout.
        unknown_tumors: folder of tumors of unrecorded type.
        sources: folder of other hospitals' slices, with `labels.csv`.
        outsiders: folder with a sub-folder for each kind of pictures that are not brain MRI.
        manifest: the manifest that `audit` writes.
        evaluation: folder with the test images' logits, written by `evaluate`.
        out: folder that caches the forward passes.
        engine: the inference engine.

    Raises:
        OSError: a file is missing.
        ValueError: the manifest lacks images of a class.
        ConfigurationError: the weights do not fit the network.
    """
    metadata = read_metadata(metadata_path)
    weights = metadata_path.parent / metadata.weights
    rows = read_manifest(manifest)
    classifier = Classifier(metadata, weights, engine, parallel=parallel_passes())
    store = PassStore(out / metadata.name, classifier, metadata.sha256, metadata.input)
    found = gather(
        store,
        rows,
        slices_of_sources(sources),
        data=data,
        unknown_tumors=unknown_tumors,
        sources=sources,
        folder=outsiders,
    )
    sizes = layer_sizes(metadata)
    layers = fit_layers(found.inside, sizes)
    gate = fit_gate(found.inside, list(found.choosing.values()), layers)
    gate.threshold = threshold_of(gate_scores(gate), found)

    validated = _validation(found, metadata.temperature)
    fitted = {method: tuple(fit_sets(*validated, method, coverage) for coverage in COVERAGES) for method in SetMethod}
    least = fit_min_confidence(*validated, SELECTIVE_ACCURACY)
    parts = test_parts(evaluation / metadata.name / "logits.npz", rows, metadata.temperature)

    statistics = metadata_path.with_name(f"{metadata.name}_gate.npz")
    gate.save(statistics)
    spec = GateSpec(
        method=METHOD_NAME,
        layers=(*ARCHITECTURES[metadata.architecture].summarised, *list(APPEARANCE)[:-1]),
        threshold=gate.threshold,
        statistics=statistics.name,
        statistics_sha256=file_sha256(statistics),
    )
    thresholds = Trust(
        gate=spec,
        set_method=SET_METHOD,
        sets=fitted[SET_METHOD],
        deciding_coverage=DECIDING_COVERAGE,
        min_confidence=least,
    )
    metadata_path.write_text(metadata.model_copy(update={"trust": thresholds}).model_dump_json(indent=2) + "\n")

    labels = np.array([CLASSES.index(row.tumor) if row.tumor else -1 for row in found.training_rows])
    known = compared_methods(found.training, labels, gate, classifier.head, metadata.temperature)
    methods = [
        *(_method_report(name, dict.fromkeys(found.reported, score), found) for name, score in known.items()),
        _method_report(SERVED, _left_out(found, layers, [{kind} for kind in found.reported]), found),
        _method_report(SERVED_NONE_ALIKE, _left_out(found, layers, families(found.reported)), found),
    ]

    report = TrustReport(
        model=metadata.name,
        version=metadata.version,
        sha256=file_sha256(weights),
        measured_on=datetime.now(UTC).date(),
        threshold=gate.threshold,
        min_confidence=least,
        set_method=SET_METHOD,
        deciding_coverage=DECIDING_COVERAGE,
        methods=tuple(methods),
        scans_refused={
            **{name: share_of(gate_scores(gate)(passes) > gate.threshold) for name, passes in _scans(found).items()},
            **_refused_of_unseen_sources(found, sizes),
        },
        sets=tuple(
            set_report(method, each, name, part)
            for method, specs in fitted.items()
            for each in specs
            for name, part in parts.items()
        ),
        decisions=tuple(decision_report(name, part, thresholds) for name, part in parts.items()),
        risk_coverage=risk_coverage(*parts["test"]),
    )
    metadata_path.with_name(f"{metadata.name}_trust_report.json").write_text(report.model_dump_json(indent=2) + "\n")
    return report


def layer_sizes(metadata: ModelMetadata) -> list[int]:
    """Number of features of each layer: mean and root mean square of every channel."""
    architecture = ARCHITECTURES[metadata.architecture]
    backbone = architecture.build(metadata.input.width).layers[0]
    return [2 * backbone.get_layer(layer).output.shape[-1] for layer in architecture.summarised]


def threshold_of(score: Score, found: TrustData) -> float:
    """The score that 99 % of the validation scans, of those of changed quality, and of foreign ones do not exceed."""
    parts = (found.validation, together(found.validation_quality.values()), found.foreign_validation)
    return max(_quantile(score(part)) for part in parts)


def _quantile(scores: NDArray[np.float64]) -> float:
    """The conformal 99 % quantile, corrected for the finite number of scores."""
    rank = min(ceil((len(scores) + 1) * KEPT), len(scores))
    return float(np.sort(scores)[rank - 1])


def _left_out(found: TrustData, layers: tuple[LayerStatistics, ...], groups: Sequence[set[str]]) -> dict[str, Score]:
    """For each kind, the scores of a gate fitted without the kind's group and without every sixth other group."""
    scores: dict[str, Score] = {}
    for first in range(KIND_FOLDS):
        hidden = set().union(*groups[first::KIND_FOLDS])
        shown = [passes for kind, passes in found.choosing.items() if kind not in hidden]
        score = gate_scores(fit_gate(found.inside, shown, layers))
        scores |= {kind: score for kind in found.reported if kind in hidden}
    return {kind: scores[kind] for kind in found.reported}


def _refused_of_unseen_sources(found: TrustData, sizes: Sequence[int]) -> dict[str, Proportion]:
    """For each source, the slices that a gate fitted without it and its fold rejects."""
    sources = np.array([item.source for item in found.foreign_slices])
    refused = {}
    for fold in FOLDS.values():
        hidden = np.isin(sources, fold)
        scans = together([found.training, found.foreign[~hidden]])
        gate = fit_gate(scans, list(found.choosing.values()), fit_layers(scans, sizes))
        limit = threshold_of(gate_scores(gate), found)
        for source in fold:
            refused[f"{source}, unseen"] = share_of(gate_scores(gate)(found.foreign[sources == source]) > limit)
    return refused


def _method_report(name: str, scores: Mapping[str, Score], found: TrustData) -> MethodReport:
    kinds, refused = {}, []
    on_scans = {score: (score(found.test), threshold_of(score, found)) for score in set(scores.values())}
    for kind, score in scores.items():
        strange, (usual, limit) = score(found.reported[kind]), on_scans[score]
        refused.append(usual > limit)
        outside = np.repeat([True, False], [len(strange), len(usual)])
        kinds[kind] = KindReport(
            images=len(strange),
            auroc=auroc(np.concatenate([strange, usual]), outside) or 0.0,
            taken_for_scans=float((strange <= np.quantile(usual, 0.95)).mean()),
            refused=share_of(strange > limit),
        )
    every = list(kinds.values())
    return MethodReport(
        name=name,
        served=name == SERVED,
        # The gates of the folds differ slightly; the median gate represents them.
        test_refused=share_of(sorted(refused, key=lambda each: int(each.sum()))[len(refused) // 2]),
        mean_auroc=float(np.mean([kind.auroc for kind in every])),
        mean_taken_for_scans=float(np.mean([kind.taken_for_scans for kind in every])),
        mean_refused=float(np.mean([kind.refused.value for kind in every if kind.refused.value is not None])),
        kinds=kinds,
    )


def _scans(found: TrustData) -> dict[str, Passes]:
    """Scans of all parts and qualities by name; the corrupted ones are test scans."""
    unknown = np.array([row.tumor is None for row in found.test_rows])
    return {
        "validation": found.validation,
        "other hospitals, validation": found.foreign_validation,
        **{f"validation, {name}": passes for name, passes in found.validation_quality.items()},
        "test": found.test[~unknown],
        "test, tumors of unrecorded type": found.test[unknown],
        **{f"test, {name}": passes for name, passes in found.corrupted.items()},
    }


def _validation(found: TrustData, temperature: float) -> Part:
    """Probabilities and classes of the validation scans with a recorded and undisputed class, as is and changed.

    Without those of changed quality there are too few without a tumor for sets of 99 %, and almost no mistakes.
    """
    parts = [
        _part(passes, rows, temperature)
        for passes, rows in (
            (found.validation, found.validation_rows),
            *((passes, found.quality_rows) for passes in found.validation_quality.values()),
        )
    ]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _part(passes: Passes, rows: Sequence[ManifestRow], temperature: float) -> Part:
    classes = {index: CLASSES.index(row.tumor) for index, row in enumerate(rows) if row.tumor and not row.disputed}
    return calibrated_probabilities(passes.logits[list(classes)], temperature), np.array(list(classes.values()))


def test_parts(path: Path, rows: Sequence[ManifestRow], temperature: float) -> dict[str, Part]:
    """Probabilities and classes of the test images, with and without copies, and under each corruption.

    Args:
        path: the test images' logits, written by `evaluate`.
        rows: the manifest of the data set.
        temperature: of the model.

    Raises:
        OSError: the logits are missing.
    """
    copied = {row.file for row in rows if row.has_copy_in_training}
    with np.load(path) as kept:
        labels = kept["labels"]
        original = np.array([file not in copied for file in kept["files"].tolist()])
        probabilities = partial(calibrated_probabilities, temperature=temperature)
        return {
            "test": (probabilities(kept["test"]), labels),
            "test, without copies": (probabilities(kept["test"][original]), labels[original]),
            **{
                f"test, {name}": (probabilities(logits), kept["corrupted_labels"])
                for name, logits in zip(kept["corruptions"].tolist(), kept["corrupted"], strict=True)
            },
        }


def set_report(method: SetMethod, spec: SetSpec, name: str, part: Part) -> SetReport:
    """Results of the prediction sets of one coverage on a part of the images."""
    probabilities, labels = part
    inside = members(probabilities, method, spec)
    holds = inside[np.arange(len(labels)), labels]
    sizes = inside.sum(axis=1)
    return SetReport(
        method=method,
        promised=spec.coverage,
        part=name,
        coverage=share_of(holds),
        per_class={tumor: share_of(holds[labels == index]) for index, tumor in enumerate(CLASSES)},
        mean_size=float(sizes.mean()),
        empty=share_of(sizes == 0),
        several=share_of(sizes > 1),
    )


def decision_report(name: str, part: Part, thresholds: Trust) -> DecisionReport:
    """The share of answered images of a part, and the accuracy on these."""
    probabilities, labels = part
    spec = next(each for each in thresholds.sets if each.coverage == thresholds.deciding_coverage)
    single = members(probabilities, thresholds.set_method, spec).sum(axis=1) == 1
    answered = single & (probabilities.max(axis=1) >= thresholds.min_confidence)
    right = probabilities.argmax(axis=1) == labels
    return DecisionReport(part=name, answered=share_of(answered), accuracy=share_of(right[answered]))
