"""`predict`: classify image files."""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Column, Table

from app.cli.support import Commands, add_json_option, add_model_option, load_models, make_folder, read_settings
from app.models.classes import DISCLAIMER, FACTS
from app.models.thresholds import Decision
from app.services.explanations.words import Result, agreement_sentence, headline, percent, position
from app.services.inference.files import UnusableFile, predict_file
from app.services.inference.predictor import Heatmap, Prediction, Predictor
from app.services.trust.conformal import PredictionSet
from app.services.trust.gate import GateResult
from app.services.trust.views import MAX_VIEWS

_PROGRESS_FROM = 4


@dataclass(frozen=True)
class Finding:
    """The printed part of a prediction, without its pictures, so that memory does not grow with the files.

    Attributes:
        result: the numbers that the words are made from.
        sets: the prediction sets, the smallest coverage first.
        gate: the out-of-distribution score; None if the gate is off or was not fitted to the weights.
        heatmap: the file that the heat-map was saved to.
        notices: warnings for the reader.
    """

    result: Result
    sets: tuple[PredictionSet, ...]
    gate: GateResult | None
    heatmap: Path | None
    notices: list[str]


@dataclass(frozen=True)
class Outcome:
    """The result for one file: a finding or an error."""

    path: Path
    finding: Finding | None = None
    error: str | None = None


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("predict", help="classify image files")
    command.add_argument("files", metavar="FILE", nargs="+", type=Path, help="JPEG, PNG, WebP, BMP, TIFF or GIF")
    command.add_argument("--heatmap", metavar="DIR", type=Path, help="save each scan with its heat-map in DIR, as PNG")
    add_json_option(command)
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
    """Classify files and print a table, or JSON; the exit code is 1 if any file failed.

    Raises:
        ConfigurationError: a setting, the model or the folder for heat-maps cannot be used.
    """
    settings = read_settings()
    errors = Console(stderr=True)
    if options.heatmap:
        make_folder("--heatmap", options.heatmap)
    predictor = load_models(settings, options.model, errors).predictor(options.model)

    outcomes = []
    with Progress(console=errors, transient=True, disable=len(options.files) < _PROGRESS_FROM) as progress:
        for path in progress.track(options.files, description="Classifying"):
            outcomes.append(_outcome(predictor, path, options.heatmap, options.views))
    if options.json:
        print(json.dumps({"results": list(map(_summary, outcomes)), "disclaimer": DISCLAIMER}, indent=2))
    else:
        Console().print(_table(outcomes))
        if options.heatmap:
            errors.print(f"Heat-maps saved in {options.heatmap}", highlight=False)
        errors.print(DISCLAIMER, style="dim")
    return 1 if any(outcome.error for outcome in outcomes) else 0


def _outcome(predictor: Predictor, path: Path, folder: Path | None, views: int) -> Outcome:
    try:
        prediction = predict_file(predictor, path, heatmap=folder is not None, views=views)
        return Outcome(path, _finding(prediction, path, folder))
    except UnusableFile as error:
        return Outcome(path, error=str(error))
    except OSError as error:
        return Outcome(path, error=f"{error.filename}: {error.strerror}")


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
    number = 1
    while True:
        suffix = "" if number == 1 else f"-{number}"
        target = folder / f"{source.stem}.heatmap{suffix}.png"
        try:
            with target.open("xb") as file:
                file.write(heatmap.overlay)
        except FileExistsError:
            number += 1
        else:
            return target


def _summary(outcome: Outcome) -> dict[str, object]:
    finding = outcome.finding
    if finding is None:
        return {"file": str(outcome.path), "error": outcome.error}
    result = finding.result
    return {
        "file": str(outcome.path),
        **_class_summary(result),
        "decision": result.decision.value,
        "headline": headline(result),
        "in_distribution": not finding.gate.outside if finding.gate else None,
        "gate": {"score": finding.gate.score, "threshold": finding.gate.threshold} if finding.gate else None,
        "prediction_set": _set_summary(result.deciding_set) if result.deciding_set else None,
        "prediction_sets": list(map(_set_summary, finding.sets)),
        "probabilities": {tumor.value: probability for tumor, probability in result.ranking},
        "focus": position(result.focus.x, result.focus.y) if result.focus else None,
        "heatmap": str(finding.heatmap) if finding.heatmap else None,
        "warnings": finding.notices,
        "agreement": asdict(result.agreement) if result.agreement else None,
    }


def _class_summary(result: Result) -> dict[str, object]:
    if result.decision is Decision.OUTSIDE:
        return {"class": None, "confidence": None}
    return {"class": result.predicted.value, "confidence": result.confidence}


def _set_summary(each: PredictionSet) -> dict[str, object]:
    return {"coverage": each.coverage, "classes": [tumor.value for tumor in each.classes]}


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(
        Column("file", overflow="fold", ratio=2),
        Column("answer", overflow="fold"),
        Column("probability", justify="right", no_wrap=True),
        Column("runner-up", no_wrap=True),
        Column("notes", overflow="fold", ratio=3),
        box=box.SIMPLE,
    )
    for outcome in outcomes:
        name = escape(str(outcome.path))
        finding = outcome.finding
        if finding is None:
            table.add_row(name, "[red]failed[/red]", "", "", escape(outcome.error or ""))
            continue
        result = finding.result
        second, runner_up = result.ranking[1]
        shares = (percent(result.confidence), f"{FACTS[second].label} {percent(runner_up)}")
        table.add_row(
            name,
            f"[bold]{headline(result)}[/bold]",
            *(("", "") if result.decision is Decision.OUTSIDE else shares),
            "\n".join([*finding.notices, *([agreement_sentence(result.agreement)] if result.agreement else [])]),
        )
    return table
