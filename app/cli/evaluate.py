"""`evaluate`: measure a model on the operator's own scans."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table

from app.cli.support import Commands, load_models, print_tables, read_settings, shown
from app.config.choices import GateChoice
from app.config.settings import ConfigurationError
from app.models.classes import DISCLAIMER, FACTS, TumorClass
from app.models.model_file import split_version
from app.models.thresholds import Decision
from app.services.explanations.words import decision_name, interval, share

if TYPE_CHECKING:
    from app.services.evaluation.schemas import EvaluationReport


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("evaluate", help="measure a model on your own scans; no data leaves the machine")
    command.add_argument(
        "scans",
        metavar="FOLDER",
        type=Path,
        help=f"folder with one sub-folder for each class ({', '.join(TumorClass)}), and optionally one named other for "
        "scans that show none of these, each with one folder for each patient if patients are known; or a CSV file "
        "with the columns file, class and, optionally, patient",
    )
    command.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("evaluation"), help="for the report (default: %(default)s)"
    )
    command.add_argument(
        "--fit", metavar="FILE", type=Path, help="write a temperature and thresholds fitted to these scans to FILE"
    )
    command.add_argument(
        "--model", metavar="NAME[@VERSION]", help="the model to measure (default: the service's default model)"
    )
    command.set_defaults(run=evaluate)


def evaluate(options: argparse.Namespace) -> int:
    """Measure a model, print its figures, and write the report and, with `--fit`, the fitted thresholds.

    Raises:
        ConfigurationError: a setting, the model or the scans cannot be used, or a file cannot be written.
    """
    from app.services.evaluation.folder import evaluate_files, write_report
    from app.services.evaluation.scans import UnusableScans, read_labelled

    settings = read_settings()
    if settings.gate is GateChoice.ENFORCE:
        # The report counts the scans that the gate rejects, so the predictor must answer them.
        settings = settings.model_copy(update={"gate": GateChoice.WARN})
    errors = Console(stderr=True)
    try:
        labelled = read_labelled(options.scans)
    except UnusableScans as error:
        raise ConfigurationError(str(error)) from error
    name, version = split_version(options.model) if options.model else (None, None)
    registry = load_models(settings, name, errors, version=version)
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task("Classifying", total=len(labelled.scans))
        report = evaluate_files(
            registry.predictor(name, version), registry.training_scans, labelled, lambda: progress.advance(task)
        )
    write_report(report, options.out, options.fit)
    print_tables(_table(report), *_acquisition_tables(report))
    print(f"Report saved in {shown(options.out)}: report.html, report.json", file=sys.stderr)
    errors.print(DISCLAIMER, style="dim")
    if options.fit and report.fit is None:
        raise ConfigurationError(f"{options.fit} was not written. {report.no_fit}")
    return 0


def _table(report: "EvaluationReport") -> Table:
    part = report.measured
    table = Table(Column("figure"), Column("value", justify="right"), Column("95 % interval"), box=box.SIMPLE)
    table.add_row("scans measured", f"{part.images:,}", f"{len(report.left_out):,} left out")
    for name, figure in {
        "accuracy": part.accuracy,
        "tumors classified as no tumor": part.missed_tumors,
        **{f"sensitivity, {FACTS[tumor].label}": figures.sensitivity for tumor, figures in part.per_class.items()},
    }.items():
        table.add_row(name, share(figure.value), interval(figure))
    if report.trusted:
        answered, right = report.trusted.decisions[Decision.ANSWER], report.trusted.right_where_answered
        table.add_row("answered", share(answered.value), interval(answered))
        table.add_row("  accuracy of these answers", share(right.value), interval(right))
    table.add_row("calibration error", share(part.calibrated.ece), "")
    if report.fit:
        table.add_row("  with the fitted temperature", share(report.fit.calibration.ece), "cross-fitted")
    return table


def _acquisition_tables(report: "EvaluationReport") -> list[Table]:
    """Accuracy and decisions by sequence and by plane, and the decisions on scans labelled `other`."""
    trusted = report.trusted
    if trusted is None:
        return []
    tables = []
    for name, parts in (("sequence", trusted.by_sequence), ("plane", trusted.by_plane)):
        table = _figures(name, "scans", "accuracy", "95 % interval", "answered", "accuracy of these", "other")
        for part in parts:
            answered, other = (share(part.decisions[each].value) for each in (Decision.ANSWER, Decision.OTHER))
            accuracy, right = part.accuracy, share(part.right_where_answered.value)
            total = f"{accuracy.total:,}"
            table.add_row(part.label, total, share(accuracy.value), interval(accuracy), answered, right, other)
        tables += [table] if parts else []
    if trusted.others:
        table = _figures("scans labelled other", "scans", "share", "95 % interval")
        for decision, figure in trusted.others.items():
            table.add_row(decision_name(decision), f"{figure.count:,}", share(figure.value), interval(figure))
        tables.append(table)
    return tables


def _figures(first: str, *others: str) -> Table:
    return Table(Column(first), *(Column(name, justify="right") for name in others), box=box.SIMPLE)
