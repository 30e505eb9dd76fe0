"""A prediction report as one self-contained HTML file."""

import numpy as np

from app.services.imaging.png import data_url, encode_png
from app.services.reports.document import PredictionReport
from app.services.reports.templates import template


def render_html(report: PredictionReport) -> bytes:
    """Render a report as UTF-8 HTML, with its pictures as data URLs."""
    page = template("report.html").render(
        report=report,
        scan=data_url(encode_png(np.asarray(report.scan))) if report.scan else None,
        heatmap=data_url(report.heatmap) if report.heatmap else None,
    )
    return page.encode()
