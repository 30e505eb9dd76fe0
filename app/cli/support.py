"""Shared parts of the commands: options, reading the settings, loading the models, creating folders."""

import argparse
from pathlib import Path
from typing import TypeAlias

from rich.console import Console

from app.config.logging import configure_logging
from app.config.settings import ConfigurationError, Settings
from app.models.model_file import ModelMetadata
from app.models.problems import Problem
from app.services.imaging.pillow import prepare_pillow
from app.services.inference.registry import ModelRegistry

# `add_subparsers` returns this class, which is private in argparse.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_model_option(command: argparse.ArgumentParser) -> None:
    """Add `--model NAME`."""
    command.add_argument("--model", metavar="NAME", help="the model to use (default: the service's default model)")


def add_json_option(command: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")


def read_settings(**changes: object) -> Settings:
    """Read the settings from the environment and set up the log.

    Args:
        changes: settings that the command overrides.

    Raises:
        ConfigurationError: a variable has a wrong value.
    """
    settings = Settings.from_environment().model_copy(update=changes)
    configure_logging(settings)
    return settings


def load_models(settings: Settings, name: str | None, errors: Console) -> ModelRegistry:
    """Load every model.

    Args:
        settings: the operator's settings.
        name: a model that the command uses; None for the default model.
        errors: shows progress.

    Raises:
        ConfigurationError: there is no such model, or a model cannot be loaded.
    """
    prepare_pillow()
    registry = ModelRegistry(settings)
    describe_model(registry, name)
    with errors.status("Loading the model"):
        registry.load()
    return registry


def describe_model(registry: ModelRegistry, name: str | None) -> ModelMetadata:
    """Get a model's metadata; that of the default model if the name is None.

    Raises:
        ConfigurationError: there is no such model.
    """
    try:
        return registry.describe(name)
    except Problem as problem:
        raise ConfigurationError(f"{problem.detail} Known: {', '.join(problem.accepted or [])}") from problem


def make_folder(option: str, folder: Path) -> None:
    """Create the folder that an option names.

    Raises:
        ConfigurationError: the folder cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{option} {folder}: {error.strerror}") from error
