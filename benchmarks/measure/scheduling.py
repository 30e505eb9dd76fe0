"""Three schedules for many scans: one at a time on all cores, one on each core, or in batches."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from app.config.choices import Precision
from app.config.settings import Settings
from app.models.model_file import ModelMetadata
from app.services.inference.registry import ModelRegistry
from app.services.network.openvino_graph import read_graph
from app.services.network.precision import choose_precision
from benchmarks.support.results import Figure, publish
from benchmarks.support.rounds import take_turns

SCANS = 8
_BATCHES = (2, 4, SCANS)
_ONE = "one at a time"


def run(rounds: int) -> None:
    """Measure and publish for all cores, half of them, and so on down to one."""
    settings = Settings.from_environment()
    metadata = ModelRegistry(settings).describe(None)
    weights = settings.models_dir / metadata.weights
    graph = read_graph(metadata, weights).model
    precision = choose_precision(metadata, weights)
    figures = []
    cores = os.cpu_count() or 1
    while cores:
        figures += _figures(graph, metadata, precision, cores, rounds)
        cores //= 2
    publish("scheduling", figures=figures)


def _figures(graph: Any, metadata: ModelMetadata, precision: Precision, cores: int, rounds: int) -> list[Figure]:
    scan = np.random.default_rng(0).random(metadata.input.shape, np.float32)
    in_turn = _in_batches(graph, metadata, precision, cores, 1)
    on_each = _on_each_core(graph, metadata, precision, cores)
    ways: dict[str, Callable[[], object]] = {
        _ONE: lambda: [in_turn(scan) for _ in range(SCANS)],
        "one on each core": lambda: [*map(on_each.start_async, [[scan]] * SCANS), on_each.wait_all()],
    }
    for size in _BATCHES:
        together = _in_batches(graph, metadata, precision, cores, size)
        scans = np.repeat(scan, size, axis=0)
        ways[f"in batches of {size}"] = lambda infer=together, scans=scans: [  # type: ignore[misc]
            infer(scans) for _ in range(SCANS // len(scans))
        ]
    where = f"{cores} {'core' if cores == 1 else 'cores'}"
    figures = [
        Figure(name=f"{where}, {SCANS} scans {timed.name}, relative to {_ONE}", value=timed.ratio, unit="1")
        for timed in take_turns(ways, rounds)[1:]
    ]
    # A single scan does not wait for others, but on one core it takes longer.
    single = take_turns(
        {_ONE: lambda: in_turn(scan), "one on each core": lambda: [on_each.start_async([scan]), on_each.wait_all()]},
        rounds,
    )[1]
    return [
        *figures,
        Figure(name=f"{where}, a single scan, {single.name}, relative to {_ONE}", value=single.ratio, unit="1"),
    ]


def _in_batches(
    graph: Any, metadata: ModelMetadata, precision: Precision, cores: int, size: int
) -> Callable[[Any], object]:
    import openvino

    graph = graph.clone()
    graph.reshape([size, *metadata.input.shape[1:]])
    hints = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": cores,
        "INFERENCE_PRECISION_HINT": precision.value,
    }
    request = openvino.Core().compile_model(graph, "CPU", hints).create_infer_request()
    return lambda scans: request.infer([scans], share_inputs=True)


def _on_each_core(graph: Any, metadata: ModelMetadata, precision: Precision, cores: int) -> Any:
    import openvino

    graph = graph.clone()
    graph.reshape(list(metadata.input.shape))
    hints = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "NUM_STREAMS": cores,
        "INFERENCE_NUM_THREADS": cores,
        "INFERENCE_PRECISION_HINT": precision.value,
    }
    return openvino.AsyncInferQueue(openvino.Core().compile_model(graph, "CPU", hints), cores)
