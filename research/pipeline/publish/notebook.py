"""Run the notebook from beginning to end."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

from app.config.settings import PROJECT_DIR

NOTEBOOK = PROJECT_DIR / "research" / "notebooks" / "BrainTumorClassification.ipynb"
_SECONDS_PER_CELL = 300


def run_notebook(source: Path, out: Path) -> None:
    """Run a notebook in its own folder and write it with its outputs, without log output and timestamps.

    Raises:
        OSError: the notebook cannot be read or written.
        CellExecutionError: a cell fails; nothing is written.
    """
    notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(
        notebook, timeout=_SECONDS_PER_CELL, record_timing=False, resources={"metadata": {"path": str(source.parent)}}
    ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    nbformat.write(notebook, out)  # type: ignore[no-untyped-call]
