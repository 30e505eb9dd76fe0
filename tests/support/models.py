"""Folders of models for tests that change files or need only the network that loads quickest."""

import json
import shutil
from pathlib import Path

from app.config.settings import PROJECT_DIR


def models_of_cnn(folder: Path) -> Path:
    """A folder with copies of the files of the model cnn, as the default model."""
    folder.mkdir()
    for path in (PROJECT_DIR / "models").glob("cnn_*"):
        shutil.copy(path, folder)
    metadata = folder / "cnn_model.json"
    metadata.write_text(json.dumps(json.loads(metadata.read_text()) | {"default": True}))
    return folder
