"""The fault matrix is complete, and the tests that it names exist."""

from app.config.settings import PROJECT_DIR
from tests.faults import MATRIX, Fault, node_ids
from tests.support.named_tests import names_in


def test_every_part_has_every_fault():
    for part, row in MATRIX.items():
        assert list(row) == list(Fault), part


def test_its_tests_exist():
    for test in node_ids():
        path, _, name = test.partition("[")[0].partition("::")
        assert (PROJECT_DIR / path).is_file(), path
        assert name in names_in(path), test


def test_a_cell_without_tests_gives_the_reason():
    for part, row in MATRIX.items():
        for fault, cell in row.items():
            assert cell.tests or cell.promise.startswith(("Cannot occur: ", "Not detected: ")), (part, fault)
