"""Commands that fit thresholds and rules to a model: `trust`, `confidence`, `combining`, `reference`, `drift`."""

import argparse
from pathlib import Path

from app.config.settings import Settings
from research.pipeline.cli.arguments import (
    RUNS,
    Commands,
    add_data,
    add_manifest,
    add_model,
    add_sources,
    add_unknown_tumors,
    metadata_path,
)


def add(commands: Commands) -> None:
    """Add the commands of this group."""
    command = commands.add_parser(
        "trust", help="fit a model's gate, prediction sets and confidence threshold; write their report"
    )
    add_model(command)
    add_data(command)
    add_unknown_tumors(command)
    add_manifest(command)
    add_sources(command)
    command.add_argument(
        "--outsiders", type=Path, required=True, help="folder of pictures that are not brain MRI, a sub-folder a kind"
    )
    command.set_defaults(run=_trust)

    command = commands.add_parser(
        "confidence", help="fit a model's thresholds to patients of all sources, and measure it at other hospitals"
    )
    add_model(command)
    command.add_argument(
        "--trained", type=Path, default=RUNS / "across" / "all", help="the run of the model that ships"
    )
    command.add_argument("--folds", type=Path, nargs="+", required=True, help="runs that left out some sources")
    command.add_argument("--pack", type=Path, default=RUNS / "slices.zip", help="(default: %(default)s)")
    add_manifest(command)
    command.set_defaults(run=_confidence)

    command = commands.add_parser(
        "combining", help="compare rules that combine the slices of a study; write the best one for the service"
    )
    add_model(command)
    command.add_argument("--trained", type=Path, default=RUNS / "across" / "all", help="(default: %(default)s)")
    command.add_argument("--pack", type=Path, default=RUNS / "slices.zip", help="(default: %(default)s)")
    command.add_argument(
        "--report", type=Path, default=RUNS / "evaluation" / "combining.json", help="(default: %(default)s)"
    )
    command.set_defaults(run=_combining)

    command = commands.add_parser("reference", help="make the reference that a model's drift is measured against")
    add_model(command)
    add_data(command)
    add_manifest(command)
    command.set_defaults(run=_reference)

    command = commands.add_parser("drift", help="measure false drift alarms and detection delays")
    add_model(command)
    add_data(command)
    add_manifest(command)
    command.add_argument("--outside", type=Path, required=True, help="folder of images that are not brain MRI")
    command.add_argument("--no-peers", action="store_true", help="skip the detectors of alibi-detect")
    command.set_defaults(run=_drift)


def _trust(options: argparse.Namespace) -> None:
    # Lazy imports: TensorFlow takes seconds to import, and most commands do not need it.
    from research.pipeline.trust.fit import trust

    report = trust(
        metadata_path(options),
        options.data,
        options.unknown_tumors,
        options.sources,
        options.outsiders,
        options.manifest,
        RUNS / "evaluation",
        RUNS / "trust",
        engine=Settings.from_environment().engine,
    )
    for method in report.methods:
        print(
            f"{method.name}: AUROC {method.mean_auroc:.4f}, rejects {method.mean_refused:.1%} of outsiders and "
            f"{method.test_refused.value:.1%} of test scans"
        )


def _confidence(options: argparse.Namespace) -> None:
    from research.pipeline.trust.across.shipped import fit_shipped_confidence

    report = fit_shipped_confidence(
        metadata_path(options),
        options.trained,
        options.folds,
        options.pack,
        manifest=options.manifest,
        evaluation=RUNS / "evaluation",
    )
    for title, hospitals in {"other patients": report.patients, "left out": report.left_out}.items():
        for name, part in {**hospitals.sources, "all": hospitals.all}.items():
            shares = (part.accuracy, part.answered, part.accuracy_of_answers, part.covered)
            right, answered, right_answers, covered = (
                "-" if share.value is None else f"{share.value:.1%}" for share in shares
            )
            print(
                f"{title}, {name}: {part.slices} slices, right {right}, answered {answered}, of these right "
                f"{right_answers}, covered {covered}"
            )


def _combining(options: argparse.Namespace) -> None:
    from app.models.model_file import read_metadata
    from app.services.studies.combining import RULE_FILE
    from research.pipeline.data.pack import read_table
    from research.pipeline.trust.combining import compare_rules

    report = compare_rules(options.trained, read_table(options.pack), read_metadata(metadata_path(options)))
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(report.model_dump_json(indent=2) + "\n")
    best = report.rules[0]
    RULE_FILE.write_text(best.rule.model_dump_json(indent=2) + "\n")
    print(f"{RULE_FILE}: {best.rule}, log loss {best.log_loss.value:.3f} on {report.patients} patients")


def _reference(options: argparse.Namespace) -> None:
    from research.pipeline.drift.reference import make_reference

    cache = RUNS / "drift" / options.name
    engine = Settings.from_environment().engine
    print(make_reference(metadata_path(options), options.data, options.manifest, cache, engine))


def _drift(options: argparse.Namespace) -> None:
    from research.pipeline.drift.measure import evaluate_drift

    measured = evaluate_drift(
        metadata_path(options),
        options.data,
        options.outside,
        options.manifest,
        RUNS / "drift" / options.name,
        peers=None if options.no_peers else RUNS / "drift_peers",
        engine=Settings.from_environment().engine,
    )
    out = options.models / f"{options.name}_drift.json"
    out.write_text(measured.model_dump_json(indent=2) + "\n")
    print(out)
