"""A prediction report as PDF, on A4 or Letter."""

from io import BytesIO
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.prefs import ViewerPreferences
from PIL import Image

from app.services.reports.document import Paper, PredictionReport

_FONTS = Path(__file__).parents[2] / "fonts"
_FONT = "DejaVu Sans Condensed"

# Lengths in millimetres, type sizes in points.
_MARGIN = 15
_FOOTER = 13
_GAP = 6
_BAR_HEIGHT = 3
_LABEL_WIDTH, _WORDS_WIDTH = 38, 24
_NAME_WIDTH = 42
_TITLE, _ANSWER, _HEADING, _TEXT, _SMALL = 16, 20, 11, 9, 8

# Share of the page height: an ordinary report then fits one page of either paper size.
_PICTURE_SHARE = 0.22

_Color = tuple[int, int, int]
_INK: _Color = (27, 34, 39)
_SOFT: _Color = (85, 98, 107)
_LINE: _Color = (223, 229, 232)
_TRACK: _Color = (230, 235, 238)
_OTHER_BAR: _Color = (123, 138, 148)
_ACCENT: _Color = (11, 107, 125)
_NOTE_PAPER: _Color = (255, 244, 220)
_NOTE_INK: _Color = (90, 67, 0)


def render_pdf(report: PredictionReport, paper: Paper) -> bytes:
    """Render a report as PDF with embedded fonts, title, language, bookmarks and alternative texts."""
    page = _Pages(report, paper)
    page.write_head()
    page.write_pictures()
    page.write_shares()
    page.write_warnings()
    page.write_explanation()
    page.write_reader()
    page.write_facts()
    return bytes(page.output())


class _Pages(FPDF):
    def __init__(self, report: PredictionReport, paper: Paper) -> None:
        super().__init__(format=paper)
        self._report = report
        self.add_font(_FONT, "", _FONTS / "DejaVuSansCondensed.ttf")
        self.add_font(_FONT, "B", _FONTS / "DejaVuSansCondensed-Bold.ttf")
        self.set_title(report.title)
        self.set_subject(f"{report.display.headline}. {report.statement} {report.disclaimer}")
        self.set_lang(report.language)
        self.set_creator(dict(report.facts)["Service"])
        self.set_creation_date(report.created_at)
        self.set_margin(_MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, _FOOTER + 4)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.add_page()

    def footer(self) -> None:
        """Write disclaimer and page number on every page."""
        self.set_y(-_FOOTER)
        self._write(f"{self._report.disclaimer}\nPage {self.page_no()} of {{nb}}", _SMALL - 1, _SOFT)

    def write_head(self) -> None:
        """Write title, disclaimer and answer."""
        report = self._report
        self._write(report.title, _TITLE, bold=True)
        self._write(f"{report.created_at:%Y-%m-%d %H:%M:%S} UTC", _SMALL, _SOFT)
        self.ln(2)
        self._note([report.disclaimer])
        self.ln(4)
        self.start_section("Answer")
        self._write(report.display.headline, _ANSWER, bold=True)
        self._write(report.statement, _HEADING)
        self.ln(3)

    def write_pictures(self) -> None:
        """Draw scan and heat-map side by side, as far as they are there."""
        report = self._report
        pictures = [("scan", report.scan, report.scan_caption)] if report.scan else []
        if report.heatmap:
            pictures.append(("heat-map", Image.open(BytesIO(report.heatmap)), report.heatmap_caption))
        if not pictures:
            return
        self.start_section(" and ".join(name for name, _, _ in pictures).capitalize())
        width, top, bottoms = (self.epw - _GAP) / 2, self.get_y(), []
        for column, (_, image, caption) in enumerate(pictures):
            self.set_y(top)
            bottoms.append(self._picture(image, caption, self.l_margin + column * (width + _GAP), width))
        self.set_y(max(bottoms))

    def write_shares(self) -> None:
        """Draw the probabilities as bars, unless they have no meaning."""
        shares = self._report.shares
        if not shares:
            return
        self._begin("Probabilities", len(shares) * self._pen(_TEXT, _INK))
        track = self.epw - _LABEL_WIDTH - _WORDS_WIDTH
        for rank, share in enumerate(shares):
            first = rank == 0 and self._report.leads
            height = self._pen(_TEXT, _INK, bold=first)
            self.cell(_LABEL_WIDTH, height, share.label)
            left, top = self.get_x(), self.get_y() + (height - _BAR_HEIGHT) / 2
            for color, length in ((_TRACK, track), (_ACCENT if first else _OTHER_BAR, track * share.probability)):
                self.set_fill_color(*color)
                self.rect(left, top, length, _BAR_HEIGHT, "F")
            self.set_x(left + track)
            self.cell(_WORDS_WIDTH, height, share.words, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def write_warnings(self) -> None:
        """Write the warnings, if any."""
        if self._report.warnings:
            self._begin("Warnings", 20)
            self._note(self._report.warnings)

    def write_explanation(self) -> None:
        """Write the explanation."""
        self._begin(f"Explanation, {self._report.display.author}", 15)
        for paragraph in self._report.paragraphs:
            self._write(paragraph)
            self.ln(1.5)

    def write_reader(self) -> None:
        """Write what the reader has added, if anything."""
        if self._report.reader:
            self._begin("Added by the reader", 15)
            for name, value in self._report.reader:
                self._write(f"{name}: {value}")

    def write_facts(self) -> None:
        """Write the facts that identify the result."""
        facts, height = self._report.facts, self._pen(_SMALL, _INK) + 1
        self._begin("Provenance", len(facts) * height)
        self.set_draw_color(*_LINE)
        for name, value in facts:
            self._pen(_SMALL, _SOFT)
            self.cell(_NAME_WIDTH, height, name, border="T")
            self._pen(_SMALL, _INK)
            self.cell(0, height, value, border="T", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _begin(self, title: str, together: float) -> None:
        """Write a heading, on a new page if `together` millimetres below it do not fit on this one."""
        self.ln(4)
        if self.will_page_break(together + 2 * self._pen(_HEADING, _INK)):
            self.add_page()
        self.start_section(title)
        self._write(title, _HEADING, bold=True)
        self.ln(1)

    def _picture(self, image: Image.Image, caption: str, left: float, width: float) -> float:
        """Draw a picture on black with its caption below; returns the y position of its end."""
        top, height = self.get_y(), _PICTURE_SHARE * self.h
        self.set_fill_color(0, 0, 0)
        self.rect(left, top, width, height, "F")
        self.image(image, left, top, width, height, keep_aspect_ratio=True, alt_text=caption)
        self.set_xy(left, top + height + 1)
        self.multi_cell(width, self._pen(_SMALL, _SOFT), caption, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        return float(self.get_y())

    def _note(self, paragraphs: list[str]) -> None:
        self.set_fill_color(*_NOTE_PAPER)
        height = self._pen(_TEXT, _NOTE_INK)
        self.multi_cell(
            0, height, "\n".join(paragraphs), align=Align.L, fill=True, padding=2, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def _write(self, text: str, size: float = _TEXT, color: _Color = _INK, *, bold: bool = False) -> None:
        height = self._pen(size, color, bold=bold)
        self.multi_cell(0, height, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _pen(self, size: float, color: _Color, *, bold: bool = False) -> float:
        """Set font and colour; returns the line height in millimetres."""
        self.set_font(_FONT, "B" if bold else "", size)
        self.set_text_color(*color)
        return float(self.font_size * 1.35)
