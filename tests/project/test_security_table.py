"""The security checklist is whole, and names what is there."""

import ast
import re
from collections import Counter
from functools import cache

from app.config.settings import PROJECT_DIR

TEXT = (PROJECT_DIR / "docs" / "explanation" / "security.md").read_text()

# How many requirements of level 1 and 2 a section of ASVS 5.0.0 has; in these sections they come first.
REQUIREMENTS = {
    **{"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4},
    **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2},
    **{"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1},
    **{"9.1": 3, "9.2": 4},
    **{"14.1": 2, "14.2": 4, "14.3": 3},
}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ \|", line)
]


@cache
def names_in(path: str) -> set[str]:
    """The tests of a file, as pytest names them."""
    found = set()
    for node in ast.parse((PROJECT_DIR / path).read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}


def test_each_requirement_is_told_once():
    expected = [f"{section}.{number}" for section, last in REQUIREMENTS.items() for number in range(1, last + 1)]
    assert [row[0] for row in ROWS] == expected


def test_every_row_has_a_verdict_and_the_head_counts_them():
    assert {len(row) for row in ROWS} == {6}
    assert {row[1] for row in ROWS} == {"1", "2"}
    verdicts = Counter(row[3] for row in ROWS)
    met, in_part, not_met, not_ours = (
        verdicts.pop(verdict, 0) for verdict in ("met", "in part", "not met", "does not apply")
    )
    assert not verdicts
    counted = f"{met} are met, {in_part} in part, {not_met} is not met, and {not_ours} do not apply."
    assert f"Of {len(ROWS)} requirements {counted}" in TEXT


def test_what_is_open_is_told_in_the_head():
    head = TEXT[TEXT.index("## What is open") : TEXT.index("## What was decided")]
    assert set(re.findall(r"\d+\.\d+\.\d+", head)) == {row[0] for row in ROWS if row[3] in ("in part", "not met")}


def test_its_files_and_tests_are_there():
    named = re.findall(r"`((?:app|tests|docs)/[\w./-]+)((?:::\w+)*)`", TEXT)
    assert len(named) > 100
    for path, test in named:
        assert (PROJECT_DIR / path).is_file(), path
        assert path.startswith("tests/") is bool(test), path
        assert not test or test.removeprefix("::") in names_in(path), path + test
