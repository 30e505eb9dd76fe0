import pytest

from benchmarks.support import history
from benchmarks.support.results import Figure


def ratio(value: float, target: str | None, name: str = "prediction, to the pass") -> Figure:
    return Figure(name=name, value=value, unit="1", target=target)


@pytest.mark.parametrize(
    ("value", "target", "missed"),
    [
        (1.2, "<= 1.2", False),
        (1.21, "<= 1.2", True),
        (1.0, "< 1", True),
        (0.89, ">= 0.9", True),
        (0.9, ">= 0.9", False),
        (7.0, "1 (linear)", False),
        (7.0, None, False),
    ],
)
def test_a_value_outside_its_bound_misses_its_target(value: float, target: str | None, missed: bool):
    assert ratio(value, target).missed is missed


def test_the_history_has_one_value_of_each_ratio_for_a_commit_and_a_kind(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "_HISTORY", tmp_path / "history.csv")
    history.record([ratio(1.1, "<= 1.35"), ratio(0.97, ">= 0.8", "clients")])
    history.record([ratio(1.2345, "<= 1.35"), ratio(0.9, ">= 0.8", "clients")])
    first, second = history.read_history()
    assert (first.ratio, first.value, first.target) == ("prediction, to the pass", 1.234, "<= 1.35")
    assert (second.ratio, second.value) == ("clients", 0.9)
    assert history.draw_history(tmp_path / "history.png").stat().st_size > 0
