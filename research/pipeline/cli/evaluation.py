"""Commands that measure a model: `evaluate`, `peers`, `views`."""

import argparse
from pathlib import Path

from app.config.settings import Settings
from research.pipeline.cli.arguments import (
    DOCUMENTATION,
    RUNS,
    Commands,
    add_data,
    add_manifest,
    add_model,
    add_unknown_tumors,
    metadata_path,
)
from research.pipeline.data.manifest import read_manifest
from research.pipeline.evaluation.peers import measure_peers


def add(commands: Commands) -> None:
    """Add the commands of this group."""
    command = commands.add_parser("evaluate", help="measure a model on the test images; write its report")
    add_model(command)
    add_data(command)
    add_unknown_tumors(command)
    add_manifest(command)
    command.add_argument("--peers", type=Path, help="the file that `peers` writes, to include in the report")
    command.set_defaults(run=_evaluate)

    command = commands.add_parser("peers", help="measure two published packages on the test images")
    add_data(command)
    add_unknown_tumors(command)
    add_manifest(command)
    command.add_argument("--out", type=Path, default=RUNS / "peers", help="for peers.json (default: %(default)s)")
    command.set_defaults(run=_peers)

    command = commands.add_parser("views", help="measure the benefit and cost of several views of a scan")
    add_model(command)
    add_data(command)
    add_manifest(command)
    command.set_defaults(run=_views)


def _evaluate(options: argparse.Namespace) -> None:
    from research.pipeline.evaluation.evaluate import evaluate

    report = evaluate(
        metadata_path(options),
        options.data,
        options.unknown_tumors,
        options.manifest,
        RUNS / "evaluation",
        peers=options.peers,
        engine=Settings.from_environment().engine,
    )
    print(report.model_dump_json(indent=2, include={"test": {"accuracy", "missed_tumors"}, "other_source": True}))


def _peers(options: argparse.Namespace) -> None:
    measure_peers(options.data, options.unknown_tumors, options.manifest, options.out)


def _views(options: argparse.Namespace) -> None:
    from research.pipeline.evaluation.views import measure_views

    report = measure_views(
        metadata_path(options),
        read_manifest(options.manifest),
        options.data,
        DOCUMENTATION / f"views_{options.name}.json",
        Settings.from_environment().engine,
    )
    print(report.model_dump_json(indent=2))
