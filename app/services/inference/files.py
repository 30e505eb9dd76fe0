"""Files on the operator's disk as input of a predictor."""

from pathlib import Path

from app.models.problems import Problem
from app.services.inference.predictor import Prediction, Predictor


class UnusableFile(Exception):
    """A file that cannot be classified; the message is the reason, for the operator."""


def predict_file(predictor: Predictor, path: Path, *, heatmap: bool, views: int = 1) -> Prediction:
    """Classify one file.

    Args:
        predictor: the model's predictor.
        path: path of an image file.
        heatmap: whether to compute a heat-map.
        views: number of views, 1 to `MAX_VIEWS`.

    Raises:
        UnusableFile: the file cannot be opened, or is not an image that the service accepts.
    """
    if path.is_dir():
        raise UnusableFile("This is a folder; name the files in it.")
    try:
        with path.open("rb") as file:
            return predictor.predict(file, heatmap=heatmap, views=views)
    except Problem as problem:
        raise UnusableFile(problem.detail) from problem
    except OSError as error:
        raise UnusableFile(error.strerror or str(error)) from error
