"""The forward pass of each engine, against Keras' `model.predict` and the peak performance of the processor."""

from typing import Any

import numpy as np

from app.config.choices import Precision
from app.config.settings import Settings
from app.services.inference.registry import ModelRegistry
from app.services.network.engines import OpenVinoEngine, TensorFlowEngine
from app.services.network.openvino_graph import read_graph
from app.services.network.weights import load_network
from benchmarks.support.machine import sgemm_flops
from benchmarks.support.results import AS_SERVED, IN_FLOAT32, Figure, publish
from benchmarks.support.rounds import take_turns

_KERAS = "Keras model.predict"
_YARDSTICK = "float32 matrix product"


def run(rounds: int) -> None:
    """Measure and publish."""
    settings = Settings.from_environment()
    metadata = ModelRegistry(settings).describe(None)
    weights = settings.models_dir / metadata.weights
    scan = np.random.default_rng(0).random(metadata.input.shape, np.float32)
    network = load_network(metadata, weights)
    tensorflow = TensorFlowEngine(metadata, weights)
    quick, as_served = (OpenVinoEngine(metadata, weights, precision) for precision in (Precision.F32, Precision.AUTO))
    times = take_turns(
        {
            _KERAS: lambda: network.predict(scan, verbose=0),
            "TensorFlow, traced": lambda: tensorflow(scan),
            IN_FLOAT32: lambda: quick(scan),
            AS_SERVED: lambda: as_served(scan),
        },
        rounds,
    )
    graph = read_graph(metadata, weights).model
    graph.reshape(list(metadata.input.shape))
    operations = 2 * multiply_adds(graph)
    measured = {timed.name: timed for timed in times}
    seconds = measured[IN_FLOAT32].p50_ms / 1e3
    yardstick = sgemm_flops()
    publish(
        "engine",
        times,
        [
            Figure(
                name=f"{AS_SERVED}: ratio to {_KERAS}",
                value=measured[AS_SERVED].ratio,
                unit="1",
                target="<= 0.5",
            ),
            Figure(name="forward pass", value=operations / 2e9, unit="10^9 multiply-adds"),
            Figure(name=_YARDSTICK, value=yardstick / 1e9, unit="GFLOP/s"),
            Figure(
                name=f"{IN_FLOAT32}: share of a {_YARDSTICK}",
                value=operations / seconds / yardstick,
                unit="1",
                target=">= 0.7",
            ),
        ],
    )


def multiply_adds(graph: Any) -> int:
    """Number of multiply-adds in the convolutions and matrix products of a graph, for its current shape."""
    total = 0
    for operation in graph.get_ops():
        kind = operation.get_type_name()
        if kind in ("Convolution", "GroupConvolution", "MatMul"):
            kernel, out = operation.input(1).get_shape(), operation.output(0).get_shape()
            # A kernel has one value per multiply-add of one output channel at one position.
            per_value = {"Convolution": kernel[1:], "GroupConvolution": kernel[2:], "MatMul": kernel[:1]}[kind]
            total += int(np.prod(out) * np.prod(per_value))
    return total
