"""CSV files that spreadsheets open without running anything in them."""

import csv
import re
from collections.abc import Iterable
from typing import Protocol

# A spreadsheet takes a cell that begins like this for a formula; the last four are the full-width forms of the first.
# In many countries it separates cells at semicolons, and then takes line breaks within a cell for ends of rows.
_FORMULA = re.compile('(?:^|(?<=[;\t\r\n]))(?=[ \u00a0"]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])')


class TextTarget(Protocol):
    """A text file, or anything else to write to."""

    def write(self, text: str, /) -> object:
        """Write text."""


class Spreadsheet:
    """Writes rows as CSV (RFC 4180). What looks like a formula gets an apostrophe in front.

    Args:
        target: what to write to. A file is opened with `newline=""` and `encoding="utf-8"`.
        columns: names of the columns.
    """

    def __init__(self, target: TextTarget, columns: Iterable[str]) -> None:
        self._writer = csv.writer(target)
        self._writer.writerow(columns)

    def write(self, row: Iterable[object]) -> None:
        """Write a row; None is an empty cell."""
        self._writer.writerow(map(_cell, row))


def _cell(value: object) -> object:
    return _FORMULA.sub("'", value) if isinstance(value, str) else value
