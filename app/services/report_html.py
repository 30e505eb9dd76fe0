"""A report as one HTML file that needs nothing beside it."""

import base64
from io import BytesIO

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.services.report import Report

_TEMPLATE = Environment(
    loader=PackageLoader("app"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("report.html")


def render_html(report: Report) -> bytes:
    """The report in UTF-8, its pictures in it as data URLs."""
    scan = BytesIO()
    report.prediction.preview.save(scan, "PNG", compress_level=1)
    heatmap = report.prediction.heatmap
    page = _TEMPLATE.render(
        report=report,
        scan=_data_url(scan.getvalue()),
        heatmap=_data_url(heatmap.overlay) if heatmap else None,
    )
    return page.encode()


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
