"""An evaluation report as one self-contained HTML file."""

from collections import Counter

from app.models.measured.test_set import Proportion
from app.services.evaluation.schemas import EvaluationReport, Interval
from app.services.explanations.words import label
from app.services.reports.templates import template

LISTED = 200


def render_evaluation(report: EvaluationReport) -> bytes:
    """Render a report as UTF-8 HTML with its plots as SVG; long lists show their first 200 entries."""
    page = template("evaluation.html").render(
        report=report,
        part=report.measured,
        classes=list(report.measured.per_class),
        sensitivities=_sensitivities(report),
        listed=LISTED,
        reasons=Counter(left_out.reason for left_out in report.left_out).most_common(10),
    )
    return page.encode()


def _sensitivities(report: EvaluationReport) -> list[tuple[str, Proportion | Interval]]:
    """The label and sensitivity of each class, with the interval by patients if patients are known."""
    by_patient = report.by_patient.per_class if report.by_patient else {}
    return [
        (label(tumor), (by_patient[tumor].sensitivity if tumor in by_patient else None) or figures.sensitivity)
        for tumor, figures in report.measured.per_class.items()
    ]
