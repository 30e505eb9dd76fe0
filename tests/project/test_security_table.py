"""The security checklist is complete, and the files and tests that it names exist."""

import re
from collections import Counter

from app.config.settings import PROJECT_DIR
from tests.support.named_tests import names_in

TEXT = (PROJECT_DIR / "docs" / "explanation" / "security.md").read_text()

# Number of level 1 and 2 requirements in each section of ASVS 5.0.0; in these sections they come first.
REQUIREMENTS = {
    **{"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4},
    **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2},
    **{"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1},
    **{"9.1": 3, "9.2": 4},
    **{"14.1": 2, "14.2": 4, "14.3": 3},
}
REQUIREMENT_ROW = re.compile(r"\| \d+\.\d+\.\d+ \|")
VERDICTS, TESTS = TEXT.split("## Tests")
ROWS, TEST_ROWS = (
    [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if REQUIREMENT_ROW.match(line)]
    for part in (VERDICTS, TESTS)
)


def test_each_requirement_has_one_row():
    expected = [f"{section}.{number}" for section, last in REQUIREMENTS.items() for number in range(1, last + 1)]
    assert [row[0] for row in ROWS] == expected


def test_every_row_has_a_verdict_and_the_counts_are_right():
    assert {len(row) for row in ROWS} == {5}
    assert {row[1] for row in ROWS} == {"1", "2"}
    verdicts = Counter(row[3] for row in ROWS)
    met, partly, not_met, not_ours = (
        verdicts.pop(verdict, 0) for verdict in ("met", "**partly met**", "**not met**", "not applicable")
    )
    assert not verdicts
    counted = f"{met} are met, {partly} partly met, {not_met} are not met, and {not_ours} are not applicable."
    assert f"Of {len(ROWS)} requirements {counted}" in TEXT


def test_open_points_are_listed_first():
    head = TEXT[TEXT.index("## Open points") : TEXT.index("## Decisions")]
    assert set(re.findall(r"\d+\.\d+\.\d+", head)) == {
        row[0] for row in ROWS if row[3] in ("**partly met**", "**not met**")
    }


def test_every_row_of_tests_belongs_to_a_requirement():
    numbers = [row[0] for row in TEST_ROWS]
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= {row[0] for row in ROWS}


def test_its_files_and_tests_exist():
    named = re.findall(r"`((?:app|tests|docs)/[\w./-]+)((?:::\w+)*)`", TEXT)
    assert len(named) > 100
    for path, test in named:
        assert (PROJECT_DIR / path).is_file(), path
        assert path.startswith("tests/") is bool(test), path
        assert not test or test.removeprefix("::") in names_in(path), path + test
