"""A report as one HTML file that needs nothing beside it."""

import base64

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from app.services.imaging.png import encode_png
from app.services.reports.document import Report

_TEMPLATE = Environment(
    loader=PackageLoader("app"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("report.html")


def render_html(report: Report) -> bytes:
    """The report in UTF-8, its pictures in it as data URLs."""
    page = _TEMPLATE.render(
        report=report,
        scan=_data_url(encode_png(np.asarray(report.prediction.preview))),
        heatmap=_data_url(report.heatmap) if report.heatmap else None,
    )
    return page.encode()


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
