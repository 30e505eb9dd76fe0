"""Folders of models for tests that change files or need only the network that loads quickest."""

import json
import shutil
from pathlib import Path

import numpy as np

from app.config.settings import PROJECT_DIR
from app.models.sealed import read_sealed, write_sealed
from app.services.network.weights import file_sha256


def models_of_cnn(folder: Path) -> Path:
    """A folder with copies of the files of the model cnn, as the default model."""
    folder.mkdir()
    for path in (PROJECT_DIR / "models").glob("cnn_*"):
        shutil.copy(path, folder)
    metadata = folder / "cnn_model.json"
    metadata.write_text(json.dumps(json.loads(metadata.read_text()) | {"default": True}))
    return folder


def version_of_cnn(folder: Path, version: str) -> Path:
    """A folder with another version of the model cnn: the same network, in a weights file with other bytes."""
    partial = models_of_cnn(folder.with_name(f".{folder.name}"))
    metadata, graph = (partial / f"cnn_{name}.json" for name in ("model", "model.openvino"))
    described = json.loads(metadata.read_text())
    weights = partial / described["weights"]
    # HDF5 ignores what follows its last block.
    weights.write_bytes(weights.read_bytes() + version.encode())
    sha256 = file_sha256(weights)
    metadata.write_text(json.dumps(described | {"version": version, "sha256": sha256}))
    graph.write_text(json.dumps(json.loads(graph.read_text()) | {"weights_sha256": sha256}))
    arrays = read_sealed(partial / "cnn_drift.npz")
    facts = json.loads(str(arrays["facts"])) | {"version": version, "weights_sha256": sha256}
    write_sealed(partial / "cnn_drift.npz", arrays | {"facts": np.asarray(json.dumps(facts))})
    # In one step, as an operator has to.
    return partial.rename(folder)
