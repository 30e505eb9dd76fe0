"""The licences of all dependencies: whether they are accepted, and the table in `LICENSES.md`."""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

from license_expression import (
    ExpressionError,
    ExpressionParseError,
    LicenseExpression,
    LicenseSymbol,
    Licensing,
    get_spdx_licensing,
)
from pydantic import BaseModel, ConfigDict

from app.config.settings import PROJECT_DIR
from tools.supply.packages import Use, locked

_REJECTED = "{name}: {licence} is not accepted. Use another package, or accept it in licences.toml."
_CLIENT_LOCK = PROJECT_DIR / "clients" / "typescript" / "package-lock.json"
_USES = {
    "the service": Use.SERVING,
    "DICOM, export and guide, besides": Use.EXPORT,
    "Ray, besides": Use.RAY,
    "developing, besides": Use.DEVELOPMENT,
}


class Policy(BaseModel):
    """The content of `licences.toml`."""

    model_config = ConfigDict(extra="forbid")

    accepted: frozenset[str]
    development: frozenset[str]
    spellings: dict[str, str]
    packages: dict[str, str]


@cache
def policy() -> Policy:
    """The accepted licences."""
    return Policy.model_validate(tomllib.loads(Path(__file__).with_name("licences.toml").read_text()))


@cache
def _spdx_licences() -> Licensing:
    return get_spdx_licensing()


def licence_of(name: str) -> str | None:
    """The licence of a Python package as an SPDX expression; None if neither metadata nor `licences.toml` state it."""
    if stated := policy().packages.get(name):
        return stated
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return None
    return next(filter(None, map(_spdx, _statements(found))), None)


def faults() -> list[str]:
    """What is wrong with the licences of the dependencies, one line for each package."""
    lines = []
    serving = _names(Use.EXPORT) | _names(Use.RAY)
    for name in _names(Use.DEVELOPMENT):
        licence = licence_of(name)
        allowed = policy().accepted if name in serving else policy().accepted | policy().development
        if licence is None:
            lines.append(f"{name}: its metadata states no known licence. Add it to [packages] of licences.toml.")
        elif not _is_accepted(licence, allowed):
            lines.append(_REJECTED.format(name=name, licence=licence))
    for name, licence, development in _client_packages():
        allowed = policy().accepted | policy().development if development else policy().accepted
        if not _is_accepted(licence, allowed):
            lines.append(_REJECTED.format(name=f"{name} (npm)", licence=licence))
    lines += [
        f"{name}: no lock file contains it. Remove it from [packages] of licences.toml."
        for name in policy().packages.keys() - _names(Use.DEVELOPMENT)
    ]
    return sorted(lines)


def table() -> str:
    """All dependencies by licence, as a Markdown table."""
    rows, seen = [], set[str]()
    for title, use in _USES.items():
        names = _names(use) - seen
        seen |= names
        rows += _rows(title, ((name, licence_of(name)) for name in names))
    rows += _rows("the TypeScript client", ((name, licence) for name, licence, dev in _client_packages() if not dev))
    rows += _rows("developing the client", ((name, licence) for name, licence, dev in _client_packages() if dev))
    return "\n".join(["| needed for | licence | packages |", "| --- | --- | --- |", *rows])


def _rows(title: str, licences: Iterable[tuple[str, str | None]]) -> list[str]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, licence in licences:
        groups[licence or "not stated"].append(name)
    return [f"| {title} | {licence} | {', '.join(sorted(names))} |" for licence, names in sorted(groups.items())]


def _names(use: Use) -> set[str]:
    return {package.name for package in locked(use)}


def _client_packages() -> list[tuple[str, str, bool]]:
    """Name, licence, and whether only developers install it."""
    entries = json.loads(_CLIENT_LOCK.read_text())["packages"]
    return [
        (path.rpartition("node_modules/")[2], entry["license"].strip("()"), entry.get("dev", False))
        for path, entry in entries.items()
        if path
    ]


def _statements(found: PackageMetadata) -> list[str]:
    """What the metadata says about the licence, the most exact first. Some packages put the whole licence there."""
    expression, licence = ((found.get_all(field) or [""])[0] for field in ("License-Expression", "License"))
    first_line = re.split(r"\n|\s{2,}", licence.strip())[0]
    classifiers = [line.rpartition(" :: ")[2] for line in found.get_all("Classifier", []) if line.startswith("License")]
    return [expression, first_line, *classifiers]


def _spdx(text: str) -> str | None:
    try:
        parsed = _spdx_licences().parse(policy().spellings.get(text, text), validate=True)
    except (ExpressionError, ExpressionParseError):
        return None
    return None if parsed is None else str(parsed)


def _is_accepted(licence: str, allowed: frozenset[str]) -> bool:
    def accepted(part: LicenseExpression) -> bool:
        if isinstance(part, LicenseSymbol):
            return part.key in allowed
        return (any if part.operator.strip() == "OR" else all)(accepted(each) for each in part.args)

    return accepted(_spdx_licences().parse(licence))
