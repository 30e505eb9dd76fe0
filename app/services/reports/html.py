"""A prediction report as one self-contained HTML file."""

import base64

import numpy as np

from app.services.imaging.png import encode_png
from app.services.reports.document import PredictionReport
from app.services.reports.templates import template


def render_html(report: PredictionReport) -> bytes:
    """Render a report as UTF-8 HTML, with its pictures as data URLs."""
    page = template("report.html").render(
        report=report,
        scan=_data_url(encode_png(np.asarray(report.scan))) if report.scan else None,
        heatmap=_data_url(report.heatmap) if report.heatmap else None,
    )
    return page.encode()


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
