"""How many forward passes run at the same time on a machine."""

from pathlib import Path

import pytest

from app.config import machine

GB = 10**9


@pytest.mark.parametrize(
    ("cores", "memory", "passes"),
    [(1, 64 * GB, 1), (2, 64 * GB, 2), (16, 64 * GB, 4), (8, GB, 1)],
)
def test_cores_are_shared_where_memory_allows(monkeypatch: pytest.MonkeyPatch, cores: int, memory: int, passes: int):
    monkeypatch.setattr(machine, "cores", lambda: cores)
    monkeypatch.setattr(machine, "memory", lambda: memory)
    assert machine.parallel_passes() == passes


@pytest.mark.parametrize(("content", "limited"), [("512000000\n", True), ("max\n", False), (None, False)])
def test_the_limit_of_a_container_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, limited: bool
):
    file = tmp_path / "memory.max"
    if content:
        file.write_text(content)
    monkeypatch.setattr(machine, "_CGROUP_LIMIT", file)
    assert (machine.memory() == 512_000_000) == limited
