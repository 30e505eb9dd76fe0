"""An evaluation as one HTML file that needs nothing beside it."""

from collections import Counter

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.models.classes import FACTS, TumorClass
from app.models.measured.test_set import Proportion
from app.services.evaluation.schemas import EvaluationReport, Interval

LISTED = 200


def share(value: float | None) -> str:
    """A share in percent; a hyphen where there is nothing to share."""
    return "-" if value is None else f"{100 * value:.1f} %"


def interval(figure: Proportion | Interval | None) -> str:
    """A figure's 95 % interval, in percent."""
    return "" if figure is None else f"{100 * figure.low:.1f} to {100 * figure.high:.1f} %"


def label(tumor: TumorClass) -> str:
    """A class's name for people."""
    return FACTS[tumor].label


def plural(count: int, noun: str) -> str:
    """A number of things."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


_ENVIRONMENT = Environment(
    loader=PackageLoader("app"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_ENVIRONMENT.filters.update(share=share, interval=interval, label=label)
_ENVIRONMENT.globals["plural"] = plural
_TEMPLATE = _ENVIRONMENT.get_template("evaluation.html")


def render_evaluation(report: EvaluationReport) -> bytes:
    """The report in UTF-8, its plots in it as SVG; of long lists the first 200 entries."""
    page = _TEMPLATE.render(
        report=report,
        part=report.measured,
        classes=list(report.measured.per_class),
        sensitivities=_sensitivities(report),
        listed=LISTED,
        reasons=Counter(left_out.reason for left_out in report.left_out).most_common(10),
    )
    return page.encode()


def _sensitivities(report: EvaluationReport) -> list[tuple[str, Proportion | Interval]]:
    """Each class's label and sensitivity, with its interval by patients where there are patients."""
    by_patient = report.by_patient.per_class if report.by_patient else {}
    return [
        (label(tumor), (by_patient[tumor].sensitivity if tumor in by_patient else None) or figures.sensitivity)
        for tumor, figures in report.measured.per_class.items()
    ]
