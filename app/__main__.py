"""The command line: serve the API, classify and evaluate files, tell drift, export graphs, settings, accounts."""

import argparse
import json
import signal
import sys
from dataclasses import asdict, dataclass
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Column, Table

from app import __version__
from app.config.logging import configure_logging
from app.config.settings import ConfigurationError, GateChoice, Settings, Switch, settings_table
from app.models.classes import DISCLAIMER, FACTS, TumorClass
from app.models.measured.test_set import Proportion
from app.models.model_file import ModelMetadata
from app.models.problems import Problem, UnreadableImage
from app.models.thresholds import Decision
from app.services.explanations.built_in import agreement_words, headline, percent, position
from app.services.inference.predictor import Heatmap, Prediction, Predictor
from app.services.inference.registry import ModelRegistry
from app.services.network.openvino_graph import export_graph, read_graph
from app.services.trust.gate import GateResult
from app.services.trust.prediction_sets import PredictionSet
from app.services.trust.views import MAX_VIEWS, Agreement

if TYPE_CHECKING:  # comes in where a command needs it
    from app.services.drift.schemas import FolderDrift
    from app.services.evaluation.schemas import EvaluationReport
    from app.services.shadow.comparison import Comparison, Paired

_SHUTDOWN_S = 30
_PROGRESS_FROM = 4


@dataclass(frozen=True)
class Finding:
    """What is printed of a prediction. Its pictures are let go of, so that many files take no more memory than one.

    Attributes:
        ranking: the classes from most to least probable.
        decision: what a reader may do with it.
        headline: that in a few words.
        sets: the classes that cannot be excluded, from the smallest coverage to the largest.
        deciding: the set that decided; None where no thresholds were fitted to the weights.
        gate: how far the image is from the scans that the network knows; None where that is not known.
        focus: where the heat lies, in words; None without a heat-map, or where it is empty.
        heatmap: the file it was saved to.
        notices: what a reader should know.
        agreement: of several views; None where there was one.
    """

    ranking: list[tuple[TumorClass, float]]
    decision: Decision
    headline: str
    sets: tuple[PredictionSet, ...]
    deciding: PredictionSet | None
    gate: GateResult | None
    focus: str | None
    heatmap: Path | None
    notices: list[str]
    agreement: Agreement | None


@dataclass(frozen=True)
class Outcome:
    """What came of one file: a finding, or an error."""

    path: Path
    finding: Finding | None = None
    error: str | None = None


def main(arguments: list[str] | None = None) -> int:
    """Run a command; gives the exit code: 0, 1 where something failed, 2 where the call was wrong."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def serve(options: argparse.Namespace) -> int:
    """Serve the API until told to stop."""
    import uvicorn

    from app.main import create_app

    settings = Settings.from_environment()
    app = create_app(settings)
    # Before uvicorn handles signals, and again when it hands one on after finishing what was in flight: a clean end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_SHUTDOWN_S,
        )
    except SystemExit as end:
        if end.code:
            raise
    if app.state.failure:
        raise ConfigurationError(app.state.failure)
    return 0


def predict(options: argparse.Namespace) -> int:
    """Classify files and print a table, or JSON."""
    settings = Settings.from_environment()
    configure_logging(settings)
    errors = Console(stderr=True)
    if options.heatmap:
        try:
            options.heatmap.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"--heatmap {options.heatmap}: {error.strerror}") from error
    predictor = _loaded(settings, options.model, errors).predictor(options.model)

    outcomes = []
    with Progress(console=errors, transient=True, disable=len(options.files) < _PROGRESS_FROM) as progress:
        for path in progress.track(options.files, description="Classifying"):
            outcomes.append(_outcome(predictor, path, options.heatmap, options.views))
    if options.json:
        print(json.dumps({"results": list(map(_summary, outcomes)), "disclaimer": DISCLAIMER}, indent=2))
    else:
        Console().print(_table(outcomes))
        if options.heatmap:
            errors.print(f"Heat-maps are in {options.heatmap}", highlight=False)
        errors.print(DISCLAIMER, style="dim")
    return 1 if any(outcome.error for outcome in outcomes) else 0


def drift(options: argparse.Namespace) -> int:
    """Hold a folder of scans against the validation scans, and print a table, or JSON."""
    import numpy as np

    from app.services.drift.schemas import FALSE_ALARM, FolderDrift
    from app.services.drift.window import MIN_ANSWERS, check_window

    settings = Settings.from_environment().model_copy(update={"drift": Switch.ON})
    configure_logging(settings)
    errors = Console(stderr=True)
    files = sorted(path for path in options.folder.rglob("*") if path.is_file())
    if not files:
        raise ConfigurationError(f"{options.folder} has no files.")
    registry = _loaded(settings, options.model, errors)
    predictor = registry.predictor(options.model)

    descriptors, failed = [], 0
    with Progress(console=errors, transient=True) as progress:
        for path in progress.track(files, description="Reading"):
            try:
                descriptor = _predict_file(predictor, path, heatmap=False).descriptor
            except (Problem, OSError) as error:
                failed += 1
                reason = error.detail if isinstance(error, Problem) else error.strerror
                errors.print(f"{path}: {reason}", style="dim", highlight=False, markup=False)
            else:
                # None for an exact copy of one before, which tells nothing new.
                descriptors += [] if descriptor is None else [descriptor]
    if len(descriptors) < MIN_ANSWERS:
        raise ConfigurationError(
            f"{options.folder} has {len(descriptors)} different scans; of fewer than {MIN_ANSWERS} nothing can be said."
        )
    reference = registry.drift_references[predictor.metadata.name]
    check = check_window(reference, np.stack(descriptors), np.random.default_rng())
    found = FolderDrift(
        reference=reference.facts,
        images=len(descriptors),
        failed=failed,
        drift=any(test.adjusted <= FALSE_ALARM for test in check.tests),
        check=check,
    )
    if options.json:
        print(found.model_dump_json(indent=2, by_alias=True))
    else:
        _print_drift(found)
    return 1 if failed else 0


def evaluate(options: argparse.Namespace) -> int:
    """Measure a model on one's own scans, write the report, and if wanted what fits them better."""
    from app.services.evaluation.html import render_evaluation
    from app.services.evaluation.report import measure_all, report_of
    from app.services.evaluation.scans import UnusableScans, read_labelled
    from app.services.evaluation.schemas import EvaluatedScan

    settings = Settings.from_environment()
    if settings.gate is GateChoice.ENFORCE:
        # What the gate would refuse is counted, not missing.
        settings = settings.model_copy(update={"gate": GateChoice.WARN})
    configure_logging(settings)
    errors = Console(stderr=True)
    try:
        found = read_labelled(options.scans)
    except UnusableScans as error:
        raise ConfigurationError(str(error)) from error
    registry = _loaded(settings, options.model, errors)
    predictor, training = registry.predictor(options.model), registry.training_scans

    scans, left_out = [], found.left_out
    with Progress(console=errors, transient=True) as progress:
        outcomes = measure_all(predictor, training, found.scans)
        for outcome in progress.track(outcomes, total=len(found.scans), description="Classifying"):
            if isinstance(outcome, EvaluatedScan):
                scans.append(outcome)
            else:
                left_out.append(outcome)
    if not scans:
        raise ConfigurationError(
            f"none of the {len(found.scans)} scans can be measured. The first: {left_out[0].scan}: {left_out[0].reason}"
        )
    with errors.status("Measuring"):
        report = report_of(scans, left_out, predictor.metadata, copies_looked_for=training is not None)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "report.json").write_text(report.model_dump_json(indent=2, by_alias=True) + "\n")
        (options.out / "report.html").write_bytes(render_evaluation(report))
        if options.fit and report.fit:
            options.fit.write_text(report.fit.file.model_dump_json(indent=2) + "\n")
    except OSError as error:
        raise ConfigurationError(f"{error.filename}: {error.strerror}") from error
    Console().print(_evaluation_table(report))
    errors.print(f"The report is in {options.out}: report.html, report.json", highlight=False)
    errors.print(DISCLAIMER, style="dim")
    if options.fit and report.fit is None:
        raise ConfigurationError(f"{options.fit} was not written. {report.no_fit}")
    return 0


def export(options: argparse.Namespace) -> int:
    """Write the OpenVINO graph of every model that lacks it, or has it of other weights."""
    settings = Settings.from_environment()
    configure_logging(settings)
    for metadata in ModelRegistry(settings).catalogue.values():
        weights = settings.models_dir / metadata.weights
        try:
            read_graph(metadata, weights)
        except ConfigurationError:
            print(f"Wrote {export_graph(metadata, weights)}")
    return 0


def show_settings(options: argparse.Namespace) -> int:
    """Print what can be set, as the Markdown table of the README."""
    print(settings_table())
    return 0


def add_user(options: argparse.Namespace) -> int:
    """Make an account, with a password that is typed in."""
    from app.services.accounts import administration

    settings = Settings.from_environment()
    configure_logging(settings)
    account = administration.add_user(settings, options.email, _typed_password(), admin=options.admin)
    print(f"Added {account.email}{' as an administrator' if account.admin else ''}")
    return 0


def list_users(options: argparse.Namespace) -> int:
    """Print the accounts."""
    from app.services.accounts import administration

    settings = Settings.from_environment()
    configure_logging(settings)
    table = Table("e-mail", "administrator", "second factor", "closed", "since", box=box.SIMPLE)
    for account in administration.users(settings):
        flags = (account.admin, account.totp_secret is not None, account.disabled)
        table.add_row(
            escape(account.email), *("yes" if flag else "no" for flag in flags), f"{account.created_at:%Y-%m-%d}"
        )
    Console().print(table)
    return 0


def reset_user(options: argparse.Namespace) -> int:
    """Print a one-time link that sets an account's password."""
    from app.services.accounts import administration

    settings = Settings.from_environment()
    configure_logging(settings)
    print(administration.reset_user(settings, options.email, remove_second_factor=options.second_factor))
    return 0


def verify_audit(options: argparse.Namespace) -> int:
    """Check the audit trail."""
    from app.services.accounts import administration

    settings = Settings.from_environment()
    configure_logging(settings)
    head = administration.verify_audit(settings, options.head)
    print(f"The audit trail's {head.sequence} entries are unbroken. Its head, to keep elsewhere:\n{head}")
    return 0


def export_feedback(options: argparse.Namespace) -> int:
    """Write the confirmed cases as a labelled set."""
    from app.services.history.training_set import LIST, export_labelled

    settings = Settings.from_environment()
    configure_logging(settings)
    exported = export_labelled(settings, options.folder, notes=options.notes)
    print(f"Wrote {exported.written} images into {options.folder}; {LIST} tells where each comes from.")
    if exported.without_picture:
        print(f"{exported.without_picture} more have no picture that can be read (KEEP_IMAGES, ENCRYPTION_KEYS).")
    return 0


def compare_models(options: argparse.Namespace) -> int:
    """Print which of two models is better on confirmed cases."""
    from app.services.shadow import comparison

    settings = Settings.from_environment()
    configure_logging(settings)
    registry = ModelRegistry(settings)
    described = [_known(registry, name) for name in options.models or registry.catalogue]
    try:
        first, second = described
    except ValueError:
        raise ConfigurationError(f"name two of the models: {', '.join(registry.catalogue)}.") from None
    found = comparison.compare_models(settings, first, second)
    if options.json:
        print(json.dumps({"first": first.name, "second": second.name, **asdict(found)}, default=_as_json, indent=2))
    else:
        _print_comparison(found, f"{first.name} {first.version}", f"{second.name} {second.version}")
    return 0


def _typed_password() -> str:
    """A password from the keyboard, typed twice, or from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise ConfigurationError("the two are not the same.")
    return password


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description=f"Brain tumor classification. {DISCLAIMER}")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("serve", help="serve the API; settings come from the environment")
    command.set_defaults(run=serve)

    command = commands.add_parser("predict", help="classify image files")
    command.add_argument("files", metavar="FILE", nargs="+", type=Path, help="JPEG, PNG, WebP, BMP, TIFF or GIF")
    command.add_argument("--heatmap", metavar="DIR", type=Path, help="save each scan with its heat-map in DIR, as PNG")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.add_argument("--model", metavar="NAME", help="the model to use (default: the service's default)")
    command.add_argument(
        "--views",
        metavar="N",
        type=int,
        choices=range(1, MAX_VIEWS + 1),
        default=1,
        help=f"look N times, mirrored, shifted and turned, and tell whether the answers agree (1 to {MAX_VIEWS}; each "
        "takes as long as one prediction; default: 1)",
    )
    command.set_defaults(run=predict)

    command = commands.add_parser("drift", help="tell whether a folder of scans is like those of the validation")
    command.add_argument("folder", metavar="FOLDER", type=Path, help="with image files, in folders below it too")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.add_argument("--model", metavar="NAME", help="the model to use (default: the service's default)")
    command.set_defaults(run=drift)

    command = commands.add_parser("evaluate", help="measure a model on your own scans; nothing leaves the machine")
    command.add_argument(
        "scans",
        metavar="FOLDER",
        type=Path,
        help=f"folder with a sub-folder for each class ({', '.join(TumorClass)}), in which folders stand for patients; "
        "or a CSV file with the columns file, class and, if wanted, patient",
    )
    command.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("evaluation"), help="for the report (default: %(default)s)"
    )
    command.add_argument(
        "--fit", metavar="FILE", type=Path, help="write the temperature and thresholds that fit these scans to FILE"
    )
    command.add_argument("--model", metavar="NAME", help="the model to measure (default: the service's default)")
    command.set_defaults(run=evaluate)

    command = commands.add_parser("export", help="write the models' OpenVINO graphs; needs Keras and SciPy")
    command.set_defaults(run=export)

    command = commands.add_parser("settings", help="list the environment variables, as Markdown")
    command.set_defaults(run=show_settings)

    command = commands.add_parser("users", help="add and list accounts, reset passwords")
    users = command.add_subparsers(required=True, metavar="COMMAND")

    command = users.add_parser("add", help="add an account; asks for its password, or reads it from a pipe")
    command.add_argument("email", metavar="EMAIL")
    command.add_argument("--admin", action="store_true", help="as an administrator")
    command.set_defaults(run=add_user)

    command = users.add_parser("list", help="list the accounts")
    command.set_defaults(run=list_users)

    command = users.add_parser("reset", help="print a one-time link that sets a password; ends every session")
    command.add_argument("email", metavar="EMAIL")
    command.add_argument("--second-factor", action="store_true", help="take the second factor away as well")
    command.set_defaults(run=reset_user)

    command = commands.add_parser("audit", help="check the audit trail")
    audits = command.add_subparsers(required=True, metavar="COMMAND")

    command = audits.add_parser("verify", help="find entries that were changed, removed or put in")
    command.add_argument(
        "--head", metavar="N:HASH", help="what this command printed earlier, to hold the trail against"
    )
    command.set_defaults(run=verify_audit)

    command = commands.add_parser("feedback", help="take away what readers have confirmed")
    feedback = command.add_subparsers(required=True, metavar="COMMAND")

    command = feedback.add_parser("export", help="write confirmed cases whose picture was kept, to train on")
    command.add_argument("folder", metavar="FOLDER", type=Path, help="gets Training/CLASS/ID.jpg and confirmed.csv")
    command.add_argument("--notes", action="store_true", help="write the readers' notes too")
    command.set_defaults(run=export_feedback)

    command = commands.add_parser("models", help="compare models")
    models = command.add_subparsers(required=True, metavar="COMMAND")

    command = models.add_parser("compare", help="which is better on confirmed cases that both have answered")
    command.add_argument("models", metavar="NAME", nargs="*", help="two models (default: those there are, if two)")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.set_defaults(run=compare_models)
    return parser


def _as_json(value: object) -> object:
    """What the JSON encoder does not know: a Pydantic model."""
    assert isinstance(value, BaseModel)
    return value.model_dump()


def _print_comparison(found: "Comparison", first: str, second: str) -> None:
    table = Table("cases", first, second, "only one right", "difference", "p", box=box.SIMPLE)
    for name, result in (("all confirmed", found.everywhere), ("class named", found.named)):
        if result:
            table.add_row(
                f"{name}: {result.first.total}",
                _share(result.first),
                _share(result.second),
                f"{result.first_alone} and {result.second_alone}",
                f"{result.difference:+.1%} ({result.low:+.1%} to {result.high:+.1%})",
                f"{result.p:.3f}",
            )
    if found.everywhere:
        Console().print(table)
        print(_conclusion(found.everywhere, first, second))
        print("Confirmed cases are no random sample, and who agrees with an answer has seen it before.")
    else:
        print("No confirmed case was answered by both: SHADOW_MODEL has one run beside the other.")
    if found.other_versions:
        print(f"{found.other_versions} cases were left out: another version of a model has answered.")


def _share(proportion: Proportion) -> str:
    return f"{proportion.value:.1%} ({proportion.low:.1%} to {proportion.high:.1%})"


def _conclusion(result: "Paired", first: str, second: str) -> str:
    if result.low <= 0 <= result.high:
        return "Neither is shown to be better: the interval of the difference holds 0."
    better, difference = (second, result.difference) if result.low > 0 else (first, -result.difference)
    return f"{better} is better, by {difference:.1%} of the cases."


def _loaded(settings: Settings, name: str | None, errors: Console) -> ModelRegistry:
    """The models, ready to answer, that of the name among them."""
    registry = ModelRegistry(settings)
    _known(registry, name)
    with errors.status("Loading the model"):
        registry.load()
    return registry


def _known(registry: ModelRegistry, name: str | None) -> ModelMetadata:
    try:
        return registry.describe(name)
    except Problem as problem:
        raise ConfigurationError(f"{problem.detail} Known: {', '.join(problem.accepted or [])}") from problem


def _evaluation_table(report: "EvaluationReport") -> Table:
    """The report in a few lines."""
    from app.services.evaluation.html import interval
    from app.services.evaluation.html import share as shown

    part = report.measured
    table = Table(Column("figure"), Column("value", justify="right"), Column("95 % interval"), box=box.SIMPLE)
    table.add_row("scans measured", f"{part.images:,}", f"{len(report.left_out):,} left out")
    for name, share in {
        "called rightly": part.accuracy,
        "tumors called no tumor": part.missed_tumors,
        **{f"{FACTS[tumor].label} found": figures.sensitivity for tumor, figures in part.per_class.items()},
    }.items():
        table.add_row(name, shown(share.value), interval(share))
    table.add_row("calibration error", shown(part.calibrated.ece), "")
    if report.fit:
        table.add_row("  with what fits these scans", shown(report.fit.calibration.ece), "cross-fitted")
    return table


def _outcome(predictor: Predictor, path: Path, folder: Path | None, views: int) -> Outcome:
    try:
        prediction = _predict_file(predictor, path, heatmap=folder is not None, views=views)
        return Outcome(path, _finding(prediction, path, folder))
    except Problem as problem:
        return Outcome(path, error=problem.detail)
    except OSError as error:
        return Outcome(path, error=f"{error.filename or path}: {error.strerror or error}")


def _predict_file(predictor: Predictor, path: Path, *, heatmap: bool, views: int = 1) -> Prediction:
    if path.is_dir():
        raise UnreadableImage("This is a folder; name the files in it.")
    with path.open("rb") as file:
        return predictor.predict(file, heatmap=heatmap, views=views)


def _finding(prediction: Prediction, path: Path, folder: Path | None) -> Finding:
    heatmap = prediction.heatmap
    focus = heatmap.focus if heatmap else None
    return Finding(
        ranking=prediction.ranking,
        decision=prediction.decision,
        headline=headline(prediction),
        sets=prediction.prediction_sets,
        deciding=prediction.deciding_set,
        gate=prediction.gate,
        focus=position(focus.x, focus.y) if focus else None,
        heatmap=_save_heatmap(heatmap, path, folder) if heatmap and folder else None,
        notices=[notice.message for notice in prediction.notices],
        agreement=prediction.agreement,
    )


def _save_heatmap(heatmap: Heatmap, source: Path, folder: Path) -> Path:
    """Write the overlay under the scan's name; of scans with one name in different folders, none is lost."""
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
    predicted, confidence = finding.ranking[0]
    return {
        "file": str(outcome.path),
        "class": predicted.value,
        "confidence": confidence,
        "decision": finding.decision.value,
        "headline": finding.headline,
        "in_distribution": not finding.gate.outside if finding.gate else None,
        "gate": {"score": finding.gate.score, "threshold": finding.gate.threshold} if finding.gate else None,
        "prediction_set": _set_summary(finding.deciding) if finding.deciding else None,
        "prediction_sets": list(map(_set_summary, finding.sets)),
        "probabilities": {tumor.value: probability for tumor, probability in finding.ranking},
        "focus": finding.focus,
        "heatmap": str(finding.heatmap) if finding.heatmap else None,
        "warnings": finding.notices,
        "agreement": asdict(finding.agreement) if finding.agreement else None,
    }


def _set_summary(each: PredictionSet) -> dict[str, object]:
    return {"coverage": each.coverage, "classes": [tumor.value for tumor in each.classes]}


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(
        Column("file", overflow="fold", ratio=2),
        Column("answer", overflow="fold"),
        Column("probability", justify="right", no_wrap=True),
        Column("next", no_wrap=True),
        Column("notes", overflow="fold", ratio=3),
        box=box.SIMPLE,
    )
    for outcome in outcomes:
        name = escape(str(outcome.path))
        finding = outcome.finding
        if finding is None:
            table.add_row(name, "[red]failed[/red]", "", "", escape(outcome.error or ""))
            continue
        (_, confidence), (second, runner_up), *_ = finding.ranking
        shares = (percent(confidence), f"{FACTS[second].label} {percent(runner_up)}")
        table.add_row(
            name,
            f"[bold]{finding.headline}[/bold]",
            *(("", "") if finding.decision is Decision.OUTSIDE else shares),
            "\n".join([*finding.notices, *([agreement_words(finding.agreement)] if finding.agreement else [])]),
        )
    return table


def _print_drift(found: "FolderDrift") -> None:
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
        Column("called so here", justify="right"),
        Column("truly so, estimated", justify="right"),
        box=box.SIMPLE,
    )
    for share in found.check.classes:
        estimate = f"{percent(share.estimated)} ({percent(share.low)} to {percent(share.high)})"
        classes.add_row(share.label, percent(share.reference), percent(share.window), estimate)
    console = Console()
    console.print(tests, classes)
    verdict = "differ from" if found.drift else "are not seen to differ from"
    console.print(
        f"The {found.images} scans {verdict} the {found.reference.images} of the validation. Where nothing differs, "
        f"this is said wrongly of at most {percent(found.level)} of folders.",
        highlight=False,
    )


if __name__ == "__main__":
    sys.exit(main())
