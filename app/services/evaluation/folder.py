"""The evaluation of a model on files, from labelled scans to the files of the report."""

from collections.abc import Callable
from pathlib import Path

from app.config.settings import ConfigurationError
from app.services.evaluation.html import render_evaluation
from app.services.evaluation.report import measure_all, report_of
from app.services.evaluation.scans import LabelledScans
from app.services.evaluation.schemas import OTHER, EvaluatedScan, EvaluationReport
from app.services.imaging.fingerprints import TrainingScans
from app.services.inference.predictor import Predictor


def evaluate_files(
    predictor: Predictor, training: TrainingScans | None, labelled: LabelledScans, on_scan: Callable[[], object]
) -> EvaluationReport:
    """Classify labelled scans and measure the model on them.

    Args:
        predictor: the model's predictor. Its gate must not reject scans, so that the report can count them.
        training: fingerprints of the training scans; None if they are not available.
        labelled: the scans.
        on_scan: called after each scan.

    Raises:
        ConfigurationError: no scan can be measured.
    """
    scans, left_out = [], list(labelled.left_out)
    for outcome in measure_all(predictor, training, labelled.scans):
        if isinstance(outcome, EvaluatedScan):
            scans.append(outcome)
        else:
            left_out.append(outcome)
        on_scan()
    if all(scan.tumor == OTHER for scan in scans):
        raise ConfigurationError(
            f"none of the scans of the four classes can be measured. The first that is left out: {left_out[0].scan}: "
            f"{left_out[0].reason}"
        )
    return report_of(scans, left_out, predictor.metadata, copies_looked_for=training is not None)


def write_report(report: EvaluationReport, folder: Path, fit_file: Path | None) -> None:
    """Write `report.json` and `report.html`, and the fitted temperature and thresholds if there are any.

    Args:
        report: the evaluation report.
        folder: the folder for the report; created if it is missing.
        fit_file: the file for the fit, which the service reads with `SITE_FILE`; None to write no file.

    Raises:
        ConfigurationError: a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(report.model_dump_json(indent=2, by_alias=True) + "\n", encoding="utf-8")
        (folder / "report.html").write_bytes(render_evaluation(report))
        if fit_file and report.fit:
            fit_file.write_text(report.fit.file.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{error.filename}: {error.strerror}") from error
