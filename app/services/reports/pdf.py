"""A prediction report as PDF, on A4 or Letter."""

from io import BytesIO

from PIL import Image

from app.services.reports.document import Paper, PredictionReport
from app.services.reports.pages import CaptionedPicture, Pages


def render_pdf(report: PredictionReport, paper: Paper) -> bytes:
    """Render a report as PDF with embedded fonts, title, language, bookmarks and alternative texts."""
    headline = report.display.headline
    pages = Pages(paper, title=report.title, subject=f"{headline}. {report.statement}", created_at=report.created_at)
    pages.write_head(report.title, report.created_at, headline, report.statement)
    _write_pictures(pages, report)
    if report.shares:
        pages.begin("Probabilities", pages.height_of(len(report.shares)))
        pages.write_bars(report.shares, leads=report.leads)
    if report.warnings:
        pages.begin("Warnings", 20)
        pages.write_note(report.warnings)
    pages.begin(f"Explanation, {report.display.author}", 15)
    for paragraph in report.paragraphs:
        pages.write_text(paragraph)
        pages.ln(1.5)
    if report.reader:
        pages.begin("Added by the reader", 15)
        for name, value in report.reader:
            pages.write_text(f"{name}: {value}")
    pages.write_table("Provenance", report.facts)
    return bytes(pages.output())


def _write_pictures(pages: Pages, report: PredictionReport) -> None:
    pictures = [CaptionedPicture("scan", report.scan, report.scan_caption)] if report.scan else []
    if report.heatmap:
        pictures.append(CaptionedPicture("heat-map", Image.open(BytesIO(report.heatmap)), report.heatmap_caption))
    if pictures:
        pages.start_section(" and ".join(each.name for each in pictures).capitalize())
        pages.write_pictures(pictures)
