"""Runs a network or another package without this project's code: one prediction per line of input.

`python peer_worker.py PACKAGE IMAGE` classifies an image file with a package; `python peer_worker.py FILE` runs a
forward pass of a network: `.onnx` in ONNX Runtime, `.tflite` in LiteRT with XNNPACK, `.pt2` compiled by PyTorch. The
process writes a line when it has made its first prediction, and a line after each further one.
"""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[], object]


def onnx_runtime(file: str) -> Work:
    """A forward pass of an ONNX network on random numbers."""
    session = importlib.import_module("onnxruntime").InferenceSession(file, providers=["CPUExecutionProvider"])
    [scan] = session.get_inputs()
    values = _random(scan.shape)
    return lambda: session.run(None, {scan.name: values})


def lite_rt(file: str) -> Work:
    """A forward pass of a TensorFlow Lite network on random numbers, on all cores."""
    interpreter = importlib.import_module("ai_edge_litert.interpreter").Interpreter(file, num_threads=os.cpu_count())
    interpreter.allocate_tensors()
    [scan], [answer] = interpreter.get_input_details(), interpreter.get_output_details()
    values = _random(scan["shape"])

    def work() -> object:
        interpreter.set_tensor(scan["index"], values)
        interpreter.invoke()
        return interpreter.get_tensor(answer["index"])

    return work


def compiled_torch(file: str) -> Work:
    """A forward pass of an exported PyTorch network on random numbers, compiled with its weights as constants."""
    torch = importlib.import_module("torch")
    compiler: Any = importlib.import_module("torch._inductor.config")
    compiler.freezing = True
    exported = torch.export.load(file)
    (scan,) = exported.graph_signature.user_inputs
    shape = next(node.meta["val"].shape for node in exported.graph.nodes if node.name == scan)
    network, values = torch.compile(exported.module()), torch.from_numpy(_random(shape))

    def work() -> object:
        with torch.no_grad():
            return network(values)

    return work


_ENGINES: dict[str, Callable[[str], Work]] = {".onnx": onnx_runtime, ".tflite": lite_rt, ".pt2": compiled_torch}


def package(name: str, image: str) -> Work:
    """A package's own predict function, applied to a file."""
    predictors = importlib.import_module("peer_runner").PREDICTORS
    predict = predictors[name]()
    return lambda: predict(Path(image))


def _random(shape: Any) -> Any:
    import numpy as np

    return np.random.default_rng(0).random(tuple(shape), np.float32)


def main(what: str, *image: str) -> None:
    """Predict until the input ends."""
    # The output of the packages must not mix with the result lines.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    engine = _ENGINES.get(Path(what).suffix)
    work = engine(what) if engine else package(what, *image)
    work()
    print("ready", file=answers)
    for _ in sys.stdin:
        work()
        print("done", file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
