"""Commands about the data: `download`, `audit`, `copies`, `quality`."""

import argparse
from pathlib import Path

from app.services.imaging.quality import BOUNDS_FILE
from research.pipeline.cli.arguments import (
    DOCUMENTATION,
    MODELS,
    RUNS,
    Commands,
    add_data,
    add_manifest,
    add_sources,
    add_unknown_tumors,
)
from research.pipeline.data.audit import audit, read_disputed_labels, read_head_ct
from research.pipeline.data.download import download
from research.pipeline.data.manifest import read_manifest, write_manifest

SEED = 20261123


def add(commands: Commands) -> None:
    """Add the commands of this group."""
    command = commands.add_parser("download", help="download the data from Kaggle")
    command.add_argument("--out", type=Path, required=True, help="folder for dataset/ and unknown_tumors/")
    command.set_defaults(run=_download)

    command = commands.add_parser("audit", help="find copies within and across the splits; write manifest and report")
    add_data(command)
    add_unknown_tumors(command)
    command.add_argument("--out", type=Path, default=RUNS / "audit", help="folder for manifest.csv and pairs.png")
    command.add_argument("--report", type=Path, default=DOCUMENTATION / "audit.json", help="(default: %(default)s)")
    command.add_argument("--seed", type=int, default=SEED, help="seed of the split (default: %(default)s)")
    command.set_defaults(run=_audit)

    command = commands.add_parser("copies", help="write the fingerprints that identify copies of training scans")
    add_data(command)
    add_unknown_tumors(command)
    add_sources(command)
    add_manifest(command)
    command.add_argument("--models", type=Path, default=MODELS, help="folder of the models (default: %(default)s)")
    command.add_argument("--report", type=Path, default=DOCUMENTATION / "copies.json", help="(default: %(default)s)")
    command.set_defaults(run=_copies)

    command = commands.add_parser("quality", help="fit the limits of image quality; measure how often they warn")
    add_data(command)
    add_manifest(command)
    command.set_defaults(run=_quality)


def _download(options: argparse.Namespace) -> None:
    for name, images in download(options.out).items():
        print(f"{name}: {images:,} images")


def _audit(options: argparse.Namespace) -> None:
    sheet = options.out / "pairs.png"
    rows, report = audit(
        options.data, options.unknown_tumors, read_disputed_labels(), read_head_ct(), sheet, options.seed
    )
    write_manifest(rows, options.out / "manifest.csv")
    text = report.model_dump_json(indent=2)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(text + "\n")
    print(text)


def _copies(options: argparse.Namespace) -> None:
    from research.pipeline.data.copies import write_training_scans

    rows = read_manifest(options.manifest)
    report = write_training_scans(rows, options.data, options.unknown_tumors, options.sources, options.models)
    text = report.model_dump_json(indent=2)
    options.report.write_text(text + "\n")
    print(text)


def _quality(options: argparse.Namespace) -> None:
    from research.pipeline.evaluation.quality_bounds import fit_quality

    rows = read_manifest(options.manifest)
    report = fit_quality(rows, options.data, BOUNDS_FILE, DOCUMENTATION / "quality.json")
    print(report.model_dump_json(indent=2))
