"""CSV files that a spreadsheet opens without running anything."""

import csv
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from app.services.reports.spreadsheet import Spreadsheet


@given(st.text(), st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20"]))
def test_no_text_begins_like_a_formula_and_none_is_lost(text: str, start: str):
    file = StringIO(newline="")
    sheet = Spreadsheet(file, ["name", "number"])
    sheet.write([start + text, -1.5])
    sheet.write(["a" + text, None])
    assert list(csv.reader(StringIO(file.getvalue(), newline=""))) == [
        ["name", "number"],
        [f"'{start}{text}", "-1.5"],
        [f"a{text}", ""],
    ]
