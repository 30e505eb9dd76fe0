"""One record for each scan, owner and model: a repeated prediction updates the record of the first."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models.thresholds import Decision
from app.services.database.tables import RecordRow
from app.services.history.display import decision_of
from app.services.history.schemas import PredictionSource, StoredComparison, StoredPrediction

_LEVELS = 255


@dataclass(frozen=True, kw_only=True)
class NewPrediction:
    """A prediction to store.

    Attributes:
        stored: its numbers.
        content: SHA-256 of the image file.
        weights: SHA-256 of the model's weights.
        heat: float32 `[classes, rows, columns]` in `[0, 1]`.
        place: float32 `[rows, columns]` in `[0, 1]`; None for a model that does not compute it.
        picture: the image to store, if images are stored.
    """

    stored: StoredPrediction
    content: bytes
    weights: str
    heat: NDArray[np.float32]
    place: NDArray[np.float32] | None
    picture: Image.Image

    @property
    def predicted(self) -> str | None:
        """The predicted class; None if the decision names no class."""
        return self.stored.prediction.tumor.value if self.stored.prediction else None

    @property
    def decision(self) -> Decision:
        """The decision."""
        return decision_of(self.stored)

    @property
    def maps(self) -> dict[str, bytes | None]:
        """The columns `heat` and `place`."""
        return {"heat": _bytes_of(self.heat), "place": None if self.place is None else _bytes_of(self.place)}


def _bytes_of(heat: NDArray[np.float32]) -> bytes:
    return (heat * _LEVELS).round().astype(np.uint8).tobytes()


def scan_hash(owner: UUID | None, content: bytes) -> str:
    """The value of the column `scan`: it differs between owners, so that no two histories can be matched."""
    return hashlib.sha256((owner.bytes if owner else b"") + content).hexdigest()


def put(
    session: Session, owner: UUID | None, new: NewPrediction, picture: str | None, *, comparison: bool
) -> RecordRow:
    """Store a prediction in the record of its scan, which is created if there is none; returns the record.

    Concurrent calls for the same scan wait for each other.

    Args:
        session: a transaction that writes.
        owner: the account that made the prediction.
        new: the prediction.
        picture: the name of its stored picture.
        comparison: whether to attach the prediction to the latest record of the scan, if another model made that.
    """
    scan = scan_hash(owner, new.content)
    if comparison:
        newest = select(RecordRow).where(RecordRow.scan == scan).order_by(RecordRow.created_at.desc(), RecordRow.id)
        compared = session.scalars(newest.limit(1).with_for_update()).one_or_none()
        if compared and (compared.model, compared.weights) != (new.stored.model.name, new.weights):
            _attach(compared, new.stored)
            session.flush()
            return compared
    # SQLAlchemy has no `ON CONFLICT` that works for both databases.
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {
        "id": new.stored.id,
        "account_id": owner,
        "created_at": new.stored.created_at,
        "model": new.stored.model.name,
        "predicted": new.predicted,
        "decision": new.decision.value,
        "body": new.stored.model_dump_json(by_alias=True),
        "picture": picture,
        "scan": scan,
        "weights": new.weights,
        **new.maps,
    }
    # An update that changes nothing locks and returns the row of an earlier or concurrent prediction.
    statement = (
        insert(RecordRow)
        .values(values)
        .on_conflict_do_update(index_elements=["scan", "model", "weights"], set_={"weights": new.weights})
        .returning(RecordRow)
    )
    row = session.scalars(statement, execution_options={"populate_existing": True}).one()
    if row.id != new.stored.id:
        _update(row, new, picture)
        session.flush()
    return row


def _update(row: RecordRow, new: NewPrediction, picture: str | None) -> None:
    earlier = StoredPrediction.model_validate_json(row.body)
    merged = new.stored.model_copy(
        update={
            "id": earlier.id,
            # A sample that is uploaded is from then on a scan of the reader's own, which takes feedback.
            "source": new.stored.source if earlier.source is PredictionSource.SAMPLE else earlier.source,
            "heatmap": None if new.decision is Decision.OUTSIDE else new.stored.heatmap or earlier.heatmap,
            "comparisons": earlier.comparisons,
        }
    )
    row.body, row.created_at = merged.model_dump_json(by_alias=True), merged.created_at
    row.predicted, row.decision = new.predicted, new.decision.value
    row.heat, row.place = new.maps["heat"], new.maps["place"]
    row.picture = row.picture or picture


def _attach(row: RecordRow, other: StoredPrediction) -> None:
    record = StoredPrediction.model_validate_json(row.body)
    others = [earlier for earlier in record.comparisons if earlier.model.name != other.model.name]
    compared = StoredComparison.model_validate(other.model_dump())
    row.body = record.model_copy(update={"comparisons": [*others, compared]}).model_dump_json(by_alias=True)
