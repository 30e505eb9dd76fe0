"""A peer at work in an environment of its own, which has no project: one prediction for each line it reads.

`python peer_worker.py PACKAGE IMAGE` has a package classify an image file, `python peer_worker.py FILE.onnx` has ONNX
Runtime compute a forward pass. It answers each line with one of its own when it has done what it is for, and begins
with one when it is ready.
"""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path


def onnx_runtime(file: str) -> Callable[[], object]:
    """A forward pass of a network as ONNX, on random numbers."""
    import numpy as np

    session = importlib.import_module("onnxruntime").InferenceSession(file, providers=["CPUExecutionProvider"])
    [scan] = session.get_inputs()
    values = np.random.default_rng(0).random(scan.shape, np.float32)
    return lambda: session.run(None, {scan.name: values})


def package(name: str, image: str) -> Callable[[], object]:
    """A package's own predict function on a file."""
    predictors = importlib.import_module("peer_runner").PREDICTORS
    predict = predictors[name]()
    return lambda: predict(Path(image))


def main(what: str, *image: str) -> None:
    """Answer until the input ends."""
    # What packages print is none of the answers.
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
