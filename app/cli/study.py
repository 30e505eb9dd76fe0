"""`study`: classify a study of DICOM objects or NIfTI volumes."""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

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
from app.config.settings import ConfigurationError
from app.models.classes import DISCLAIMER
from app.models.problems import Problem
from app.models.thresholds import Decision
from app.services.explanations.words import percent, plural
from app.services.imaging.formats import DICOM_INSTALLED, NEEDS_DICOM
from app.services.imaging.reading import Limits
from app.services.inference.files import readable
from app.services.inference.predictor import Predictor
from app.services.studies.schemas import ConclusionBody, StudyObject, StudyResponse, StudySeriesBody

if TYPE_CHECKING:  # lazy import: the libraries are an extra
    from app.services.studies.files import StudyFile
    from app.services.studies.results import StudyResult

_OBJECTS = {
    StudyObject.SR: "a structured report",
    StudyObject.PDF: "a PDF",
    StudyObject.HEATMAPS: "heat-maps, as a segmentation and as pictures",
}


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("study", help="classify a study of DICOM objects or NIfTI volumes")
    command.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="files, folders or ZIP archives of one study of one patient"
    )
    add_json_option(command)
    add_model_option(command)
    command.add_argument("--out", metavar="DIR", type=Path, help="write the result as DICOM objects into a folder")
    for wanted, what in _OBJECTS.items():
        command.add_argument(
            f"--{wanted}",
            dest="objects",
            action="append_const",
            const=wanted,
            help=f"with --out, write {what}; without any of these options, all are written",
        )
    command.set_defaults(run=study)


def study(options: argparse.Namespace) -> int:
    """Classify a study, print its series or JSON, and write DICOM objects; the exit code is 1 if no series was used.

    Raises:
        ConfigurationError: a setting or the model cannot be used, a file is missing, or the libraries are.
    """
    if not DICOM_INSTALLED:
        raise ConfigurationError(NEEDS_DICOM)
    if options.objects and not options.out:
        raise ConfigurationError(f"--{options.objects[0]}: the folder is missing; add --out DIR.")
    settings = read_settings()
    paths = [(readable(path), path) for given in options.files for path in _expanded(given)]
    errors = Console(stderr=True)
    predictor = load_models(settings, options.model, errors).predictor(options.model)
    limits = Limits(settings.max_study_bytes, settings.max_pixels)
    wanted = options.objects or list(StudyObject) if options.out else []
    if options.out:
        make_folder("--out", options.out)
    with ExitStack() as opened:
        try:
            pictures = StudyObject.PDF in wanted
            files, result = _answered(paths, predictor, limits, errors, opened, pictures=pictures)
            found = _body(result, files, predictor)
            if options.json:
                print_json(found)
            else:
                print("\n".join(_lines(found)))
                errors.print(DISCLAIMER, style="dim")
            if options.out:
                _write(result, files, limits, predictor, wanted, options.out, errors)
        except Problem as problem:
            raise ConfigurationError(problem.detail) from problem
    return 1 if found.conclusion.decision is Decision.OUTSIDE else 0


def _expanded(path: Path) -> list[Path]:
    if path.is_dir():
        return files_in(path)
    if not path.is_file():
        raise ConfigurationError(f"{shown(path)}: there is no such file.")
    return [path]


def _answered(
    paths: list[tuple[str, Path]],
    predictor: Predictor,
    limits: Limits,
    errors: Console,
    opened: ExitStack,
    *,
    pictures: bool,
) -> "tuple[list[StudyFile], StudyResult]":
    from app.services.imaging.dicom.codecs import decode_stream
    from app.services.studies.answering import Step, answer_study
    from app.services.studies.files import files_at

    with Progress(console=errors, transient=True) as progress:
        files = files_at(paths, limits, opened, decode_stream)
        tasks = {
            "headers": progress.add_task("Reading headers", total=None),
            "slices": progress.add_task("Classifying slices", total=None),
        }
        result = None
        for result in answer_study(files, predictor, limits, pictures=pictures):
            if isinstance(result, Step):
                progress.update(tasks[result.doing], completed=result.done, total=result.total)
        assert result is not None
        assert not isinstance(result, Step)
        return files, result


def _body(result: "StudyResult", files: "list[StudyFile]", predictor: Predictor) -> StudyResponse:
    from app.services.studies.bodies import study_response

    return study_response(result, [file.name for file in files], predictor.metadata)


def _write(
    result: "StudyResult",
    files: "list[StudyFile]",
    limits: Limits,
    predictor: Predictor,
    wanted: list[StudyObject],
    folder: Path,
    errors: Console,
) -> None:
    from app.services.studies.writing.objects import write_objects

    written = 0
    try:
        with errors.status("Writing DICOM objects"):
            for each in write_objects(result, files, limits, predictor.metadata, wanted):
                (folder / each.name).write_bytes(each.content)
                written += 1
    except OSError as error:
        raise ConfigurationError(f"--out {shown(folder)}: {error.strerror or error}") from error
    errors.print(f"{plural(written, 'DICOM object')} written to {shown(folder)}", markup=False, highlight=False)


def _lines(found: StudyResponse) -> list[str]:
    lines = [f"Study: {_words(found.conclusion)}"]
    for series in found.series:
        lines.append(f"{_title(series)}: {_words(series.conclusion) if series.used else 'not used'}")
        remarks = (*series.reasons, *series.conclusion.reasons, *series.warnings)
        lines += [f"  {remark.message}" for remark in remarks]
        deciding = [each for each in series.slices if each.deciding]
        if deciding:
            names = ", ".join(f"{shown(each.file)}#{each.frame + 1}" for each in deciding[:5])
            lines.append(f"  Decided by {len(deciding)} of {series.frames} slices: {names}{' …' * (len(deciding) > 5)}")
    lines += [f"{shown(each.file)}: {each.reasons[0].message}" for each in found.left_out]
    return lines + [warning.message for warning in found.warnings]


def _title(series: StudySeriesBody) -> str:
    what = [series.sequence, series.plane, f"{series.frames} slices of {series.columns} x {series.rows}"]
    number = "without a number" if series.number is None else series.number
    return f"Series {number} ({', '.join(str(each) for each in what if each)})"


def _words(conclusion: ConclusionBody) -> str:
    if conclusion.decision is Decision.OUTSIDE:
        return "no slice of a head that the network can read"
    named = conclusion.prediction if conclusion.decision is Decision.ANSWER else None
    return f"{conclusion.headline}, {percent(named.confidence)}" if named else conclusion.headline
