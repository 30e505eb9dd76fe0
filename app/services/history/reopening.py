"""A record as the prediction that it was made from, so that its heat-map and its report can be made again."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.models.classes import CLASSES, FACTS, TumorClass
from app.models.model_file import ModelMetadata
from app.models.thresholds import Decision, HeatmapMethod
from app.services.history.display import acquisition_of, decision_of, set_of
from app.services.history.queries import Record
from app.services.imaging.preprocessing import preview_size
from app.services.imaging.reading import Notice, ScanFacts
from app.services.inference.heatmaps import check_method, draw_heatmap, explained_class
from app.services.inference.predictor import Prediction, Timing


def heatmaps_of(record: Record, metadata: ModelMetadata | None) -> list[HeatmapMethod]:
    """The heat-maps of a record that can be drawn.

    Args:
        record: the record.
        metadata: of the model that is now installed under the name of the record's model, if any.
    """
    if record.heat is None or decision_of(record.stored) is Decision.OUTSIDE:
        return []
    if metadata is None or metadata.sha256 != record.weights:
        return []
    return list(HeatmapMethod) if record.place else [HeatmapMethod.GRAD_CAM]


def reopened(
    record: Record,
    metadata: ModelMetadata | None,
    picture: bytes | None,
    method: HeatmapMethod | None,
    target: TumorClass | None,
) -> Prediction:
    """The prediction of a record. Its heat-map is drawn on black if no picture was stored. Blocks.

    Args:
        record: the record.
        metadata: as for `heatmaps_of`.
        picture: the stored picture, as JPEG.
        method: what the heat-map shows; None for Grad-CAM if there is a target, or else as in the record.
        target: the class that Grad-CAM explains; None for that of the record, or else the most probable one.

    Raises:
        InvalidParameters: the record has no such heat-map.
    """
    stored, image = record.stored, record.stored.image
    preview = _decoded(picture) if picture else Image.new("L", preview_size(image.width, image.height))
    probabilities = {entry.tumor: entry.probability for entry in stored.probabilities}
    heat: NDArray[np.float32] = np.zeros((len(CLASSES), 1, 1), np.float32)
    heatmap = None
    methods = heatmaps_of(record, metadata)
    if record.heat and metadata and methods:
        check_method(f"record {stored.id}", methods, method, target)
        heat = _grids(record.heat, len(CLASSES))
        drawn = stored.heatmap
        default = drawn.method if drawn else HeatmapMethod.PLACE if record.place else HeatmapMethod.GRAD_CAM
        first = (drawn and drawn.target) or max(probabilities, key=lambda tumor: probabilities[tumor])
        explained = explained_class(default, method, target, first)
        grid = _grids(record.place, 1)[0] if record.place and not explained else heat[CLASSES.index(explained or first)]
        heatmap = draw_heatmap(preview, grid, explained, metadata)
    return Prediction(
        content=b"",
        facts=ScanFacts(**image.model_dump()),
        preview=preview,
        probabilities=np.array([probabilities[tumor] for tumor in CLASSES]),
        gate=None,
        prediction_sets=(),
        deciding_set=set_of(stored.prediction_set),
        decision=decision_of(stored),
        heatmap=heatmap,
        heat=heat,
        quality=(),
        notices=tuple(Notice(warning.code, warning.message) for warning in stored.warnings),
        timing=Timing(0, 0, 0),
        acquisition=acquisition_of(stored),
    )


def additions(record: Record) -> tuple[tuple[str, str], ...]:
    """Names and values of what the reader has added to a record."""
    given = record.feedback
    verdict = f"{FACTS[given.confirmed].label}{' (agreed)' if given.verdict == 'agree' else ''}" if given else None
    found = (
        ("Label", record.label),
        ("Note", record.note),
        ("Class of the scan", verdict),
        ("Note on the class", given.note if given else None),
    )
    return tuple((name, value) for name, value in found if value)


def _grids(stored: bytes, count: int) -> NDArray[np.float32]:
    """Stored grids, float32 `[count, rows, columns]` in `[0, 1]`."""
    levels = np.frombuffer(stored, np.uint8).reshape(count, -1)
    # Every model has a square input and therefore a square grid.
    side = round(levels.shape[1] ** 0.5)
    return levels.reshape(count, side, side).astype(np.float32) / np.float32(255)


def _decoded(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture)) as image:
        image.load()
        return image
