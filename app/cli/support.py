"""Shared parts of the commands: options, settings, models, files and folders, output."""

import argparse
import json
import re
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel
from rich.console import Console, RenderableType

from app.config.logging import configure_logging
from app.config.settings import ConfigurationError, Settings
from app.models.model_file import ModelMetadata
from app.models.problems import Problem
from app.services.imaging.pillow import prepare_pillow
from app.services.imaging.reading import Reader, read_scan
from app.services.inference.files import files_below, readable
from app.services.inference.registry import ModelRegistry

# `add_subparsers` returns this class, which is private in argparse.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

# Characters that control a terminal or change the direction of the text.
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")
_WIDEST = 100_000


def add_model_option(command: argparse.ArgumentParser) -> None:
    """Add `--model NAME`."""
    command.add_argument("--model", metavar="NAME", help="the model to use (default: the service's default model)")


def add_json_option(command: "argparse._ActionsContainer") -> None:
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


def load_models(
    settings: Settings, name: str | None, errors: Console, read: Reader = read_scan, version: str | None = None
) -> ModelRegistry:
    """Load every model.

    Args:
        settings: the operator's settings.
        name: a model that the command uses; None for the default model.
        errors: shows progress.
        read: reads scans.
        version: of that model; None for its default version.

    Raises:
        ConfigurationError: there is no such model or version, or a model cannot be loaded or computes wrongly.
    """
    prepare_pillow()
    registry = ModelRegistry(settings, read)
    describe_model(registry, name, version)
    with errors.status("Loading the model"):
        registry.load()
    try:
        registry.require_ready()
    except Problem as problem:
        raise ConfigurationError(problem.detail) from problem
    return registry


def describe_model(registry: ModelRegistry, name: str | None, version: str | None = None) -> ModelMetadata:
    """Get a model's metadata; that of the default model if the name is None, and of its default version.

    Raises:
        ConfigurationError: there is no such model, or not in this version.
    """
    try:
        return registry.describe(name, version)
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


def files_in(folder: Path) -> list[Path]:
    """The files in a folder and its sub-folders, in order of name.

    Raises:
        ConfigurationError: the folder or a sub-folder cannot be read, or there is no file.
    """
    try:
        files = list(files_below(folder))
    except OSError as error:
        raise ConfigurationError(f"{shown(error.filename)}: {error.strerror}") from error
    if not files:
        raise ConfigurationError(f"{shown(folder)} has no files.")
    return files


def shown(path: str | Path) -> str:
    """A path for a terminal: characters that cannot be shown, or control the terminal, are escaped."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), readable(path))


def print_tables(*tables: RenderableType) -> None:
    """Print tables. The terminal wraps the lines that are too long for it, so that no name is broken in the output."""
    Console(width=_WIDEST).print(*tables)


def print_json(body: object) -> None:
    """Print JSON in ASCII, which every terminal can show."""
    print(json.dumps(body, default=_dumped, indent=2))


def _dumped(value: object) -> object:
    assert isinstance(value, BaseModel)
    return value.model_dump(mode="json", by_alias=True)
