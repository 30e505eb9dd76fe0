from pathlib import Path

import nbformat
import pytest

from app.config.settings import PROJECT_DIR
from research.pipeline.publish.notebook import NOTEBOOK, run_notebook


@pytest.fixture(scope="module")
def committed() -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    return notebook


def outputs(notebook: nbformat.NotebookNode) -> str:
    """Everything that the cells printed."""
    return "\n".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ()))


def snapshot() -> dict[Path, int]:
    folders = [PROJECT_DIR / name for name in ("app", "models", "sample_images", "research/pipeline")]
    files = [path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts]
    return {path: path.stat().st_mtime_ns for path in files if path.is_file()}


def test_it_runs_with_only_the_repository(monkeypatch, tmp_path):
    """The notebook needs no data set and no internet, and leaves no files."""
    monkeypatch.delenv("DATASET_DIR", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = snapshot()
    executed = tmp_path / "executed.ipynb"
    run_notebook(NOTEBOOK, executed)
    printed = outputs(nbformat.read(executed, as_version=4))
    assert "Testing/glioma/mirrored.jpg is a copy of Training/glioma/Te-gl_0011.jpg" in printed
    assert "epoch 1: loss" in printed
    assert "16 of 17 correct" in printed
    assert snapshot() == before
    assert not list(tmp_path.glob("notebook-*"))


def test_it_is_committed_with_its_outputs(committed):
    for cell in committed.cells:
        if cell.cell_type == "code":
            assert cell.execution_count is not None
            assert not [output for output in cell.outputs if output.output_type == "error"]
    assert "16 of 17 correct" in outputs(committed)
    assert str(PROJECT_DIR) not in NOTEBOOK.read_text()
