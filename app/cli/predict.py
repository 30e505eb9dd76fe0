"""`predict`: classify image files."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from app.cli.outcomes import COLUMNS, Finding, Outcome, notes, row, summary, table
from app.cli.support import (
    Commands,
    add_json_option,
    add_model_option,
    files_in,
    load_models,
    make_folder,
    print_json,
    read_settings,
    shown,
)
from app.config.settings import ConfigurationError, Settings
from app.models.classes import DISCLAIMER
from app.services.explanations.result import Result
from app.services.inference.files import UnusableFile, predict_file, readable
from app.services.inference.heatmaps import Heatmap
from app.services.inference.predictor import Prediction, Predictor
from app.services.reports.spreadsheet import Spreadsheet
from app.services.trust.views import MAX_VIEWS

_PROGRESS_FROM = 4
# File systems accept names of at most 255 bytes; the suffix and a number take the rest.
_STEM_BYTES = 220


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("predict", help="classify image files")
    command.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=Path,
        help="JPEG, PNG, WebP, BMP, TIFF, GIF or DICOM; or a folder, with --recursive",
    )
    command.add_argument(
        "-r", "--recursive", action="store_true", help="classify all files in the folders and their sub-folders"
    )
    command.add_argument("--heatmap", metavar="DIR", type=Path, help="save each scan with its heat-map in DIR, as PNG")
    output = command.add_mutually_exclusive_group()
    add_json_option(output)
    output.add_argument("--csv", metavar="FILE", type=Path, help="write the results to FILE as CSV instead")
    add_model_option(command)
    command.add_argument(
        "--views",
        metavar="N",
        type=int,
        choices=range(1, MAX_VIEWS + 1),
        default=1,
        help="classify N views of each scan (mirrored, shifted, rotated) and report whether they agree "
        f"(1 to {MAX_VIEWS}; each view takes as long as one prediction; default: 1)",
    )
    command.set_defaults(run=predict)


def predict(options: argparse.Namespace) -> int:
    """Classify files and print a table or JSON, or write CSV; the exit code is 1 if any file failed.

    Raises:
        ConfigurationError: a setting, the model, a folder or the CSV file cannot be used.
    """
    settings = read_settings()
    errors = Console(stderr=True)
    files = list(_expanded(options.files)) if options.recursive else options.files
    if options.heatmap:
        make_folder("--heatmap", options.heatmap)
    outcomes = _outcomes(options, settings, files, errors)
    failed = _save(outcomes, options.csv) if options.csv else _print(list(outcomes), as_json=options.json)
    if not options.json:
        for what, place in (("Results", options.csv), ("Heat-maps", options.heatmap)):
            if place:
                print(f"{what} saved in {shown(place)}", file=sys.stderr)
        if failed:
            print(f"{failed} of {len(files)} files failed.", file=sys.stderr)
        errors.print(DISCLAIMER, style="dim")
    return 1 if failed else 0


def _expanded(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if _is_folder(path):
            yield from files_in(path)
        else:
            yield path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # its name is too long, for example
        return False


def _outcomes(options: argparse.Namespace, settings: Settings, files: list[Path], errors: Console) -> Iterator[Outcome]:
    predictor = load_models(settings, options.model, errors).predictor(options.model)
    with Progress(console=errors, transient=True, disable=len(files) < _PROGRESS_FROM) as progress:
        for path in progress.track(files, description="Classifying"):
            yield _outcome(predictor, path, options.heatmap, options.views)


def _outcome(predictor: Predictor, path: Path, folder: Path | None, views: int) -> Outcome:
    try:
        prediction = predict_file(predictor, path, heatmap=folder is not None, views=views)
        return Outcome(path, _finding(prediction, path, folder))
    except UnusableFile as error:
        hint = "This is a folder. Add --recursive to classify the files in it."
        return Outcome(path, error=hint if _is_folder(path) else str(error))
    except OSError as error:
        return Outcome(path, error=f"{readable(error.filename)}: {error.strerror}")


def _finding(prediction: Prediction, path: Path, folder: Path | None) -> Finding:
    heatmap = prediction.heatmap
    return Finding(
        result=Result.of(prediction),
        sets=prediction.prediction_sets,
        gate=prediction.gate,
        heatmap=_save_heatmap(heatmap, path, folder) if heatmap and folder else None,
        notices=[notice.message for notice in prediction.notices],
    )


def _save_heatmap(heatmap: Heatmap, source: Path, folder: Path) -> Path:
    """Write the overlay under the scan's name, with a number if a file of that name exists."""
    stem = os.fsdecode(os.fsencode(source.stem)[:_STEM_BYTES])
    number = 1
    while True:
        suffix = "" if number == 1 else f"-{number}"
        target = folder / f"{stem}.heatmap{suffix}.png"
        try:
            with target.open("xb") as file:
                file.write(heatmap.overlay)
        except FileExistsError:
            number += 1
        else:
            return target


def _save(outcomes: Iterable[Outcome], file: Path) -> int:
    """Write results as CSV, each as soon as it is known; returns the number of failures."""
    failed = 0
    try:
        with file.open("w", newline="", encoding="utf-8") as target:
            sheet = Spreadsheet(target, COLUMNS)
            for outcome in outcomes:
                sheet.write(row(outcome))
                failed += outcome.error is not None
    except OSError as error:
        raise ConfigurationError(f"--csv {shown(file)}: {error.strerror}") from error
    return failed


def _print(outcomes: list[Outcome], *, as_json: bool) -> int:
    """Print results; returns the number of failures."""
    if as_json:
        print_json({"results": list(map(summary, outcomes)), "disclaimer": DISCLAIMER})
    else:
        print("\n".join(table(outcomes)))
        for outcome in outcomes:
            for note in notes(outcome):
                print(f"{shown(outcome.path)}: {note}")
    return sum(outcome.error is not None for outcome in outcomes)
