"""A site's own scans with their classes: a folder with a sub-folder for each class, or a CSV file."""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.models.classes import CLASSES, FACTS, TumorClass
from app.services.evaluation.schemas import MAX_NAME, LeftOut

COLUMNS = ("file", "class", "patient")
ACCEPTED_CLASSES = ", ".join(CLASSES)


class UnusableScans(Exception):
    """There is nothing to measure; the message says what is accepted, in one line."""


@dataclass(frozen=True)
class LabelledScan:
    """A scan's file, its name in the report, its class, and whose it is, if that is known."""

    path: Path
    name: str
    tumor: TumorClass
    patient: str | None


@dataclass
class LabelledScans:
    """What was found: scans, in a fixed order, and what is left out of it from the start."""

    scans: list[LabelledScan] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, scan: str, reason: str) -> None:
        """Note a scan that will not be measured."""
        self.left_out.append(LeftOut(scan=scan[:MAX_NAME], reason=reason[:MAX_NAME]))


def class_named(name: str) -> TumorClass | None:
    """The class of a name: its id or its label, in any case, with spaces, `_`, `-`, `tumor` or `tumour` in it or not.

    So `notumor`, `No Tumor` and `no_tumour` are one, and so are `pituitary` and `pituitary_tumor`; None for another.
    """
    return _NAMES.get(_plain(name))


def _plain(name: str) -> str:
    letters = "".join(letter for letter in name.casefold() if letter.isalnum()).replace("tumour", "tumor")
    return letters if letters == "notumor" else letters.removesuffix("tumor")


_NAMES = {_plain(name): tumor for tumor in CLASSES for name in (tumor.value, FACTS[tumor].label)}


def read_labelled(source: Path) -> LabelledScans:
    """Find the scans of a folder, or of a CSV file.

    A folder has one sub-folder for each class (`class_named`). A folder within one of those stands for a patient.
    A CSV file has the columns `file`, `class` and, if wanted, `patient`; its paths begin at its own folder and stay
    in it. No image is opened.

    Raises:
        UnusableScans: it is not there, cannot be read, has no scan of any class, or lacks a column.
    """
    try:
        found = _of_folder(source) if source.is_dir() else _of_csv(source)
    except OSError as error:
        raise UnusableScans(f"{error.filename or source}: {error.strerror or error}") from error
    if not found.scans:
        reasons = f" The first of {len(found.left_out)} left out: {_words(found.left_out[0])}" if found.left_out else ""
        raise UnusableScans(
            f"{source} has no scan whose class is known. A folder needs a sub-folder for each class, named "
            f"{ACCEPTED_CLASSES}; a CSV file the columns file, class and, if wanted, patient.{reasons}"
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
            found.leave_out(entry.name, "It lies in no class's folder.")
        elif tumor is None:
            found.leave_out(f"{entry.name}/", f"No class has this name; accepted are {ACCEPTED_CLASSES}.")
        else:
            for path in _files(entry):
                between = path.relative_to(entry).parts[:-1]
                found.scans.append(
                    LabelledScan(path, path.relative_to(folder).as_posix(), tumor, between[0] if between else None)
                )
    return found


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder, by name, but for hidden ones."""

    def fail(error: OSError) -> None:
        raise error

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(parent, name)


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
            found.leave_out(name or f"line {line}", "Its path leaves the folder of the CSV file, or is none.")
        elif tumor is None:
            found.leave_out(name, f"{words!r} is no class; accepted are {ACCEPTED_CLASSES}.")
        elif not _is_file(path):
            found.leave_out(name, "There is no such file.")
        elif path not in listed:
            listed[path] = LabelledScan(path, name, tumor, row["patient"] or None)
        elif listed[path].tumor is not tumor:
            contradicted.add(path)
        else:
            found.leave_out(name, f"It is listed before; line {line} counts no second time.")
    for path in contradicted:
        found.leave_out(listed.pop(path).name, "It is listed with different classes.")
    found.scans = list(listed.values())
    return found


def _rows(table: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their lines, the cells of the three columns without blanks around them."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            header = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=";" if header.count(";") > header.count(",") else ",")
            columns = [cell.strip().casefold() for cell in next(reader, [])]
            for column in COLUMNS[:2]:
                if columns.count(column) != 1:
                    raise UnusableScans(
                        f"{table} has not exactly one column {column!r}; its first line names file, class and, if "
                        f"wanted, patient. It has: {', '.join(columns)[:200] or 'nothing'}"
                    )
            for cells in reader:
                if cells:
                    row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
                    yield reader.line_num, {column: row.get(column, "") for column in COLUMNS}
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnusableScans(f"{table} is no CSV file in UTF-8: {error}") from error


def _within(root: Path, name: str) -> Path | None:
    """The file that a cell names; None where that is outside the folder, or no path at all."""
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
