"""Commands that make a model: `train`, `publish`, `calibrate`."""

import argparse
from pathlib import Path

from app.config.settings import Settings
from research.pipeline.cli.arguments import (
    RUNS,
    Commands,
    add_data,
    add_manifest,
    add_model,
    add_unknown_tumors,
    metadata_path,
)
from research.pipeline.data.manifest import read_manifest
from research.pipeline.training.recipe import RECIPES, read_recipe


def add(commands: Commands) -> None:
    """Add the commands of this group."""
    command = commands.add_parser("train", help="train a model, or resume its training")
    command.add_argument(
        "recipe", type=Path, help="name of a recipe in research/pipeline/training/recipes, or a TOML file"
    )
    add_data(command)
    add_unknown_tumors(command)
    add_manifest(command)
    command.add_argument(
        "--base-weights", default="imagenet", help="`imagenet`, which Keras downloads, or a file (default: %(default)s)"
    )
    command.add_argument("--out", type=Path, help="folder of the run (default: research/runs/<name of the model>)")
    command.set_defaults(run=_train)

    command = commands.add_parser("publish", help="check a trained model and copy it to the models folder")
    add_model(command)
    command.add_argument("--run", dest="folder", type=Path, help="folder of the run (default: research/runs/<name>)")
    command.set_defaults(run=_publish)

    command = commands.add_parser("calibrate", help="fit a model's temperature again, on the validation split")
    add_model(command)
    add_data(command)
    add_unknown_tumors(command)
    add_manifest(command)
    command.set_defaults(run=_calibrate)


def _train(options: argparse.Namespace) -> None:
    # Lazy import: Keras takes seconds to import, and most commands do not need it.
    from research.pipeline.training.run import train

    recipe = read_recipe(options.recipe if options.recipe.suffix else RECIPES / f"{options.recipe}.toml")
    folder = options.out or RUNS / recipe.name
    rows = read_manifest(options.manifest)
    metadata = train(recipe, rows, options.data, options.unknown_tumors, options.base_weights, folder)
    print(metadata.model_dump_json(indent=2))


def _publish(options: argparse.Namespace) -> None:
    from research.pipeline.publish.model import publish_model

    metadata = publish_model(options.name, options.folder or RUNS / options.name, options.models)
    print(f"{options.models / metadata.weights}: version {metadata.version}, SHA-256 {metadata.sha256}")
    print("Next: `python -m app export`, then evaluate, trust, reference and drift for these weights.")


def _calibrate(options: argparse.Namespace) -> None:
    from research.pipeline.evaluation.evaluate import calibrate

    metadata = calibrate(
        metadata_path(options),
        options.data,
        options.unknown_tumors,
        options.manifest,
        engine=Settings.from_environment().engine,
    )
    print(f"temperature: {metadata.temperature}")
