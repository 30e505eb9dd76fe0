"""Write the heads and the thresholds of a model beside its weights."""

from collections.abc import Sequence
from pathlib import Path

from app.models.measured.across import AcrossReport
from app.models.measured.trust import TrustReport
from app.models.model_file import read_metadata
from app.models.thresholds import HeadsSpec, HeatmapMethod
from app.services.network.weights import file_sha256
from research.pipeline.data.manifest import read_manifest
from research.pipeline.data.pack import read_masks, read_table
from research.pipeline.trust.across.confidence import confidence
from research.pipeline.trust.across.predictions import read_trained_heads
from research.pipeline.trust.across.thresholds import DECIDING_COVERAGE, SET_METHOD
from research.pipeline.trust.fit import decision_report, set_report, test_parts


def fit_shipped_confidence(
    metadata_path: Path, trained: Path, folds: Sequence[Path], pack: Path, *, manifest: Path, evaluation: Path
) -> AcrossReport:
    """Fit to validation slices of all sources, and write `<name>_heads.npz`, the report and `trust` of the metadata.

    The results on the test images in the trust report become those of these thresholds.

    Args:
        metadata_path: the model's JSON file, with a gate.
        trained: the run whose weights the model has.
        folds: the runs of `across --fold`.
        pack: the packed file that all runs were trained on.
        manifest: the manifest that `audit` writes.
        evaluation: folder with the test images' logits, written by `evaluate`.

    Raises:
        OSError: a run is not finished, or a file is missing.
        ValueError: the model has no gate, or two runs left out the same source.
    """
    metadata, slices = read_metadata(metadata_path), read_table(pack)
    if metadata.trust is None:
        raise ValueError(f"{metadata.name} has no gate; fit it first: python -m research.pipeline trust")
    fitted, report = confidence(metadata, trained, folds, slices, read_masks(pack))
    path = metadata_path.with_name(f"{metadata.name}_heads.npz")
    read_trained_heads(trained).save(path)
    heads = HeadsSpec(
        file=path.name,
        sha256=file_sha256(path),
        other_from=fitted.other_from,
        heatmap=max(HeatmapMethod, key=lambda method: report.pointing[method].count),
    )
    trust = metadata.trust.model_copy(
        update={
            "heads": heads,
            "set_method": SET_METHOD,
            "sets": fitted.sets,
            "deciding_coverage": DECIDING_COVERAGE,
            "min_confidence": fitted.min_confidence,
        }
    )
    parts = test_parts(evaluation / metadata.name / "logits.npz", read_manifest(manifest), metadata.temperature)
    measured = metadata_path.with_name(f"{metadata.name}_trust_report.json")
    tested = TrustReport.model_validate_json(measured.read_bytes())
    tested = tested.model_copy(
        update={
            "min_confidence": trust.min_confidence,
            "set_method": trust.set_method,
            "deciding_coverage": trust.deciding_coverage,
            "sets": (
                *(found for found in tested.sets if found.method != trust.set_method),
                *(
                    set_report(trust.set_method, spec, name, part)
                    for spec in trust.sets
                    for name, part in parts.items()
                ),
            ),
            "decisions": tuple(decision_report(name, part, trust) for name, part in parts.items()),
        }
    )
    measured.write_text(tested.model_dump_json(indent=2) + "\n")
    metadata_path.write_text(metadata.model_copy(update={"trust": trust}).model_dump_json(indent=2) + "\n")
    metadata_path.with_name(f"{metadata.name}_across_report.json").write_text(report.model_dump_json(indent=2) + "\n")
    return report
