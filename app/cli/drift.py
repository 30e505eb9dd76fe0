"""`drift`: test whether a folder of scans differs from the validation scans."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table

from app.cli.support import (
    Commands,
    add_json_option,
    add_model_option,
    files_in,
    load_models,
    print_json,
    print_tables,
    read_settings,
    shown,
)
from app.config.choices import Switch
from app.services.explanations.words import percent
from app.services.inference.files import UnusableFile, predict_file

if TYPE_CHECKING:
    from app.services.drift.schemas import FolderDrift


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("drift", help="test whether a folder of scans differs from the validation scans")
    command.add_argument("folder", metavar="FOLDER", type=Path, help="folder of image files; sub-folders are included")
    add_json_option(command)
    add_model_option(command)
    command.set_defaults(run=drift)


def drift(options: argparse.Namespace) -> int:
    """Test a folder and print a table, or JSON; the exit code is 1 if any file failed.

    Raises:
        ConfigurationError: a setting, the model or the folder cannot be used, or the folder has too few scans.
    """
    from app.services.drift.folder import check_folder

    settings = read_settings(drift=Switch.ON)
    errors = Console(stderr=True)
    files = files_in(options.folder)
    registry = load_models(settings, options.model, errors)
    predictor = registry.predictor(options.model)

    descriptors, failed = [], 0
    with Progress(console=errors, transient=True) as progress:
        for path in progress.track(files, description="Reading"):
            try:
                descriptor = predict_file(predictor, path, heatmap=False).descriptor
            except UnusableFile as error:
                failed += 1
                errors.print(f"{shown(path)}: {error}", style="dim", highlight=False, markup=False, soft_wrap=True)
            else:
                # None for an exact copy of an earlier file, which adds no information.
                descriptors += [] if descriptor is None else [descriptor]
    found = check_folder(registry.drift_references[predictor.metadata.name], descriptors, failed)
    if options.json:
        print_json(found)
    else:
        _print(found)
    return 1 if failed else 0


def _print(found: "FolderDrift") -> None:
    tests = Table(
        "compared", "test", Column("p-value", justify="right"), Column("adjusted", justify="right"), box=box.SIMPLE
    )
    for test in found.check.tests:
        differs = test.adjusted <= found.level
        tests.add_row(
            f"[bold]{test.name}[/bold]" if differs else test.name,
            test.method,
            f"{test.p_value:.2g}",
            f"{test.adjusted:.2g}",
        )
    classes = Table(
        "class",
        Column("validation", justify="right"),
        Column("predicted here", justify="right"),
        Column("estimated true share", justify="right"),
        box=box.SIMPLE,
    )
    for share in found.check.classes:
        estimate = f"{percent(share.estimated)} ({percent(share.low)} to {percent(share.high)})"
        classes.add_row(share.label, percent(share.reference), percent(share.window), estimate)
    print_tables(tests, classes)
    result = "differ from" if found.drift else "show no difference from"
    print(
        f"The {found.images} scans {result} the {found.reference.images} validation scans. If there is no real "
        f"difference, this test reports one for at most {percent(found.level)} of folders."
    )
