"""The network in INT8 after post-training quantization: speed, and agreement with float32.

NNCF measures the range of every activation on training images (https://github.com/openvinotoolkit/nncf).
"""

import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from app.config.choices import Precision
from app.config.settings import Settings
from app.models.classes import CLASSES
from app.models.model_file import InputSpec
from app.services.imaging.preprocessing import to_input
from app.services.inference.registry import ModelRegistry
from app.services.network.openvino_graph import compiled, read_graph
from app.services.network.precision import choose_precision
from app.services.network.temperature import calibrated_probabilities
from benchmarks.support.packages import install
from benchmarks.support.results import AS_SERVED, IN_FLOAT32, Figure, publish
from benchmarks.support.rounds import take_turns
from research.pipeline.data.images import path_of, read_image
from research.pipeline.data.manifest import ImageSource, Split, read_manifest

CALIBRATION_IMAGES = 300
SEED = 0
ROUNDS = 30
_NNCF = (
    "nncf==3.4.0",
    "autograd==1.9.1",
    "cma==4.5.0",
    "joblib==1.6.0",
    "moocore==0.3.2",
    "natsort==8.4.0",
    "pandas==3.1.1",
    "pydot==4.0.1",
    "pymoo==0.6.2",
    "safetensors==0.8.0",
    "scikit-learn==1.9.1",
    "tabulate==0.10.0",
    "threadpoolctl==3.8.0",
)
_STDERR = Console(stderr=True)


def run(data: Path, manifest: Path, model: str | None) -> None:
    """Measure and publish.

    Args:
        data: the data set in the Kaggle layout.
        manifest: the manifest that `audit` writes.
        model: name of the model; None for the default model.
    """
    settings = Settings.from_environment()
    metadata = ModelRegistry(settings).describe(model)
    graph = read_graph(metadata, settings.models_dir / metadata.weights).model
    graph.reshape(list(metadata.input.shape))
    rows = [row for row in read_manifest(manifest) if row.source is not ImageSource.UNKNOWN_TUMORS]
    training = [path_of(row, data, None) for row in rows if row.split is Split.TRAIN]
    chosen = np.random.default_rng(SEED).permutation(len(training))[:CALIBRATION_IMAGES]
    quantized = _quantize(graph, [_read(training[index], metadata.input) for index in chosen.tolist()])

    served = choose_precision(metadata, settings.models_dir / metadata.weights)
    contenders = {
        IN_FLOAT32: _compiled(graph, Precision.F32),
        AS_SERVED: _compiled(graph, served),
        "INT8 and float32": _compiled(quantized, Precision.F32),
        "INT8, the rest as served": _compiled(quantized, served),
    }
    tested = [row for row in rows if row.split is Split.TEST]
    labels = np.array([CLASSES.index(row.tumor) for row in tested if row.tumor])
    scans = [_read(path_of(row, data, None), metadata.input) for row in track(tested, "Reading", console=_STDERR)]
    times = take_turns({name: partial(infer, scans[0]) for name, infer in contenders.items()}, ROUNDS)
    answers = {
        name: calibrated_probabilities(
            np.concatenate([infer(scan) for scan in track(scans, name, console=_STDERR)]), metadata.temperature
        )
        for name, infer in contenders.items()
    }
    reference, *others = answers.items()
    right = (reference[1].argmax(axis=1) == labels).mean()
    figures = [Figure(name=f"{reference[0]}, accuracy", value=100 * right, unit="%")]
    for name, found in others:
        called = found.argmax(axis=1)
        for what, value, unit, target in (
            ("accuracy", 100 * (called == labels).mean(), "%", ">= float32 - 0.1"),
            ("same class", 100 * (called == reference[1].argmax(axis=1)).mean(), "%", ">= 99.7"),
            ("largest difference of a probability", np.abs(found - reference[1]).max(), "1", None),
            ("mean difference of a probability", np.abs(found - reference[1]).mean(), "1", None),
        ):
            figures.append(Figure(name=f"{name}, {what}", value=float(value), unit=unit, target=target))
    publish(f"quantization_{metadata.name}", times, figures)


def _quantize(graph: Any, scans: list[NDArray[np.float32]]) -> Any:
    folder = install("nncf", _NNCF)
    sys.path.append(str(folder))
    import nncf
    import openvino

    dataset = nncf.Dataset(scans)
    quantized = nncf.quantize(graph, dataset, preset=nncf.QuantizationPreset.MIXED, subset_size=len(scans))
    # Written and read again, as the service would load it.
    path = folder / "graph.xml"
    openvino.save_model(quantized, path, compress_to_fp16=False)
    return openvino.Core().read_model(path)


def _compiled(graph: Any, precision: Precision) -> Any:
    request = compiled(graph, precision).create_infer_request()
    return lambda scan: request.infer([scan], share_inputs=True).to_tuple()[0].copy()


def _read(path: Path, spec: InputSpec) -> NDArray[np.float32]:
    return to_input(read_image(path), spec)
