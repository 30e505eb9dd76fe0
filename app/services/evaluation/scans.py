"""Finds a site's labelled scans: a folder with a sub-folder for each class, or a CSV file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path

from app.models.classes import CLASSES, FACTS
from app.services.evaluation.schemas import MAX_NAME, OTHER, LabelledClass, LeftOut
from app.services.inference.files import files_below, open_regular, readable

COLUMNS = ("file", "class", "patient")
ACCEPTED_CLASSES = f"{', '.join(CLASSES)}; {OTHER} for scans that show none of these"
_MISSING = "The file does not exist."
_SAVE_AS_UTF_8 = "Save the table as CSV in UTF-8 (in Excel: CSV UTF-8)."
_NOT_UTF_8 = f"Its name is not UTF-8. {_SAVE_AS_UTF_8}"


class UnusableScans(Exception):
    """There is nothing to measure; the message states in one line what is accepted."""


@dataclass(frozen=True)
class LabelledScan:
    """A scan's file, its class or `other`, and as valid Unicode its name in the report and its patient if known."""

    path: Path
    name: str
    tumor: LabelledClass
    patient: str | None


@dataclass
class LabelledScans:
    """The scans found, in a fixed order, and the entries left out."""

    scans: list[LabelledScan] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, scan: str, reason: str) -> None:
        """Record a scan that will not be measured, and why."""
        self.left_out.append(LeftOut(scan=readable(scan)[:MAX_NAME], reason=reason[:MAX_NAME]))


def class_named(name: str) -> LabelledClass | None:
    """Return the class that a folder or cell names, `other`, or None.

    Case, spaces, `_`, `-` and an added `tumor` or `tumour` do not matter: `notumor`, `No Tumor` and `no_tumour` are the
    same class, and so are `pituitary` and `pituitary_tumor`.
    """
    return _NAMES.get(_plain(name))


def _plain(name: str) -> str:
    letters = "".join(letter for letter in name.casefold() if letter.isalnum()).replace("tumour", "tumor")
    return letters if letters == "notumor" else letters.removesuffix("tumor")


_NAMES: dict[str, LabelledClass] = {
    **{_plain(name): tumor for tumor in CLASSES for name in (tumor.value, FACTS[tumor].label)},
    OTHER: OTHER,
}


def read_labelled(source: Path) -> LabelledScans:
    """Find the scans of a folder or of a CSV file, without opening an image.

    A folder has one sub-folder for each class (`class_named`), and may have one named `other`. A folder within a
    sub-folder is a patient. A CSV file has the columns `file`, `class` and optionally `patient`; its paths are relative
    to its folder and stay in it.

    Raises:
        UnusableScans: the source is missing or unreadable, lacks a column, or has no scan of a known class.
    """
    try:
        found = _of_folder(source) if source.is_dir() else _of_csv(source)
    except OSError as error:
        raise UnusableScans(f"{error.filename or source}: {error.strerror or error}") from error
    if all(scan.tumor == OTHER for scan in found.scans):
        reasons = (
            f" The first of {len(found.left_out)} entries left out: {_words(found.left_out[0])}"
            if found.left_out
            else ""
        )
        raise UnusableScans(
            f"{source} has no scan of a known class. A folder needs a sub-folder for each class, named "
            f"{ACCEPTED_CLASSES}. A CSV file needs the columns file, class and optionally patient.{reasons}"
        )
    return found


def _words(left_out: LeftOut) -> str:
    return f"{left_out.scan}: {left_out.reason}"


def _of_folder(folder: Path) -> LabelledScans:
    found = LabelledScans()
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        tumor = class_named(entry.name)
        if not entry.is_dir():
            found.leave_out(entry.name, "It is not in the folder of a class.")
        elif tumor is None:
            found.leave_out(f"{entry.name}/", f"Unknown class; accepted: {ACCEPTED_CLASSES}.")
        else:
            for path in files_below(entry):
                name = readable(path.relative_to(folder).as_posix())
                between = path.relative_to(entry).parts[:-1]
                found.scans.append(LabelledScan(path, name, tumor, readable(between[0]) if between else None))
    return found


def _of_csv(table: Path) -> LabelledScans:
    found = LabelledScans()
    root = table.resolve().parent
    listed: dict[Path, LabelledScan] = {}
    contradicted: set[Path] = set()
    for line, row in _rows(table):
        name, words = row["file"], row["class"]
        tumor = class_named(words)
        path = _within(root, name)
        if path is None:
            found.leave_out(name or f"line {line}", "Its path is invalid or outside the folder of the CSV file.")
        elif tumor is None:
            found.leave_out(name, f"Unknown class {words!r}; accepted: {ACCEPTED_CLASSES}.")
        elif not _is_file(path):
            found.leave_out(name, _MISSING if readable(name) == name else f"{_MISSING} {_NOT_UTF_8}")
        elif path not in listed:
            listed[path] = LabelledScan(path, readable(name), tumor, readable(row["patient"]) or None)
        elif listed[path].tumor is not tumor:
            contradicted.add(path)
        else:
            found.leave_out(name, f"Line {line} lists it again; it counts once.")
    for path in contradicted:
        found.leave_out(listed.pop(path).name, "It is listed with different classes.")
    found.scans = list(listed.values())
    return found


def _rows(table: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line number and the stripped cells of the three columns for each row of a CSV file."""
    try:
        # File names may have bytes that are not UTF-8.
        with TextIOWrapper(open_regular(table), "utf-8-sig", "surrogateescape", newline="") as file:
            header = file.readline()
            if "\0" in header:
                raise UnusableScans(f"{table} is not a CSV file in UTF-8. {_SAVE_AS_UTF_8}")
            file.seek(0)
            reader = csv.reader(file, delimiter=";" if header.count(";") > header.count(",") else ",")
            columns = [cell.strip().casefold() for cell in next(reader, [])]
            for column in COLUMNS[:2]:
                if columns.count(column) != 1:
                    raise UnusableScans(
                        f"{table} has not exactly one column {column!r}; its first line names file, class and "
                        f"optionally patient. It has: {', '.join(columns)[:200] or 'nothing'}"
                    )
            for cells in reader:
                if cells:
                    row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
                    yield reader.line_num, {column: row.get(column, "") for column in COLUMNS}
    except csv.Error as error:
        raise UnusableScans(f"{table} is not a CSV file: {error}") from error


def _within(root: Path, name: str) -> Path | None:
    """Return the file that a cell names; None if the path is invalid or outside the folder."""
    try:
        path = (root / name).resolve()
    except (OSError, ValueError):
        return None
    return path if name and path.is_relative_to(root) and path != root else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
