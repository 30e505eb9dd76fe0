"""Runs another package in its own environment, without this project: one prediction per line of input.

`python peer_worker.py PACKAGE IMAGE` classifies an image file with a package; `python peer_worker.py FILE.onnx` runs a
forward pass in ONNX Runtime. The process writes a line when it is ready, and a line after each prediction.
"""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path


def onnx_runtime(file: str) -> Callable[[], object]:
    """A forward pass of an ONNX network on random numbers."""
    import numpy as np

    session = importlib.import_module("onnxruntime").InferenceSession(file, providers=["CPUExecutionProvider"])
    [scan] = session.get_inputs()
    values = np.random.default_rng(0).random(scan.shape, np.float32)
    return lambda: session.run(None, {scan.name: values})


def package(name: str, image: str) -> Callable[[], object]:
    """A package's own predict function, applied to a file."""
    predictors = importlib.import_module("peer_runner").PREDICTORS
    predict = predictors[name]()
    return lambda: predict(Path(image))


def main(what: str, *image: str) -> None:
    """Predict until the input ends."""
    # The output of the packages must not mix with the result lines.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    work = onnx_runtime(what) if what.endswith(".onnx") else package(what, *image)
    work()
    print("ready", file=answers)
    for _ in sys.stdin:
        work()
        print("done", file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
