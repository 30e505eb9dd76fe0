"""A record as the prediction that it was made from, so that its heat-map and its report can be made again."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.models.classes import CLASSES, FACTS, TumorClass
from app.models.model_file import ModelMetadata
from app.models.thresholds import Decision
from app.services.history.display import decision_of, set_of
from app.services.history.records import Record
from app.services.imaging.preprocessing import preview_size
from app.services.imaging.reading import Notice, ScanFacts
from app.services.inference.predictor import Prediction, Timing, draw_heatmap


def has_heatmap(record: Record, metadata: ModelMetadata | None) -> bool:
    """Whether the heat-map of a record can be drawn.

    Args:
        record: the record.
        metadata: of the model that is now installed under the name of the record's model, if any.
    """
    if record.heat is None or decision_of(record.stored) is Decision.OUTSIDE:
        return False
    return metadata is not None and metadata.sha256 == record.weights


def reopened(
    record: Record, metadata: ModelMetadata | None, picture: bytes | None, target: TumorClass | None
) -> Prediction:
    """The prediction of a record. Its heat-map is drawn on black if no picture was stored. Blocks.

    Args:
        record: the record.
        metadata: as for `has_heatmap`.
        picture: the stored picture, as JPEG.
        target: the class that the heat-map explains; None for that of the record's heat-map, or else the predicted one.
    """
    stored, image = record.stored, record.stored.image
    preview = _decoded(picture) if picture else Image.new("L", preview_size(image.width, image.height))
    probabilities = {entry.tumor: entry.probability for entry in stored.probabilities}
    heat: NDArray[np.float32] = np.zeros((len(CLASSES), 1, 1), np.float32)
    heatmap = None
    if record.heat and metadata and stored.prediction and has_heatmap(record, metadata):
        levels = np.frombuffer(record.heat, np.uint8).reshape(len(CLASSES), -1)
        # Every model has a square input and therefore a square grid.
        side = round(levels.shape[1] ** 0.5)
        heat = levels.reshape(len(CLASSES), side, side).astype(np.float32) / np.float32(255)
        explained = target or (stored.heatmap.target if stored.heatmap else stored.prediction.tumor)
        heatmap = draw_heatmap(preview, heat, explained, metadata)
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


def _decoded(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture)) as image:
        image.load()
        return image
