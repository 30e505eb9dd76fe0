"""The pipeline's command line."""

import argparse
import sys
from pathlib import Path

from app.config.settings import PROJECT_DIR, ConfigurationError, Settings
from app.services.imaging.pillow import prepare_pillow
from app.services.imaging.quality import BOUNDS_FILE
from research.pipeline.data.audit import audit, read_disputed_labels
from research.pipeline.data.download import DownloadError, download
from research.pipeline.data.manifest import read_manifest, write_manifest
from research.pipeline.evaluation.peers import PeerError, measure_peers
from research.pipeline.training.recipe import RECIPES, read_recipe

MODELS = PROJECT_DIR / "models"
SAMPLES = PROJECT_DIR / "sample_images"
RUNS = PROJECT_DIR / "research" / "runs"
DOCUMENTATION = PROJECT_DIR / "research" / "documentation"
SEED = 20261123


def main(arguments: list[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    options = _parser().parse_args(arguments)
    prepare_pillow()
    try:
        options.run(options)
    except FileNotFoundError as error:
        hint = "; `audit` writes it" if str(error.filename).endswith("manifest.csv") else ""
        print(f"error: {error.filename} does not exist{hint}", file=sys.stderr)
        return 1
    except (OSError, ValueError, ConfigurationError, DownloadError, PeerError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _audit(options: argparse.Namespace) -> None:
    sheet = options.out / "pairs.png"
    rows, report = audit(options.data, options.unknown_tumors, read_disputed_labels(), sheet, options.seed)
    write_manifest(rows, options.out / "manifest.csv")
    text = report.model_dump_json(indent=2)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(text + "\n")
    print(text)


def _copies(options: argparse.Namespace) -> None:
    from research.pipeline.data.copies import write_training_scans

    rows = read_manifest(options.manifest)
    text = write_training_scans(rows, options.data, options.unknown_tumors, options.models).model_dump_json(indent=2)
    options.report.write_text(text + "\n")
    print(text)


def _train(options: argparse.Namespace) -> None:
    # Keras takes seconds to import, which no other command needs.
    from research.pipeline.training.run import train

    recipe = read_recipe(options.recipe if options.recipe.suffix else RECIPES / f"{options.recipe}.toml")
    folder = options.out or RUNS / recipe.name
    rows = read_manifest(options.manifest)
    metadata = train(recipe, rows, options.data, options.unknown_tumors, options.base_weights, folder)
    print(metadata.model_dump_json(indent=2))


def _calibrate(options: argparse.Namespace) -> None:
    from research.pipeline.evaluation.evaluate import calibrate

    metadata = calibrate(
        options.models / f"{options.name}_model.json",
        options.data,
        options.unknown_tumors,
        options.manifest,
        engine=Settings.from_environment().engine,
    )
    print(f"temperature: {metadata.temperature}")


def _quality(options: argparse.Namespace) -> None:
    from research.pipeline.evaluation.quality_bounds import fit_quality

    rows = read_manifest(options.manifest)
    report = fit_quality(rows, options.data, BOUNDS_FILE, DOCUMENTATION / "quality.json")
    print(report.model_dump_json(indent=2))


def _views(options: argparse.Namespace) -> None:
    from research.pipeline.evaluation.views import measure_views

    report = measure_views(
        options.models / f"{options.name}_model.json",
        read_manifest(options.manifest),
        options.data,
        DOCUMENTATION / f"views_{options.name}.json",
        Settings.from_environment().engine,
    )
    print(report.model_dump_json(indent=2))


def _evaluate(options: argparse.Namespace) -> None:
    from research.pipeline.evaluation.evaluate import evaluate

    metadata = options.models / f"{options.name}_model.json"
    out = RUNS / "evaluation"
    report = evaluate(
        metadata,
        options.data,
        options.unknown_tumors,
        options.manifest,
        out,
        peers=options.peers,
        engine=Settings.from_environment().engine,
    )
    print(report.model_dump_json(indent=2, include={"test": {"accuracy", "missed_tumors"}, "other_source": True}))


def _peers(options: argparse.Namespace) -> None:
    measure_peers(options.data, options.unknown_tumors, options.manifest, options.out)


def _reference(options: argparse.Namespace) -> None:
    from research.pipeline.drift.reference import make_reference

    metadata = options.models / f"{options.name}_model.json"
    cache = RUNS / "drift" / options.name
    print(make_reference(metadata, options.data, options.manifest, cache, Settings.from_environment().engine))


def _drift(options: argparse.Namespace) -> None:
    from research.pipeline.drift.measure import evaluate_drift

    measured = evaluate_drift(
        options.models / f"{options.name}_model.json",
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


def _trust(options: argparse.Namespace) -> None:
    from research.pipeline.trust.fit import trust

    report = trust(
        options.models / f"{options.name}_model.json",
        options.data,
        options.unknown_tumors,
        options.outsiders,
        options.manifest,
        RUNS / "evaluation",
        RUNS / "trust",
        engine=Settings.from_environment().engine,
    )
    for method in report.methods:
        print(
            f"{method.name}: AUROC {method.mean_auroc:.4f}, refused {method.mean_refused:.1%} of outsiders and "
            f"{method.test_refused.value:.1%} of test scans"
        )


def _figures(options: argparse.Namespace) -> None:
    from research.pipeline.publish.figures import figures
    from research.pipeline.publish.model_card import findings, model_card

    for path in figures(MODELS, SAMPLES, DOCUMENTATION):
        print(path)
    audited = DOCUMENTATION / "audit.json"
    model_card(MODELS, audited, RECIPES, PROJECT_DIR / "MODEL_CARD.md")
    findings(MODELS, audited, RECIPES, DOCUMENTATION / "findings.md")


def _download(options: argparse.Namespace) -> None:
    for name, images in download(options.out).items():
        print(f"{name}: {images:,} images")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m research.pipeline")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("audit", help="find copies within and across the splits; write manifest and report")
    _add_data(command)
    _add_unknown_tumors(command)
    command.add_argument("--out", type=Path, default=RUNS / "audit", help="for manifest.csv and pairs.png")
    command.add_argument("--report", type=Path, default=DOCUMENTATION / "audit.json", help="(default: %(default)s)")
    command.add_argument("--seed", type=int, default=SEED, help="of the split (default: %(default)s)")
    command.set_defaults(run=_audit)

    command = commands.add_parser("copies", help="write the fingerprints by which copies of training scans are told")
    _add_data(command)
    _add_unknown_tumors(command)
    _add_manifest(command)
    command.add_argument("--models", type=Path, default=MODELS, help="folder of the models (default: %(default)s)")
    command.add_argument("--report", type=Path, default=DOCUMENTATION / "copies.json", help="(default: %(default)s)")
    command.set_defaults(run=_copies)

    command = commands.add_parser("train", help="train a model, or go on with its training")
    command.add_argument(
        "recipe", type=Path, help="name of a recipe in research/pipeline/training/recipes, or a TOML file"
    )
    _add_data(command)
    _add_unknown_tumors(command)
    _add_manifest(command)
    command.add_argument(
        "--base-weights", default="imagenet", help="`imagenet`, which Keras downloads, or a file (default: %(default)s)"
    )
    command.add_argument("--out", type=Path, help="folder of the run (default: research/runs/<name of the model>)")
    command.set_defaults(run=_train)

    command = commands.add_parser("calibrate", help="fit a model's temperature anew, on the validation split")
    _add_model(command)
    _add_data(command)
    _add_unknown_tumors(command)
    _add_manifest(command)
    command.set_defaults(run=_calibrate)

    command = commands.add_parser("quality", help="fit the bounds of image quality; measure how often they warn")
    _add_data(command)
    _add_manifest(command)
    command.set_defaults(run=_quality)

    command = commands.add_parser("views", help="measure what several views of a scan tell, and cost")
    _add_model(command)
    _add_data(command)
    _add_manifest(command)
    command.set_defaults(run=_views)

    command = commands.add_parser("evaluate", help="measure a model on the test images; write its report")
    _add_model(command)
    _add_data(command)
    _add_unknown_tumors(command)
    _add_manifest(command)
    command.add_argument("--peers", type=Path, help="what `peers` wrote, to stand in the report")
    command.set_defaults(run=_evaluate)

    command = commands.add_parser("peers", help="measure two published packages on the test images")
    _add_data(command)
    _add_unknown_tumors(command)
    _add_manifest(command)
    command.add_argument("--out", type=Path, default=RUNS / "peers", help="for peers.json (default: %(default)s)")
    command.set_defaults(run=_peers)

    command = commands.add_parser("reference", help="make what a model's drift is measured against")
    _add_model(command)
    _add_data(command)
    _add_manifest(command)
    command.set_defaults(run=_reference)

    command = commands.add_parser("drift", help="measure false alarms of drift, and how soon it is found")
    _add_model(command)
    _add_data(command)
    _add_manifest(command)
    command.add_argument("--outside", type=Path, required=True, help="folder of images that are no brain MRI")
    command.add_argument("--no-peers", action="store_true", help="leave out the detectors of alibi-detect")
    command.set_defaults(run=_drift)

    command = commands.add_parser("trust", help="fit a model's gate, sets and least confidence; write their report")
    _add_model(command)
    _add_data(command)
    _add_unknown_tumors(command)
    _add_manifest(command)
    command.add_argument("--outsiders", type=Path, required=True, help="folder of what is no brain MRI, by kind")
    command.set_defaults(run=_trust)

    command = commands.add_parser("figures", help="draw the pictures, write model card and findings, from the reports")
    command.set_defaults(run=_figures)

    command = commands.add_parser("download", help="get the data from Kaggle")
    command.add_argument("--out", type=Path, required=True, help="folder for dataset/ and unknown_tumors/")
    command.set_defaults(run=_download)
    return parser


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", help="of the model")
    command.add_argument("--models", type=Path, default=MODELS, help="folder of its files (default: %(default)s)")


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, required=True, help="the data set, in the Kaggle layout")


def _add_unknown_tumors(command: argparse.ArgumentParser) -> None:
    command.add_argument("--unknown-tumors", type=Path, help="folder of tumors of unrecorded type")


def _add_manifest(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--manifest", type=Path, default=RUNS / "audit" / "manifest.csv", help="what audit wrote (default: %(default)s)"
    )


if __name__ == "__main__":
    sys.exit(main())
