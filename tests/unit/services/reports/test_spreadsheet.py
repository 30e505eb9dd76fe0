"""CSV files that a spreadsheet opens without running anything."""

import csv
import re
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from app.services.reports.spreadsheet import Spreadsheet


@given(st.text("=+-@\t\r\n;, '\"aa\uff1d\uff20"))
def test_no_cell_begins_like_a_formula_and_no_text_is_lost(text: str):
    file = StringIO(newline="")
    sheet = Spreadsheet(file, ["number", "name"])
    sheet.write([-1.5, text])
    sheet.write([None, "a, b"])
    written = file.getvalue()
    [_, [number, cell], last] = csv.reader(StringIO(written, newline=""))
    assert (number, last) == ("-1.5", ["", "a, b"])
    # Without the apostrophes it is the text, which may have had some.
    assert cell.replace("'", "") == text.replace("'", "")
    for separated in (cell, *re.split("[;\t\r\n]", written.replace("-1.5,", ""))):
        assert not re.match('[ "]*[=+@\uff1d\uff20-]', separated)
