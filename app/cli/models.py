"""`models`: compare models on confirmed cases."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from app.cli.support import (
    Commands,
    add_json_option,
    describe_model,
    print_json,
    print_tables,
    read_settings,
)
from app.config.settings import ConfigurationError
from app.models.measured.test_set import Proportion
from app.models.model_file import split_version
from app.services.explanations.words import interval, percent, share
from app.services.inference.registry import ModelRegistry

if TYPE_CHECKING:
    from app.services.shadow.comparison import Comparison, Paired


def add_to(commands: Commands) -> None:
    """Add the commands."""
    parser = commands.add_parser("models", help="compare models")
    models = parser.add_subparsers(required=True, metavar="COMMAND")

    command = models.add_parser(
        "compare", help="compare two models, or two versions, on confirmed cases that both have classified"
    )
    command.add_argument(
        "models",
        metavar="NAME[@VERSION]",
        nargs="*",
        help="two models or versions (default: the only two models, if there are two)",
    )
    add_json_option(command)
    command.set_defaults(run=compare_models)


def compare_models(options: argparse.Namespace) -> int:
    """Compare two models and print a table, or JSON.

    Raises:
        ConfigurationError: the names are not those of two models, or the database cannot be used.
    """
    from app.services.shadow import comparison

    settings = read_settings()
    registry = ModelRegistry(settings)
    described = [describe_model(registry, *split_version(text)) for text in options.models or registry.catalogue]
    try:
        first, second = described
    except ValueError:
        raise ConfigurationError(f"name two of the models: {', '.join(registry.catalogue)}.") from None
    found = comparison.compare_models(settings, first, second)
    if options.json:
        names = {"first": first.name, "second": second.name}
        versions = {"first_version": first.version, "second_version": second.version}
        print_json({**names, **versions, **asdict(found)})
    else:
        _print(found, f"{first.name} {first.version}", f"{second.name} {second.version}")
    return 0


def _print(found: "Comparison", first: str, second: str) -> None:
    table = Table("cases", first, second, "only one correct", "difference", "p", box=box.SIMPLE)
    for name, result in (("all confirmed", found.everywhere), ("class named", found.named)):
        if result:
            table.add_row(
                f"{name}: {result.first.total}",
                _share(result.first),
                _share(result.second),
                f"{result.only_first} and {result.only_second}",
                f"{100 * result.difference:+.1f} % ({100 * result.low:+.1f} to {100 * result.high:+.1f} %)",
                f"{result.p:.3f}",
            )
    if found.everywhere:
        print_tables(table)
        print(_conclusion(found.everywhere, first, second))
        print("Confirmed cases are not a random sample, and a reader who agrees with an answer has seen it first.")
    else:
        print("No confirmed case was classified by both models. SHADOW_MODEL runs a second model beside the first.")
    if found.other_versions:
        print(f"{found.other_versions} cases were left out: another version of a model has classified them.")


def _share(proportion: Proportion) -> str:
    return f"{share(proportion.value)} ({interval(proportion)})"


def _conclusion(result: "Paired", first: str, second: str) -> str:
    if result.low <= 0 <= result.high:
        return "No significant difference: the 95 % interval of the difference includes 0."
    better, difference = (second, result.difference) if result.low > 0 else (first, -result.difference)
    return f"{better} is better, by {percent(difference)} of the cases."
