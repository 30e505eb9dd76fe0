"""The security checklists are complete, and the files and tests that they name exist."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import pytest

from app.config.settings import PROJECT_DIR
from tests.support.named_tests import names_in

FOLDER = PROJECT_DIR / "docs" / "explanation"
REQUIREMENT_ROW = re.compile(r"\| \d+\.\d+\.\d+ \|")


@dataclass
class Page:
    """A page with a checklist.

    Attributes:
        name: of the file, without its suffix.
        requirements: number of level 1 and 2 requirements in each section of ASVS 5.0.0; in these sections they come
            first.
    """

    name: str
    requirements: dict[str, int]

    @cached_property
    def text(self) -> str:
        return (FOLDER / f"{self.name}.md").read_text()

    @cached_property
    def rows(self) -> list[list[str]]:
        return rows_of(self.text.split("## Tests")[0])

    @cached_property
    def test_rows(self) -> list[list[str]]:
        return rows_of(self.text.split("## Tests")[1])


def rows_of(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if REQUIREMENT_ROW.match(line)
    ]


PAGES = [
    Page(
        "security",
        {
            **{"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4},
            **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2},
            **{"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1},
            **{"9.1": 3, "9.2": 4},
            **{"14.1": 2, "14.2": 4, "14.3": 3},
        },
    ),
    Page(
        "security-operation",
        {
            **{"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2},
            **{"3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2},
            **{"4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4},
            **{"5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3},
            **{"13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5},
            **{"16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3},
        },
    ),
]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@each_page
def test_each_requirement_has_one_row(page: Page):
    expected = [f"{section}.{number}" for section, last in page.requirements.items() for number in range(1, last + 1)]
    assert [row[0] for row in page.rows] == expected


@each_page
def test_every_row_has_a_verdict_and_the_counts_are_right(page: Page):
    assert {len(row) for row in page.rows} == {5}
    assert {row[1] for row in page.rows} == {"1", "2"}
    verdicts = Counter(row[3] for row in page.rows)
    met, partly, not_met, not_ours = (
        verdicts.pop(verdict, 0) for verdict in ("met", "**partly met**", "**not met**", "not applicable")
    )
    assert not verdicts
    counted = f"{met} are met, {partly} partly met, {not_met} are not met, and {not_ours} are not applicable."
    assert f"Of {len(page.rows)} requirements {counted}" in page.text


@each_page
def test_open_points_are_listed_first(page: Page):
    head = page.text[page.text.index("## Open points") : page.text.index("## Decisions")]
    assert set(re.findall(r"\d+\.\d+\.\d+", head)) == {
        row[0] for row in page.rows if row[3] in ("**partly met**", "**not met**")
    }


@each_page
def test_every_row_of_tests_belongs_to_a_requirement(page: Page):
    numbers = [row[0] for row in page.test_rows]
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= {row[0] for row in page.rows}


@pytest.mark.parametrize("name", [*(page.name for page in PAGES), "threat-model"])
def test_its_files_and_tests_exist(name: str):
    text = (FOLDER / f"{name}.md").read_text()
    for path, test in re.findall(r"`((?:app|tests|docs)/[\w./-]+)((?:::\w+)*)`", text):
        assert (PROJECT_DIR / path).is_file(), path
        assert path.startswith("tests/") is bool(test), path
        assert not test or test.removeprefix("::") in names_in(path), path + test
