"""The look of PDF documents: type, colours, notes, bars, pictures and tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.prefs import ViewerPreferences
from PIL import Image

from app.models.classes import DISCLAIMER
from app.services.reports.document import LANGUAGE, SERVICE, Paper, Share

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
_PICTURE_SHARE = 0.18

_Color = tuple[int, int, int]
_INK: _Color = (27, 34, 39)
_SOFT: _Color = (85, 98, 107)
_LINE: _Color = (223, 229, 232)
_TRACK: _Color = (230, 235, 238)
_OTHER_BAR: _Color = (123, 138, 148)
_ACCENT: _Color = (11, 107, 125)
_NOTE_PAPER: _Color = (255, 244, 220)
_NOTE_INK: _Color = (90, 67, 0)


@dataclass(frozen=True)
class CaptionedPicture:
    """A picture in a document: what it shows in a word, the picture, and its caption."""

    name: str
    image: Image.Image
    caption: str


class Pages(FPDF):
    """The pages of a document, with embedded fonts, title, language, bookmarks and alternative texts."""

    def __init__(self, paper: Paper, *, title: str, subject: str, created_at: datetime) -> None:
        """Begin a document.

        Args:
            paper: its size.
            title: its title.
            subject: what it says in a few sentences.
            created_at: UTC.
        """
        super().__init__(format=paper)
        self.add_font(_FONT, "", _FONTS / "DejaVuSansCondensed.ttf")
        self.add_font(_FONT, "B", _FONTS / "DejaVuSansCondensed-Bold.ttf")
        self.set_title(title)
        self.set_subject(f"{subject} {DISCLAIMER}")
        self.set_lang(LANGUAGE)
        self.set_creator(SERVICE)
        self.set_creation_date(created_at)
        self.set_margin(_MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, _FOOTER + 4)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.add_page()

    def footer(self) -> None:
        """Write disclaimer and page number on every page."""
        self.set_y(-_FOOTER)
        self.write_text(f"{DISCLAIMER}\nPage {self.page_no()} of {{nb}}", _SMALL - 1, _SOFT)

    def write_head(self, title: str, created_at: datetime, answer: str, statement: str) -> None:
        """Write title, disclaimer and answer."""
        self.write_text(title, _TITLE, bold=True)
        self.write_text(f"{created_at:%Y-%m-%d %H:%M:%S} UTC", _SMALL, _SOFT)
        self.ln(2)
        self.write_note([DISCLAIMER])
        self.ln(4)
        self.start_section("Answer")
        self.write_text(answer, _ANSWER, bold=True)
        self.write_text(statement, _HEADING)
        self.ln(3)

    def write_pictures(self, pictures: Sequence[CaptionedPicture]) -> None:
        """Draw pictures, two side by side."""
        for start in range(0, len(pictures), 2):
            pair = pictures[start : start + 2]
            height = _PICTURE_SHARE * self.h + 2 * self._pen(_SMALL, _SOFT)
            if self.will_page_break(height):
                self.add_page()
            width, top, bottoms = (self.epw - _GAP) / 2, self.get_y(), []
            for column, picture in enumerate(pair):
                self.set_y(top)
                left = self.l_margin + column * (width + _GAP)
                bottoms.append(self._picture(picture.image, picture.caption, left, width))
            self.set_y(max(bottoms) + 1)

    def write_bars(self, shares: Sequence[Share], *, leads: bool) -> None:
        """Draw probabilities as bars; the first one stands out if it leads."""
        track = self.epw - _LABEL_WIDTH - _WORDS_WIDTH
        for rank, share in enumerate(shares):
            first = rank == 0 and leads
            height = self._pen(_TEXT, _INK, bold=first)
            self.cell(_LABEL_WIDTH, height, share.label)
            left, top = self.get_x(), self.get_y() + (height - _BAR_HEIGHT) / 2
            for color, length in ((_TRACK, track), (_ACCENT if first else _OTHER_BAR, track * share.probability)):
                self.set_fill_color(*color)
                self.rect(left, top, length, _BAR_HEIGHT, "F")
            self.set_x(left + track)
            self.cell(_WORDS_WIDTH, height, share.words, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def write_table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Write names and values under a title."""
        height = self._pen(_SMALL, _INK) + 1
        self.begin(title, len(rows) * height)
        self.set_draw_color(*_LINE)
        for name, value in rows:
            self._pen(_SMALL, _SOFT)
            self.cell(_NAME_WIDTH, height, name, border="T")
            self._pen(_SMALL, _INK)
            self.cell(0, height, value, border="T", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def begin(self, title: str, together: float) -> None:
        """Write a heading, on a new page if `together` millimetres below it do not fit on this one."""
        self.ln(4)
        if self.will_page_break(together + 2 * self._pen(_HEADING, _INK)):
            self.add_page()
        self.start_section(title)
        self.write_text(title, _HEADING, bold=True)
        self.ln(1)

    def write_note(self, paragraphs: Sequence[str]) -> None:
        """Write paragraphs that a reader must not miss."""
        self.set_fill_color(*_NOTE_PAPER)
        height = self._pen(_TEXT, _NOTE_INK)
        self.multi_cell(
            0, height, "\n".join(paragraphs), align=Align.L, fill=True, padding=2, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def write_text(self, text: str, size: float = _TEXT, color: _Color = _INK, *, bold: bool = False) -> None:
        """Write a paragraph."""
        height = self._pen(size, color, bold=bold)
        self.multi_cell(0, height, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def height_of(self, lines: int) -> float:
        """The height of lines of text, in millimetres."""
        return lines * self._pen(_TEXT, _INK)

    def _picture(self, image: Image.Image, caption: str, left: float, width: float) -> float:
        """Draw a picture on black with its caption below; returns the y position of its end."""
        top, height = self.get_y(), _PICTURE_SHARE * self.h
        self.set_fill_color(0, 0, 0)
        self.rect(left, top, width, height, "F")
        self.image(image, left, top, width, height, keep_aspect_ratio=True, alt_text=caption)
        self.set_xy(left, top + height + 1)
        self.multi_cell(width, self._pen(_SMALL, _SOFT), caption, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        return float(self.get_y())

    def _pen(self, size: float, color: _Color, *, bold: bool = False) -> float:
        """Set font and colour; returns the line height in millimetres."""
        self.set_font(_FONT, "B" if bold else "", size)
        self.set_text_color(*color)
        return float(self.font_size * 1.35)
