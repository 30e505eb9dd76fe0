import asyncio
from pathlib import Path

import pytest

from app.config.choices import HistoryChoice
from app.config.settings import Settings
from app.container import Container, build
from app.models.problems import DatabaseUnavailable
from app.services.history.records import Records
from app.services.inference.registry import ModelRegistry


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Container:
    """Services with a history and a SQLite database; the models are not loaded, which takes seconds."""
    monkeypatch.setattr(ModelRegistry, "load", lambda _: None)
    return build(Settings(history=HistoryChoice.ON, data_dir=tmp_path / "data", uploads_dir=tmp_path / "uploads"))


def is_open(container: Container) -> tuple[bool, bool]:
    """Whether the worker threads and the database's threads accept work."""

    async def accepts() -> tuple[bool, bool]:
        services = container.services
        assert services.database
        results = await asyncio.gather(
            services.queue.compute(lambda: None), services.database.read(lambda _: None), return_exceptions=True
        )
        return not isinstance(results[0], RuntimeError), not isinstance(results[1], RuntimeError)

    return asyncio.run(accepts())


def test_everything_closes_at_the_end(container: Container):
    async def run() -> None:
        async with container.running():
            pass

    assert is_open(container) == (True, True)
    asyncio.run(run())
    assert is_open(container) == (False, False)


def test_a_failing_close_keeps_nothing_else_from_closing(container: Container, monkeypatch: pytest.MonkeyPatch):
    close = Records.close

    async def failing(self: Records) -> None:
        await close(self)
        raise DatabaseUnavailable("the disk is gone")

    async def run() -> None:
        async with container.running():
            pass

    monkeypatch.setattr(Records, "close", failing)
    with pytest.raises(DatabaseUnavailable, match="the disk is gone"):
        asyncio.run(run())
    assert is_open(container) == (False, False)


def test_a_failing_start_closes_what_has_started(container: Container, monkeypatch: pytest.MonkeyPatch):
    def failing(self: Records) -> None:
        raise OSError("no folder")

    async def run() -> None:
        async with container.running():
            pytest.fail("it has started")

    monkeypatch.setattr(Records, "start", failing)
    with pytest.raises(OSError, match="no folder"):
        asyncio.run(run())
    assert is_open(container)[1] is False
