"""Folders and arguments that several commands share."""

import argparse
from pathlib import Path
from typing import TypeAlias

from app.config.settings import PROJECT_DIR

MODELS = PROJECT_DIR / "models"
SAMPLES = PROJECT_DIR / "sample_images"
RUNS = PROJECT_DIR / "research" / "runs"
DOCUMENTATION = PROJECT_DIR / "research" / "documentation"
MODEL_CARD = PROJECT_DIR / "MODEL_CARD.md"

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_model(command: argparse.ArgumentParser) -> None:
    """The model's name and folder."""
    command.add_argument("name", help="name of the model")
    command.add_argument("--models", type=Path, default=MODELS, help="folder of the models (default: %(default)s)")


def metadata_path(options: argparse.Namespace) -> Path:
    """The metadata file of the model that `add_model` names."""
    path: Path = options.models / f"{options.name}_model.json"
    return path


def add_data(command: argparse.ArgumentParser) -> None:
    """The data set's folder."""
    command.add_argument("--data", type=Path, required=True, help="the data set, in the Kaggle layout")


def add_unknown_tumors(command: argparse.ArgumentParser) -> None:
    """The folder of tumors of unrecorded type."""
    command.add_argument("--unknown-tumors", type=Path, help="folder of tumors of unrecorded type")


def add_sources(command: argparse.ArgumentParser) -> None:
    """The folder of other hospitals' slices."""
    command.add_argument("--sources", type=Path, required=True, help="folder of other hospitals' slices and labels.csv")


def add_manifest(command: argparse.ArgumentParser) -> None:
    """The manifest file."""
    command.add_argument(
        "--manifest",
        type=Path,
        default=RUNS / "audit" / "manifest.csv",
        help="the manifest that `audit` writes (default: %(default)s)",
    )
